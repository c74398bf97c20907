using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>The results for people: a line each, the newest first.</summary>
public static class ResultsReport
{
    /// <summary>Writes it.</summary>
    /// <param name="console">See <see cref="ReportConsole"/>.</param>
    /// <param name="results">The newest first.</param>
    public static void Write(IAnsiConsole console, IReadOnlyList<StoredResult> results)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(results);
        var table = ReportParts.Table("verdict", "folder, and what is in it");
        table.Columns[0].NoWrap();
        foreach (var result in results)
        {
            var verdict = result.Verdict is { } outcome
                ? new Text($"{ReportParts.Sign(console, outcome)} {EnumWords<Outcome>.Of(outcome)}", Style.Parse(ReportParts.Colour(outcome)))
                : new Text(result.IsGoingOn ? "going on" : "none");
            string[] about = [result.Scenario, $"{result.Started.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC", result.Words];
            table.AddRow(verdict, new Rows(new Text(result.Name), new Text(
                string.Join(", ", about.Where(part => part.Length > 0)), new Style(decoration: Decoration.Dim))));
        }

        console.Write(table);
    }
}
