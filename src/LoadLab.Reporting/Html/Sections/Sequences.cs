using System.Xml.Linq;
using LoadLab.Model;
using LoadLab.Reporting.Traces;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>One example connection of each outcome as its packets went: a sequence diagram, and the same as a table.</summary>
internal static class Sequences
{
    private const int RowPixels = 26;
    private const string Left = "30%";
    private const string Right = "94%";

    public static XElement? Of(StoredRun stored, RunDocument run)
    {
        XElement[] variants = Parts.OfVariants(run, (variant, index) => OfVariant(stored, variant, index, run.Variants.Length > 1 ? "h4" : "h3"));
        return variants.Length == 0 ? null : Parts.Section(
            "sequences",
            "Examples, packet by packet",
            Classed("p", "soft", "The first connection of each outcome, from the packets on the sandbox's loopback until the last phase's end. A packet "
                + "that the kernel dropped looks like one that it took; only what follows shows the difference. Dashed: retransmitted."),
            variants);
    }

    private static IEnumerable<XElement> OfVariant(StoredRun stored, VariantResult variant, int index, string heading)
    {
        if (variant.Packets is not { Trace: { } trace } packets)
        {
            yield break;
        }

        var (examples, read) = FlowExamples.Of(Path.Combine(stored.Path, Path.GetFileName(trace)), packets.Traced);
        if (read < packets.Traced)
        {
            yield return Element("p", $"{trace} has {read} packets of the {packets.Traced} that were written to it.");
        }

        if (packets.Seen > packets.Traced)
        {
            yield return Element("p", $"The trace keeps the first {packets.Traced} of {packets.Seen} packets: counts of connections here are of those.");
        }

        if (examples.IsEmpty)
        {
            yield break;
        }

        yield return Classed("div", "plots", examples.Select((example, i) => Flow(example, $"v{index}-flow{i}", heading)));
    }

    private static XElement Flow(ExampleFlow flow, string id, string heading)
    {
        var who = flow.IsScripted ? "scripted peer" : "client";
        return Element(
            "article",
            Is("class", "card"),
            Is("aria-labelledby", $"{id}-h"),
            Element(heading, Is("id", $"{id}-h"), $"{flow.Outcome.Name}: {flow.Count}"),
            Element("p", flow.Outcome.Means),
            Draw(flow, who, id),
            flow.Packets > flow.Segments.Length ? Classed("p", "soft", $"The first {flow.Segments.Length} of its {flow.Packets} packets.") : null,
            Parts.Behind("Figures", Parts.Table(
                "named",
                $"{flow.Client} to {flow.Server}",
                ["#s", "from", "what", "#sequence"],
                flow.Segments.Select(segment => new object?[]
                {
                    $"{segment.SinceFirst.Seconds:0.000000}",
                    segment.FromClient ? who : "server",
                    What(segment),
                    segment.Sequence is { } sequence ? $"{sequence}" : "",
                }))));
    }

    private static XElement Draw(ExampleFlow flow, string who, string id)
    {
        var height = 34 + (flow.Segments.Length * RowPixels);
        var words = flow.Segments.Take(12).Select(segment => $"{At(segment)} {(segment.FromClient ? who : "server")} {What(segment)}");
        var svg = Plot.Drawing(id, $"{flow.Outcome.Name}: one connection", string.Join("; ", words), height);
        svg.Add(
            Element("text", Is("x", Left), Is("y", 12), Is("text-anchor", "middle"), who),
            Element("text", Is("x", "100%"), Is("y", 12), Is("text-anchor", "end"), "server"),
            Element("line", Is("class", "life"), Is("x1", Left), Is("x2", Left), Is("y1", 18), Is("y2", height)),
            Element("line", Is("class", "life"), Is("x1", Right), Is("x2", Right), Is("y1", 18), Is("y2", height)));
        foreach (var (i, segment) in flow.Segments.Index())
        {
            svg.Add(Arrow(segment, 34 + (i * RowPixels)));
        }

        return svg;
    }

    private static IEnumerable<XElement> Arrow(ExampleSegment segment, int y)
    {
        var side = $"segment {SeriesColour.Of(segment.FromClient ? SeriesColour.Client : SeriesColour.Server)}";
        yield return Element("text", Is("x", 0), Is("y", y + 4), At(segment));
        yield return Element("text", Is("x", "62%"), Is("y", y - 4), Is("text-anchor", "middle"), What(segment));
        yield return Element("line", Is("class", $"{side}{(segment.IsAgain ? " again" : "")}"), Is("x1", Left), Is("x2", Right), Is("y1", y), Is("y2", y));

        // The head is drawn in a picture of its own, whose place is in percent.
        yield return Element(
            "svg",
            Is("x", segment.FromClient ? Right : Left),
            Is("y", y),
            Is("width", "1"),
            Is("height", "1"),
            Is("class", "head"),
            Element("polygon", Is("class", side), Is("points", segment.FromClient ? "0,0 -8,-4 -8,4" : "0,0 8,-4 8,4")));
    }

    private static string At(ExampleSegment segment) => segment.SinceFirst.Value == 0 ? "0" : $"+{SpecWords.Seconds(segment.SinceFirst.Seconds)}";

    private static string What(ExampleSegment one)
    {
        var segment = one.Segment;
        var kind = segment.IsRst ? "RST"
            : segment.IsSyn ? segment.IsAck ? "SYN-ACK" : "SYN"
            : segment.PayloadBytes > 0 ? $"{segment.PayloadBytes} B{(segment.IsFin ? " and FIN" : "")}"
            : segment.IsFin ? "FIN" : "ACK";
        return one.IsAgain ? $"{kind}, retransmitted" : kind;
    }
}
