using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>Scenarios for people who look for one: a group for each limit, a line for each scenario.</summary>
public static class ListReport
{
    // These are claims of the textbook: 'loadlab textbook' runs them all, and a list of each would hide the others.
    private static readonly string[] Textbook = ["limits", "tcp-session"];
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    /// <summary>Writes it.</summary>
    /// <param name="console">See <see cref="ReportConsole"/>.</param>
    /// <param name="scenarios">Name and title of each, its claim where it has no title, or what is wrong with its file.</param>
    public static void Write(IAnsiConsole console, IEnumerable<(string Name, string Text)> scenarios)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(scenarios);
        var groups = scenarios.GroupBy(scenario => FolderOf(scenario.Name)).ToList();
        foreach (var group in groups.Where(group => !Textbook.Contains(group.Key)))
        {
            var nameWidth = group.Max(scenario => TextLines.Cells(ShortName(scenario.Name)));
            new ReportLine(($"{VisibleText.OfLine(group.Key)}/", Bold)).Write(console);
            foreach (var (name, text) in group)
            {
                var lead = $"  {TextLines.Pad(ShortName(name), nameWidth)}  ";
                var width = Math.Max(1, console.Profile.Width - TextLines.Cells(lead));
                ReportLine.Plain($"{lead}{TextLines.Fit(VisibleText.OfLine(FirstClause(text)), width, ReportParts.Ellipsis(console))}").Write(console);
            }
        }

        foreach (var group in groups.Where(group => Textbook.Contains(group.Key)))
        {
            var claims = $"  {group.Count()} claims of the textbook ({TypedCommand.Of("loadlab textbook")} runs them)";
            new ReportLine(($"{group.Key}/", Bold), (claims, Style.Plain)).Write(console);
        }

        ReportLine.Empty.Write(console);
        string[] end = [$"Run one: {TypedCommand.Of("loadlab run accept-queue/backlog-overflow")}. More: {TypedCommand.Of("loadlab list -v")}"];
        foreach (var line in end.SelectMany(text => ReportLine.Paragraph(text, console.Profile.Width)))
        {
            line.Write(console);
        }
    }

    private static string FolderOf(string name) => name.LastIndexOf('/') is > 0 and var slash ? name[..slash] : ".";

    private static string ShortName(string name) => VisibleText.OfLine(name[(name.LastIndexOf('/') + 1)..]);

    // Of a claim; what follows a semicolon makes a claim exact, and is no help for finding it.
    private static string FirstClause(string claim) => claim.Split(';')[0].TrimEnd('.');
}
