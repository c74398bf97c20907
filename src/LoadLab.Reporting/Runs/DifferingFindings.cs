using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>What is not as predicted, or could not be seen: each finding in full.</summary>
internal static class DifferingFindings
{
    /// <summary>A block for each; nothing when all are as predicted.</summary>
    public static IEnumerable<ReportLine> Of(IAnsiConsole console, RunDocument run) =>
        run.Findings.Where(finding => finding.Outcome != Outcome.Held).Concat(run.Checked.Differing)
            .SelectMany(finding => Block(console, finding, run.Variants.Length > 1).Append(ReportLine.Empty));

    private static IEnumerable<ReportLine> Block(IAnsiConsole console, Finding finding, bool isOneOfSeveral)
    {
        var width = console.Profile.Width;
        var variant = isOneOfSeveral ? $"variant {finding.Variant}: " : "";
        var word = $"{ReportParts.Sign(console, finding.Outcome)} {EnumWords<Outcome>.Of(finding.Outcome)}";
        return new[]
        {
            ReportLine.Labelled(word, $"{variant}{finding.Claim}", width, Style.Parse(ReportParts.Colour(finding.Outcome))),
            ReportLine.Labelled("predicted", UnitText.Of(finding.Predicted, finding.Unit), width),
            ReportLine.Labelled("observed", FindingText.ObservedWithUnit(finding), width),
            ReportLine.Labelled("witnesses", FindingText.Witnesses(finding), width),
            ReportLine.Labelled("rule", FindingText.Rule(finding), width),
            ReportLine.Labelled("evidence", finding.Sentence, width),
        }.SelectMany(lines => lines);
    }
}
