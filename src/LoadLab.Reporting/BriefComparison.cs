using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>A comparison on one screen: what is better and worse, in figures, and what each tuning lost.</summary>
internal static class BriefComparison
{
    private const int MostRows = 10;
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    // What a person wants to know first.
    private static readonly (Difference Outcome, string Words)[] Order =
        [(Difference.Worse, "worse"), (Difference.Better, "better"), (Difference.Other, "different"), (Difference.NotSeen, "no difference seen"),
            (Difference.Same, "the same")];

    public static void Write(IAnsiConsole console, ComparisonDocument comparison, string? folder)
    {
        var width = console.Profile.Width;
        List<CompareReport.MetricRow> rows = [.. CompareReport.Rows(comparison).OrderBy(row => Rank(row.Worst))];
        List<CompareReport.MetricRow> differing = [.. rows.Where(row => row.Worst is not (Difference.Same or Difference.NotSeen))];
        var shown = (differing.Count > 0 ? differing : rows).Take(MostRows).ToList();
        ConsoleReport.Lines(console, Top(comparison, rows, width));
        if (shown.Count > 0)
        {
            CompareReport.WriteTable(console, comparison, shown);
        }

        ConsoleReport.Lines(console, End(comparison, rows.Count - shown.Count, folder, width));
    }

    private static IEnumerable<ReportLine> Top(ComparisonDocument comparison, List<CompareReport.MetricRow> rows, int width)
    {
        var counts = Order.Select(one => (one.Words, Count: rows.Count(row => row.Worst == one.Outcome))).Where(one => one.Count > 0);
        var verdict = rows.Count == 0 ? "nothing moved in any run" : $"metrics: {string.Join(", ", counts.Select(one => $"{one.Count} {one.Words}"))}";
        return
        [
            .. comparison.Failed.SelectMany(failed => ReportLine.Labelled("failed", failed, width, Style.Parse("bold red"))),
            .. ReportLine.Labelled("verdict", verdict, width, Bold),
            .. ReportLine.Labelled("compared", $"{comparison.Scenario}, all against {comparison.Tunings[0].Name}", width),
            .. comparison.Tunings.SelectMany(tuning => ReportLine.Labelled("tuning", $"{tuning.Name}: {CompareReport.Asked(tuning)}", width)),
        ];
    }

    private static IEnumerable<ReportLine> End(ComparisonDocument comparison, int more, string? folder, int width) =>
    [
        .. comparison.Tunings.Select(tuning => (tuning.Name, Lead: tuning.Diagnoses.FirstOrDefault(one => one.Diagnosis.Severity == Severity.Fault)))
            .Where(one => one.Lead is not null).SelectMany(one => ReportLine.Labelled("happened", $"{one.Name}: {one.Lead!.Diagnosis.Happened}", width)),
        .. comparison.Notes.SelectMany(note => ReportLine.Labelled("note", note, width)),
        .. ReportLine.Labelled("more", $"-v: {(more > 0 ? $"{more} further metric{(more == 1 ? "" : "s")}, " : "")}how to read the table, what to do", width),
        .. folder is null ? [] : ReportLine.Labelled("results", folder, width),
    ];

    private static int Rank(Difference outcome) => Array.FindIndex(Order, one => one.Outcome == outcome);
}
