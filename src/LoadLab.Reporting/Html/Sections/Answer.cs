using System.Collections.Immutable;
using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>The verdict, what happened, and the plot that shows it.</summary>
internal static class Answer
{
    public static IEnumerable<XElement> Heading(Plan plan, RunDocument run) =>
    [
        Element("h1", run.Scenario),
        Classed(
            "p",
            "soft",
            $"kernel {run.Kernel}, sandbox {EnumWords<SandboxKind>.Of(run.Sandbox)}, {run.Started.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, ",
            Parts.Time("duration_s", run.DurationS, $"{run.DurationS:0.###} s"),
            plan.Variants.Length > 1 ? $", {plan.Variants.Length} variants" : null),
    ];

    public static XElement Of(RunDocument run, ImmutableArray<VariantPlots> plots)
    {
        var word = EnumWords<Outcome>.Of(run.Verdict);
        var isOne = run.Variants.Length == 1;
        return Parts.Answer(
            Classed(
                "div",
                isOne && plots[0].Deciding is not null ? "lead" : "lead alone",
                Classed(
                    "div",
                    $"answer {word}",
                    Classed("p", $"verdict {word}", $"{Parts.Sign(run.Verdict)} {word}{Tally(run)}"),
                    Element("p", Element("strong", "Claim: "), run.Claim),
                    Element("p", run.Summary),
                    run.Finished ? null : Element("p", Element("strong", "Unfinished: "), Unfinished(run)),
                    isOne ? Tiles(run.Primary) : null),
                isOne ? Deciding(plots[0]) : null),
            isOne ? null : Variants(run),
            isOne ? null : Classed("div", "plots narrow", plots.Select(one => one.Deciding is null ? null : Named(one))),
            Notes(run));
    }

    // Of a run that held they change nothing.
    private static object?[] Notes(RunDocument run)
    {
        var list = Element("ul", run.Notes.Select(note => Element("li", note)));
        return run.Notes.IsEmpty ? []
            : run.Verdict == Outcome.Held ? [Parts.Behind($"Notes ({run.Notes.Length})", list)]
            : [Element("h3", "Notes"), list];
    }

    private static string Unfinished(RunDocument run) => $"{run.Unfinished ?? "the run did not get to its end"}. The figures are those observed before that.";

    private static XElement? Deciding(VariantPlots plots)
    {
        plots.Deciding?.Elements("details").First().AddBeforeSelf(Classed("p", "soft", $"Shown here: {plots.Because.TrimEnd('.')}."));
        return plots.Deciding;
    }

    private static XElement Named(VariantPlots plots)
    {
        var title = (XText)plots.Deciding!.Element("figcaption")!.FirstNode!;
        title.Value = Clean($"{plots.Variant.Name}: {title.Value}");
        return plots.Deciding;
    }

    private static XElement Tiles(VariantResult variant)
    {
        var (connections, queue) = (variant.Connections, variant.Queues.Accept);
        return Parts.Tiles(
            ("tried", connections.Attempted > 0 ? Parts.Figure("variants/0/connections/attempted", connections.Attempted) : null),
            ("established", connections.Attempted > 0 ? Parts.Figure("variants/0/connections/established", connections.Established) : null),
            ("failed", connections.Attempted > 0 ? Parts.Figure("variants/0/connections/failed", connections.Failed) : null),
            ("pending", connections.Attempted > 0 ? Parts.Figure("variants/0/connections/pending", connections.Pending) : null),
            ("queue peak", queue.Peak is { } peak ? Parts.Figure("variants/0/queues/accept/peak", peak) : null),
            ("queue capacity", queue.Peak is not null ? Parts.Figure("variants/0/queues/accept/capacity", queue.Capacity) : null),
            ("median latency", Latency("p50_s", connections.Latency?.P50S)),
            ("p99 latency", Latency("p99_s", connections.Latency?.P99S)));
    }

    private static XElement? Latency(string name, double? value) =>
        value is { } seconds ? Parts.Time($"variants/0/connections/latency/{name}", seconds, SpecWords.Seconds(seconds)) : null;

    private static XElement Variants(RunDocument run) => Parts.Table(
        "stack",
        "One row a variant",
        ["Variant", "Findings", "#Tried", "#Established", "#Failed", "#Pending", "What happened"],
        run.Variants.Select((variant, i) => new object?[]
        {
            variant.Name,
            Parts.Of(run.Findings.Where(finding => finding.Variant == variant.Name).Select(finding => finding.Outcome).Prepend(Outcome.Held).Aggregate(Worse)),
            Parts.Figure($"variants/{i}/connections/attempted", variant.Connections.Attempted),
            Parts.Figure($"variants/{i}/connections/established", variant.Connections.Established),
            Parts.Figure($"variants/{i}/connections/failed", variant.Connections.Failed),
            Parts.Figure($"variants/{i}/connections/pending", variant.Connections.Pending),
            variant.Diagnoses.FirstOrDefault(one => one.Severity == Severity.Fault)?.Happened ?? "nothing was lost",
        }));

    private static Outcome Worse(Outcome one, Outcome other) => one == Outcome.Broken || other == Outcome.Held ? one : other;

    private static string Tally(RunDocument run)
    {
        var findings = run.Findings.IsEmpty ? ""
            : run.Findings.All(finding => finding.Outcome == run.Verdict) ? $"all {run.Findings.Length} findings"
            : VerdictLines.Tally(run.Findings);
        var further = run.Checked.Differing.Length is > 0 and var count ? $"{count} further {(count == 1 ? "quantity" : "quantities")} not as predicted" : "";
        var said = string.Join(", ", new[] { findings, further }.Where(part => part.Length > 0));
        return said.Length == 0 ? "" : $": {said}";
    }
}
