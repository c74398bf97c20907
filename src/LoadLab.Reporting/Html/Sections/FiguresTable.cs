using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>Connections, queues, states, packets and counters of each variant, exactly as run.json has them.</summary>
internal static class FiguresTable
{
    public static XElement Of(RunDocument run) => Parts.Section("figures", "Figures", run.Variants.Index().SelectMany(one => OfVariant(one.Item, $"variants/{one.Index}", run.Variants.Length > 1)));

    private static IEnumerable<XElement> OfVariant(VariantResult variant, string path, bool isOneOfSeveral)
    {
        if (isOneOfSeveral)
        {
            yield return Element("h3", $"Variant {variant.Name}");
        }

        var (connections, queue) = (variant.Connections, variant.Queues.Accept);
        yield return Parts.Facts(
            ("Connects tried", Parts.Figure($"{path}/connections/attempted", connections.Attempted)),
            ("Established", Parts.Figure($"{path}/connections/established", connections.Established)),
            ("Failed", Parts.Figure($"{path}/connections/failed", connections.Failed)),
            ("Pending", Parts.Figure($"{path}/connections/pending", connections.Pending)),
            ("Accept queue", new object?[] { "live backlog ", Figure("limit", queue.Limit), ", takes ", Figure("capacity", queue.Capacity), ", peak ", Figure("peak", queue.Peak), ", at the end ", Figure("last", queue.Last) }),
            ("SYN queue, peak", variant.Queues.Syn.Peak is { } syn ? Parts.Figure($"{path}/queues/syn/peak", syn) : null),
            ("Accepted", variant.Server is { } server ? Parts.Figure($"{path}/server/accepted", server.Accepted) : null),
            ("Scripted peer", variant.Peer is { } peer ? new object?[] { Parts.Figure($"{path}/peer/flows", peer.Flows), " flows: ", Parts.Figure($"{path}/peer/answered", peer.Answered), " answered, ", Parts.Figure($"{path}/peer/half_open", peer.HalfOpen), " half-open, ", Parts.Figure($"{path}/peer/resets", peer.Resets), " reset" } : null),
            ("Packets", variant.Packets is { } packets ? new object?[] { Parts.Figure($"{path}/packets/seen", packets.Seen), " seen, ", Parts.Figure($"{path}/packets/lost", packets.Lost), " lost, ", Parts.Figure($"{path}/packets/traced", packets.Traced), " in the trace" } : null));

        var moved = variant.Counters.Where(pair => pair.Value > 0).ToList();
        yield return Parts.Behind($"Kernel counters that moved ({moved.Count})", Parts.Table("named", "By how much, from the variant's start to the end of its last phase", ["Counter", "#moved by"], moved.Select(pair => new object?[] { Classed("span", "code", pair.Key), Parts.Figure($"{path}/counters/{pair.Key}", pair.Value) })));
        if (!variant.States.IsEmpty)
        {
            yield return Parts.Behind("TCP states", Parts.Table("named", "Sockets of both ends", ["State", "#peak", "#at the end"], variant.States.Select(pair => new object?[] { pair.Key, Parts.Figure($"{path}/states/{pair.Key}/peak", pair.Value.Peak), Parts.Figure($"{path}/states/{pair.Key}/last", pair.Value.Last) })));
        }

        XElement Figure(string name, long? value) => Parts.Figure($"{path}/queues/accept/{name}", value);
    }
}
