using System.Collections.Immutable;
using System.Xml.Linq;
using LoadLab.Model;
using LoadLab.Reporting.Series;

namespace LoadLab.Reporting.Html;

/// <summary>The plots of one variant: the one that belongs beside the verdict, and the others.</summary>
/// <param name="Variant">The variant.</param>
/// <param name="Deciding">The plot for the top of the page; null when there is none.</param>
/// <param name="Because">Why it is that one.</param>
/// <param name="Others">All others, in the order of the page.</param>
internal sealed record VariantPlots(VariantResult Variant, XElement? Deciding, string Because, ImmutableArray<XElement> Others)
{
    private const int Large = 290;

    /// <summary>Of each variant of a run. Several variants show the same kind of plot at the top where they have it, so that they can be compared.</summary>
    public static ImmutableArray<VariantPlots> Of(Plan plan, RunDocument run, RunSeries series, Func<string, TimeBands?> bands)
    {
        ImmutableArray<Drawn> variants =
        [
            .. run.Variants.Select((variant, index) => Drawn.Of(run, 
                new PlotContext(plan, variant, series.Of(variant.Name), index) { Bands = bands(variant.Name) })),
        ];
        var lead = variants.Select(one => one.Deciding).OfType<DecidingPlot>().MinBy(deciding => deciding.Rank)?.Row;
        return [.. variants.Select(one => Of(one, lead))];
    }

    private static VariantPlots Of(Drawn drawn, PlotRow? lead)
    {
        var isOne = drawn.Run.Variants.Length == 1;
        var chosen = drawn.Plots.Where(plot => plot.Row == lead).Select(plot => plot.Figure).FirstOrDefault() ?? drawn.Deciding?.Figure;
        if (chosen is null)
        {
            return new VariantPlots(drawn.Context.Variant, null, "", [.. drawn.Plots.Select(plot => plot.Figure)]);
        }

        // The only one is drawn larger than the others.
        var place = drawn.Plots.Index().First(plot => plot.Item.Figure == chosen).Index;
        var figure = isOne ? PlotCatalogue.Draw(drawn.Context with { Height = Large })[place].Figure : chosen;
        return new VariantPlots(
            drawn.Context.Variant, figure, drawn.Deciding?.Because ?? "", [.. drawn.Plots.Select(plot => plot.Figure).Where(one => one != chosen)]);
    }

    private sealed record Drawn(RunDocument Run, PlotContext Context, ImmutableArray<(PlotRow Row, XElement Figure)> Plots, DecidingPlot? Deciding)
    {
        public static Drawn Of(RunDocument run, PlotContext context)
        {
            var plots = PlotCatalogue.Draw(context);
            return new Drawn(run, context, plots, DecidingPlot.Of(run, context.Variant, plots));
        }
    }
}
