using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>Predicted against observed, with outcome and witnesses.</summary>
internal static class Findings
{
    public static XElement Of(RunDocument run) => Parts.Section(
        "findings",
        "Predicted against observed",
        run.Findings.IsEmpty ? Element("p", "This scenario expects nothing, so nothing was judged.") : null,
        run.Variants.Select((variant, i) => Table(run, variant, run.Variants.Length > 1)),
        CheckedWords.Of(run) is { } further ? Element("p", $"{further}.") : null,
        run.Checked.Differing.IsEmpty ? null : Parts.Table(
            "stack findings", "Further quantities that are not as predicted.", ["Quantity", "Outcome", "#Predicted", "#Observed", "Witnesses"], run.Checked.Differing.Select((finding, i) => Row($"checked/differing/{i}", finding))));

    private static IEnumerable<XElement> Table(RunDocument run, VariantResult variant, bool isOneOfSeveral)
    {
        var own = run.Findings.Index().Where(finding => finding.Item.Variant == variant.Name).ToList();
        if (own.Count == 0)
        {
            yield break;
        }

        if (isOneOfSeveral)
        {
            yield return Element("h3", $"Variant {variant.Name}");
        }

        yield return Parts.Table("stack findings", "A claim holds when each of its witnesses gives a predicted value. Witnesses of one family read the same figure of the kernel.", ["Claim", "Outcome", "#Predicted", "#Observed", "Witnesses"], own.Select(one => Row($"findings/{one.Index}", one.Item)));
    }

    private static object?[] Row(string at, Finding finding)
    {
        var unit = finding.Unit.Length == 0 ? "" : $" {finding.Unit}";
        return
        [
            new object?[]
            {
                finding.Claim,
                finding.Outcome == Outcome.Held ? null : Element("p", Element("strong", $"{EnumWords<Outcome>.Of(finding.Outcome)}: "), finding.Sentence),
                Parts.Behind("The rule", Element("p", finding.Rule, finding.Because is null ? null : $"; a range because {finding.Because}", ". ", Classed("span", "code soft", finding.KernelSource))),
            },
            Parts.Of(finding.Outcome),
            $"{finding.Predicted}{unit}",
            Parts.Figure($"{at}/observed", finding.Observed),
            new object?[]
            {
                Element("ul", finding.Witnesses.Select((witness, i) => Element("li", Classed("code", "code", witness.Name), " ", Parts.Figure($"{at}/witnesses/{i}/value", witness.Value)))),
                WitnessText.Independent(finding.Families) is { Length: > 0 } independent ? Classed("p", "soft", independent) : null,
            },
        ];
    }
}
