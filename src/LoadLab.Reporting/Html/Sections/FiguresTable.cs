using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>Connections, queues, states, packets and counters of each variant, exactly as run.json has them.</summary>
internal static class FiguresTable
{
    public static XElement Of(RunDocument run) => Parts.Section(
        "figures", "Figures", run.Variants.Index().SelectMany(one => OfVariant(one.Item, $"variants/{one.Index}", run.Variants.Length > 1)));

    private static IEnumerable<XElement> OfVariant(VariantResult variant, string path, bool isOneOfSeveral)
    {
        if (isOneOfSeveral)
        {
            yield return Element("h3", $"Variant {variant.Name}");
        }

        yield return Classed("div", "plots", Facts(variant, path), Lists(variant, path));
    }

    private static XElement Facts(VariantResult variant, string path)
    {
        var (connections, queue) = (variant.Connections, variant.Queues.Accept);
        return Parts.Facts(
            ("Connects tried", Figure("connections/attempted", connections.Attempted)),
            ("Established", Figure("connections/established", connections.Established)),
            ("Failed", Figure("connections/failed", connections.Failed)),
            ("Pending", Figure("connections/pending", connections.Pending)),
            ("Accept queue", new object?[]
            {
                "live backlog ", Figure("queues/accept/limit", queue.Limit), ", takes ", Figure("queues/accept/capacity", queue.Capacity),
                ", peak ", Figure("queues/accept/peak", queue.Peak), ", at the end ", Figure("queues/accept/last", queue.Last),
            }),
            ("SYN queue, peak", variant.Queues.Syn.Peak is { } syn ? Figure("queues/syn/peak", syn) : null),
            ("Accepted", variant.Server is { } server ? Figure("server/accepted", server.Accepted) : null),
            ("Scripted peer", variant.Peer is { } peer ? new object?[]
            {
                Figure("peer/flows", peer.Flows), " flows: ", Figure("peer/answered", peer.Answered), " answered, ",
                Figure("peer/half_open", peer.HalfOpen), " half-open, ", Figure("peer/resets", peer.Resets), " reset",
            } : null),
            ("Retransmissions", variant.Retransmits.Values.Any(one => one.Count > 0) ? variant.Retransmits.Where(pair => pair.Value.Count > 0)
                .Select((pair, i) => new object?[] { i == 0 ? "" : ", ", $"{pair.Key} ", Figure($"retransmits/{pair.Key}/count", pair.Value.Count) }) : null),
            ("Packets", variant.Packets is { } packets ? new object?[]
            {
                Figure("packets/seen", packets.Seen), " seen, ", Figure("packets/lost", packets.Lost), " lost, ",
                Figure("packets/traced", packets.Traced), " in the trace",
            } : null));

        XElement Figure(string name, decimal? value) => Parts.Figure($"{path}/{name}", value);
    }

    private static XElement Lists(VariantResult variant, string path)
    {
        var moved = variant.Counters.Where(pair => pair.Value > 0).ToList();
        return Element(
            "div",
            Parts.Behind($"Kernel counters that moved ({moved.Count})", Parts.Table(
                "named",
                "By how much, from the variant's start to the end of its last phase",
                ["Counter", "#moved by"],
                moved.Select(pair => new object?[] { Classed("span", "code", pair.Key), Parts.Figure($"{path}/counters/{pair.Key}", pair.Value) }))),
            variant.States.IsEmpty ? null : Parts.Behind("TCP states", Parts.Table(
                "named",
                "Sockets of both ends",
                ["State", "#peak", "#at the end"],
                variant.States.Select(pair => new object?[]
                {
                    pair.Key, Parts.Figure($"{path}/states/{pair.Key}/peak", pair.Value.Peak), Parts.Figure($"{path}/states/{pair.Key}/last", pair.Value.Last),
                }))));
    }
}
