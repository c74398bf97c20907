using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>A run on one screen: verdict, answer, a line for each finding, what to do next.</summary>
/// <remarks>
/// A run that held takes at most <see cref="MostLines"/> lines at 80 columns: claims are cut to one line, then the answer after a sentence,
/// then the list of findings; the latter two say that there is more. What differs is never cut.
/// </remarks>
internal static class BriefReport
{
    /// <summary>The lines of a small terminal.</summary>
    public const int MostLines = 25;

    private const int LeastAnswer = 6;
    private const int MostAnswer = 8;
    private const int LeastRows = 3;

    public static void Write(IAnsiConsole console, Plan plan, RunDocument run, string? folder) => ConsoleReport.Lines(console, Of(console, plan, run, folder));

    private static IEnumerable<ReportLine> Of(IAnsiConsole console, Plan plan, RunDocument run, string? folder)
    {
        var width = console.Profile.Width;
        List<ReportLine> top = [.. VerdictLines.Of(console, run), ReportLine.Empty];
        List<ReportLine> differing = [.. DifferingFindings.Of(console, run)];
        List<ReportLine> ending = [.. Ending.Of(plan, run, folder, ReportDetail.Brief, width)];

        // A blank line after the answer; one after the list where there is room for it.
        var free = MostLines - top.Count - differing.Count - ending.Count - 1;
        var isCut = run.Verdict == Outcome.Held && differing.Count == 0;
        var answer = Answer(run, isCut ? MostAnswer : int.MaxValue, width);
        var list = List(console, run, linesOfClaim: 2);
        if (answer.Count + list.Count > free)
        {
            list = List(console, run, linesOfClaim: 1);
        }

        if (isCut && answer.Count + list.Count > free)
        {
            answer = Answer(run, Math.Max(LeastAnswer, free - list.Count), width);
            list = Cut(console, list, Math.Max(LeastRows, free - answer.Count));
        }

        var isCrowded = list.Count == 0 || (isCut && answer.Count + list.Count >= free);
        return [.. top, .. answer, ReportLine.Empty, .. differing, .. list, .. isCrowded ? [] : new[] { ReportLine.Empty }, .. ending];
    }

    private static List<ReportLine> Answer(RunDocument run, int most, int width) => [.. AnswerText.Of(run, most, width).Select(ReportLine.Plain)];

    private static List<ReportLine> List(IAnsiConsole console, RunDocument run, int linesOfClaim) =>
        [.. run.Variants.Length > 1 ? VariantList.Of(console, run) : FindingList.Of(console, run, linesOfClaim)];

    private static List<ReportLine> Cut(IAnsiConsole console, List<ReportLine> list, int most) => list.Count <= most
        ? list
        : [.. list.Take(most - 1), ReportLine.Soft($"{ReportParts.Ellipsis(console)} and {list.Count - most + 1} more as predicted (-v shows all)")];
}
