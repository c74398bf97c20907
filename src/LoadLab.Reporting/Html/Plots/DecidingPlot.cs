using System.Collections.Immutable;
using System.Xml.Linq;
using LoadLab.Model;

namespace LoadLab.Reporting.Html;

/// <summary>
/// Which plot of a variant belongs beside its verdict: the one that shows what is not as predicted, else what went wrong, else what most findings are
/// about.
/// </summary>
/// <param name="Row">The kind of plot.</param>
/// <param name="Figure">The plot.</param>
/// <param name="Because">Why it is that one, as half a sentence.</param>
/// <param name="Rank">0 where a finding is broken, 1 where something went wrong, more where neither is so.</param>
internal sealed record DecidingPlot(PlotRow Row, XElement Figure, string Because, int Rank)
{
    /// <summary>The plot; null where there is none.</summary>
    /// <param name="run">The run.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="plots">Its plots.</param>
    public static DecidingPlot? Of(RunDocument run, VariantResult variant, ImmutableArray<(PlotRow Row, XElement Figure)> plots)
    {
        ImmutableArray<Finding> findings = [.. run.Findings.Where(finding => finding.Variant == variant.Name)];
        var further = run.Checked.Differing.Where(finding => finding.Variant == variant.Name);
        var broken = findings.Concat(further).Where(finding => finding.Outcome == Outcome.Broken)
            .Select(finding => new Subject(row => row.Shows(finding), $"not as predicted: {finding.Claim}", 0));
        var faults = variant.Diagnoses.Where(one => one.Severity == Severity.Fault)
            .Select(one => new Subject(row => row.Shows(one), $"diagnosis {one.Id}", 1));
        var votes = findings.Select(finding => Best(plots, row => row.Shows(finding))?.Row).OfType<PlotRow>().CountBy(row => row).ToDictionary();
        return broken.Concat(faults)
            .Append(new Subject(row => votes.GetValueOrDefault(row), "most findings are about it", 2))
            .Append(new Subject(_ => 1, "the first plot of the run", 3))
            .Select(subject => Best(plots, subject.Weight) is { } best ? new DecidingPlot(best.Row, best.Figure, subject.Because, subject.Rank) : null)
            .FirstOrDefault(one => one is not null);
    }

    private static (PlotRow Row, XElement Figure)? Best(ImmutableArray<(PlotRow Row, XElement Figure)> plots, Func<PlotRow, int> weight) =>
        plots.Where(plot => weight(plot.Row) > 0)
            .OrderByDescending(plot => weight(plot.Row))
            .Select(plot => ((PlotRow, XElement)?)plot)
            .FirstOrDefault();

    private sealed record Subject(Func<PlotRow, int> Weight, string Because, int Rank);
}
