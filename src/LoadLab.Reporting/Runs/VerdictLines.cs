using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>The top of a run's report: how it came out, of which scenario, and what that one claims.</summary>
internal static class VerdictLines
{
    /// <summary>Several lines.</summary>
    public static IEnumerable<ReportLine> Of(IAnsiConsole console, RunDocument run)
    {
        var width = console.Profile.Width;
        var style = Style.Parse($"bold {ReportParts.Colour(run.Verdict)}");
        var verdict = ReportLine.Labelled("verdict", $"{Words(console, run)}, {run.Scenario}, {run.DurationS:0.#} s", width, style);
        return verdict.Concat(ReportLine.Labelled("claim", run.Claim, width));
    }

    /// <summary>The one line of a quiet report.</summary>
    public static string Line(IAnsiConsole console, RunDocument run, string? folder) =>
        VisibleText.OfLine($"{Words(console, run)}, {run.Scenario}, {run.DurationS:0.#} s{(folder is null ? "" : $", {folder}")}");

    /// <summary>How many came out how: <c>8 held, 1 broken</c>.</summary>
    public static string Tally(IEnumerable<Finding> findings) =>
        string.Join(", ", findings.CountBy(finding => finding.Outcome).OrderBy(pair => pair.Key).Select(
            pair => $"{pair.Value} {EnumWords<Outcome>.Of(pair.Key)}"));

    private static string Words(IAnsiConsole console, RunDocument run)
    {
        var tally = run.Findings.IsEmpty ? "" : $" ({Tally(run.Findings)})";
        return $"{ReportParts.Sign(console, run.Verdict)} {EnumWords<Outcome>.Of(run.Verdict)}{tally}";
    }
}
