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
        var table = ReportParts.Table("started (UTC)", "scenario", "verdict", "folder");
        table.Columns[0].NoWrap();
        table.Columns[2].NoWrap();
        foreach (var result in results)
        {
            var verdict = result.Verdict is { } outcome
                ? new Text($"{ReportParts.Sign(console, outcome)} {EnumWords<Outcome>.Of(outcome)}", Style.Parse(ReportParts.Colour(outcome)))
                : new Text(result.IsGoingOn ? "going on" : "none");
            table.AddRow(
                new Text($"{result.Started.UtcDateTime:yyyy-MM-dd HH:mm:ss}"),
                new Rows(result.Words.Length == 0 ? [new Text(result.Scenario)] : [new Text(result.Scenario), new Text(result.Words, new Style(decoration: Decoration.Dim))]),
                verdict,
                new Text(result.Name));
        }

        console.Write(table);
    }
}
