using System.Globalization;
using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>Predicted against observed: what differs in full, what is as predicted as one row each.</summary>
internal static class Findings
{
    public static XElement Of(RunDocument run) => Parts.Section(
        "findings",
        "Predicted against observed",
        run.Findings.IsEmpty
            ? Element("p", "This scenario expects nothing, so nothing was judged.")
            : Classed("p", "soft", "A claim holds when each of its witnesses gives a predicted value. Witnesses of one figure of the kernel count as one."),
        Differing(run),
        run.Findings.All(finding => finding.Outcome != Outcome.Held) ? null : run.Variants.Length == 1 ? Table(run) : Matrix(run),
        CheckedWords.Of(run) is { } further ? Element("p", $"{further}.") : null,
        run.Checked.Differing.IsEmpty
            ? null
            : Parts.Table(
                "stack findings",
                "Further quantities that are not as predicted",
                ["Quantity", "Outcome", "#Predicted", "#Observed", "Witnesses and rule"],
                run.Checked.Differing.Select((finding, i) => Row($"checked/differing/{i}", finding))));

    private static XElement? Differing(RunDocument run)
    {
        var differing = run.Findings.Index().Where(one => one.Item.Outcome != Outcome.Held).ToList();
        return differing.Count == 0 ? null : Classed("div", "plots", differing.Select(one => Card($"findings/{one.Index}", one.Item)));
    }

    private static XElement Table(RunDocument run) => Parts.Table(
        "stack findings",
        "As predicted",
        ["Claim", "Outcome", "#Predicted", "#Observed", "Witnesses and rule"],
        run.Findings.Index().Where(one => one.Item.Outcome == Outcome.Held).Select(one => Row($"findings/{one.Index}", one.Item)));

    // Claims of several variants are mostly the same ones: a column a variant lets them be compared.
    private static XElement Matrix(RunDocument run) => Parts.Table(
        "stack matrix",
        "Each claim in each variant: observed",
        ["Claim", .. run.Variants.Select(variant => variant.Name)],
        run.Findings.Index().GroupBy(one => (one.Item.Id, one.Item.Claim)).Select(claim => new object?[] { claim.Key.Claim }
            .Concat(run.Variants.Select(variant =>
                claim.Where(one => one.Item.Variant == variant.Name).Select(one => Cell($"findings/{one.Index}", one.Item)).ToArray()))
            .ToArray()));

    private static object?[] Cell(string at, Finding finding) => finding.Outcome != Outcome.Held
        ? [Parts.Of(finding.Outcome), ": see above"]
        : [Classed("span", "outcome held", Parts.Sign(Outcome.Held)), " ", Observed(at, finding), $" {finding.Unit}", Behind(at, finding)];

    private static XElement Card(string at, Finding finding)
    {
        var word = EnumWords<Outcome>.Of(finding.Outcome);
        var named = finding.Variant.Length == 0 ? finding.Claim : $"{finding.Variant}: {finding.Claim}";
        return Classed(
            "article",
            $"card differs {word}",
            Classed("p", "claim", Parts.Of(finding.Outcome), " ", Element("strong", named)),
            Parts.Tiles(
                ("predicted", FindingText.Predicted(finding)), ("observed", Observed(at, finding)), ("unit", finding.Unit.Length == 0 ? null : finding.Unit)),
            Parts.Table(
                "named",
                "What each witness saw",
                ["Witness", "#Value", "Against the prediction"],
                finding.Witnesses.Select((witness, i) => new object?[]
                {
                    Classed("code", "code", witness.Name), Value(at, finding, i), Against(finding.Predicted, witness.Value),
                })),
            Parts.Behind("Place and rule", Element("p", finding.Sentence), Rule(finding)));
    }

    private static XElement Against(PredictedRange predicted, decimal? value) => value switch
    {
        null => Classed("span", "inconclusive", "? not seen"),
        { } seen when predicted.Contains(seen) => Classed("span", "held", "✓ as predicted"),
        { } seen when seen < predicted.Low => Classed("span", "broken", $"✗ {Parts.Exact(predicted.Low - seen)} below"),
        { } seen => Classed("span", "broken", $"✗ {Parts.Exact(seen - predicted.High)} above"),
    };

    private static object?[] Row(string at, Finding finding) =>
    [
        finding.Variant.Length == 0 ? finding.Claim : $"{finding.Variant}: {finding.Claim}",
        Parts.Of(finding.Outcome),
        $"{FindingText.Predicted(finding)}{(finding.Unit.Length == 0 ? "" : $" {finding.Unit}")}",
        new object?[] { Observed(at, finding), finding.Observed is null || finding.Unit is "" or "state" or "errno" ? null : $" {finding.Unit}" },
        Behind(at, finding),
    ];

    private static XElement Behind(string at, Finding finding) => Parts.Behind(
        finding.Families.Length switch { 0 => $"{finding.Witnesses.Length} witnesses", 1 => "one witness", var count => $"{count} independent witnesses" },
        Element("p", $"Predicted: {FindingText.Predicted(finding)} {finding.Unit}"),
        WitnessText.Independent(finding.Families) is { Length: > 0 } independent ? Element("p", independent) : null,
        Element("ul", finding.Witnesses.Select((witness, i) => Element("li", Classed("code", "code", witness.Name), " ", Value(at, finding, i)))),
        Rule(finding));

    private static XElement Value(string at, Finding finding, int index) =>
        Parts.Figure($"{at}/witnesses/{index}/value", finding.Witnesses[index].Value, Words(finding, finding.Witnesses[index].Value));

    private static XElement Observed(string at, Finding finding) => Parts.Figure($"{at}/observed", finding.Observed, Words(finding, finding.Observed));

    // A state and an errno are numbers in run.json and have names here; of a time milliseconds are enough.
    private static string? Words(Finding finding, decimal? value) => (finding.Unit, value) switch
    {
        (_, null) => null,
        ("state" or "errno", { } number) => UnitText.Of(number, finding.Unit),
        ("s", { } seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture),
        _ => null,
    };

    private static XElement Rule(Finding finding) => Classed(
        "p",
        "soft",
        $"Rule: {finding.Rule}{(finding.Because is null ? "" : $"; a range because {finding.Because}")} ",
        Classed("span", "code", finding.KernelSource));
}
