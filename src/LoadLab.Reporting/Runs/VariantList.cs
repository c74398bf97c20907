using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>A line for each variant: how many of its findings came out how, and what happened in it.</summary>
internal static class VariantList
{
    private const int Gap = 2;
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    public static IEnumerable<ReportLine> Of(IAnsiConsole console, RunDocument run)
    {
        const string happened = "what happened";
        var width = console.Profile.Width;
        List<Row> rows = [.. run.Variants.Select(variant => Row.Of(run, variant))];
        var nameWidth = Math.Min(width / 3, rows.Max(row => TextLines.Cells(row.Name)));
        var tallyWidth = Math.Min(width / 3, rows.Max(row => TextLines.Cells(row.Tally)));
        (nameWidth, tallyWidth) = (Math.Max(nameWidth, "variant".Length), Math.Max(tallyWidth, "findings".Length));
        var lead = ReportParts.Sign(console, Outcome.Held).Length + 1;
        var textWidth = Math.Max(1, width - lead - nameWidth - tallyWidth - (2 * Gap));
        var ellipsis = ReportParts.Ellipsis(console);
        yield return new ReportLine(
            (new string(' ', lead), Bold),
            (TextLines.Pad("variant", nameWidth + Gap) + TextLines.Pad("findings", tallyWidth + Gap), Bold),
            (TextLines.Fit(happened, textWidth, ellipsis), Bold));
        foreach (var row in rows)
        {
            yield return new ReportLine(
                ($"{ReportParts.Sign(console, row.Outcome)} ", Style.Parse(ReportParts.Colour(row.Outcome))),
                (TextLines.Pad(TextLines.Fit(row.Name, nameWidth, ellipsis), nameWidth + Gap), Style.Plain),
                (TextLines.Pad(TextLines.Fit(row.Tally, tallyWidth, ellipsis), tallyWidth + Gap), Style.Plain),
                (TextLines.Fit(row.Happened, textWidth, ellipsis), Style.Plain));
        }
    }

    private sealed record Row(Outcome Outcome, string Name, string Tally, string Happened)
    {
        public static Row Of(RunDocument run, VariantResult variant)
        {
            List<Finding> findings = [.. run.Findings.Where(finding => finding.Variant == variant.Name)];
            var outcomes = findings.Select(finding => finding.Outcome).ToList();
            var outcome = outcomes.Contains(Outcome.Broken) ? Outcome.Broken : outcomes.Contains(Outcome.Inconclusive) ? Outcome.Inconclusive : Outcome.Held;
            return new Row(outcome, VisibleText.OfLine(variant.Name), findings.Count == 0 ? "none" : VerdictLines.Tally(findings),
                VisibleText.OfLine(HappenedIn(variant)));
        }

        private static string HappenedIn(VariantResult variant)
        {
            var clients = variant.Connections is { Attempted: > 0 } tried ? $"{tried.Established} of {tried.Attempted} clients connected"
                : variant.Peer is { Flows: > 0 } peer ? $"{peer.Answered} of {peer.Flows} SYNs answered"
                : "";
            var lead = variant.Diagnoses.FirstOrDefault(one => one.Severity == Severity.Fault)?.Happened ?? "";
            return string.Join("; ", new[] { clients, lead }.Where(part => part.Length > 0));
        }
    }
}
