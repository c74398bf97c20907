using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>The findings that are as predicted: mark, claim, predicted, observed; the claim cut where it does not fit.</summary>
internal static class FindingList
{
    private const int Gap = 2;
    private const int LeastClaim = 10;
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    /// <summary>Its lines with a header; none when nothing held.</summary>
    public static IEnumerable<ReportLine> Of(IAnsiConsole console, RunDocument run, int linesOfClaim)
    {
        List<Finding> held = [.. run.Findings.Where(finding => finding.Outcome == Outcome.Held)];
        if (held.Count == 0)
        {
            yield break;
        }

        const string predicted = "predicted";
        var most = console.Profile.Width / 3;
        var predictedWidth = Math.Min(most, held.Max(finding => TextLines.Cells(FindingText.Predicted(finding))));
        predictedWidth = Math.Max(predictedWidth, predicted.Length);
        var observedWidth = Math.Min(most, held.Max(finding => TextLines.Cells(FindingText.ObservedWithUnit(finding))));
        var sign = ReportParts.Sign(console, Outcome.Held);
        var claimWidth = Math.Max(LeastClaim, console.Profile.Width - sign.Length - 1 - predictedWidth - observedWidth - (2 * Gap));
        var ellipsis = ReportParts.Ellipsis(console);
        yield return new ReportLine(
            (new string(' ', sign.Length + 1), Style.Plain),
            (TextLines.Pad("as predicted (-v: witnesses, rules)", claimWidth + Gap) + TextLines.Pad(predicted, predictedWidth + Gap) + "observed", Bold));
        foreach (var finding in held)
        {
            var observed = Cell(FindingText.ObservedWithUnit(finding), observedWidth);
            var values = TextLines.Pad(Cell(FindingText.Predicted(finding), predictedWidth), predictedWidth + Gap) + observed;
            foreach (var (index, line) in Claim(finding).Index())
            {
                yield return index == 0
                    ? new ReportLine(($"{sign} ", Style.Parse(ReportParts.Colour(Outcome.Held))), (TextLines.Pad(line, claimWidth + Gap) + values, Style.Plain))
                    : ReportLine.Plain($"{new string(' ', sign.Length + 1)}{line}");
            }
        }

        string Cell(string text, int width) => TextLines.Fit(VisibleText.OfLine(text), width, ellipsis);

        IEnumerable<string> Claim(Finding finding)
        {
            var lines = TextLines.Wrap(VisibleText.OfLine(finding.Claim).TrimEnd('.'), claimWidth);
            var last = TextLines.Fit(string.Join(' ', lines.Skip(linesOfClaim - 1)), claimWidth, ellipsis);
            return lines.Take(linesOfClaim - 1).Append(last).Where(line => line.Length > 0);
        }
    }
}
