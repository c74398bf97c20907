using System.Collections.Immutable;
using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>All plots but those at the top of the page, in columns.</summary>
internal static class PlotsSection
{
    public static XElement? Of(RunDocument run, ImmutableArray<VariantPlots> plots)
    {
        XElement[] variants = Parts.OfVariants(run, (variant, index) => OfVariant(variant, plots[index]));
        return variants.Length == 0 ? null : Parts.Section(
            "plots",
            "Plots",
            Classed("p", "soft", "Times are seconds since the run's start, as in run.json."),
            variants);
    }

    private static IEnumerable<XElement> OfVariant(VariantResult variant, VariantPlots plots)
    {
        if (!variant.Phases.IsEmpty && (plots.Deciding is not null || !plots.Others.IsEmpty))
        {
            yield return Classed("ol", "phases", variant.Phases.Select(phase => Element("li", Element("strong", phase.Name), $" {Span(phase)}")));
        }

        if (plots.Deciding is { } top)
        {
            var title = ((XText)top.Element("figcaption")!.FirstNode!).Value;
            yield return Element("p", "At the top of the page: ", Element("a", Is("href", $"#{(string?)top.Attribute("id")}"), title), ".");
        }

        if (!plots.Others.IsEmpty)
        {
            yield return Classed("div", "plots", plots.Others);
        }
    }

    private static string Span(PhaseFigures phase) => phase.ToS is { } to ? $"{phase.FromS:0.###} to {to:0.###} s" : $"from {phase.FromS:0.###} s, did not end";
}
