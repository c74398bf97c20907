using System.Globalization;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>What the packet tap can be asked.</summary>
internal static class PacketWitnesses
{
    private const string Source = "packets";

    /// <summary>
    /// <c>packets.retransmits.SYN</c>, a sum of kinds with <c>+</c>, or <c>all</c>; <c>packets.schedule.SYN.2.median</c> (min, max): when the second retransmission came, since the first
    /// transmission; <c>packets.client.SYN</c>, <c>packets.server.RST</c>: segments sent, those of the scripted peer too;
    /// <c>packets.client.SYN.gap.p50</c>: the median time from one client's SYN to the next in this phase.
    /// </summary>
    public static IEnumerable<WitnessForm> Rows =>
    [
        new("packets.retransmits.*", Source, (seen, kinds) => IfTapped(seen, packets =>
            Kinds(kinds) is { } asked ? new(asked.Sum(packets.Retransmits)) : Reading.Unseen($"no retransmission is of the kind {kinds}"))),
        new("packets.schedule.*", Source, (seen, step) => IfTapped(seen, packets => Schedule(packets, step))),
        new("packets.client.SYN.gap.p50", Source, (seen, _) => IfTapped(seen, packets => packets.SynGaps is { Count: > 0 } gaps
            ? new(gaps.Quantile(0.5)?.Value / 1_000_000_000m)
            : Reading.Unseen("this phase had fewer than two SYNs"))),
        new("packets.client.*", Source, (seen, kind) => IfTapped(seen, packets => new(packets.Sent.GetValueOrDefault($"client.{kind}")))),
        new("packets.server.*", Source, (seen, kind) => IfTapped(seen, packets => new(packets.Sent.GetValueOrDefault($"server.{kind}")))),
    ];

    /// <summary>A kind as people and packets spell it: SYN-ACK.</summary>
    public static string NameOf(RetransmitKind kind) => EnumWords<RetransmitKind>.Of(kind).ToUpperInvariant();

    private static RetransmitKind[]? Kinds(string text)
    {
        if (text == "all")
        {
            return Enum.GetValues<RetransmitKind>();
        }

        var kinds = new List<RetransmitKind>();
        foreach (var word in text.Split('+'))
        {
            if (!EnumWords<RetransmitKind>.TryParse(word.ToLowerInvariant(), out var kind))
            {
                return null;
            }

            kinds.Add(kind);
        }

        return [.. kinds.Distinct()];
    }

    private static Reading Schedule(PacketSightings packets, string step)
    {
        if (step.Split('.') is not [var name, var number, var which] || Kinds(name) is not [var kind] || !int.TryParse(number, CultureInfo.InvariantCulture, out var attempt))
        {
            return Reading.Unseen($"{step} is no step of a schedule");
        }

        // A retransmission that was awaited and never came is an answer.
        if (packets.Times(kind, attempt) is not { } times)
        {
            return Reading.Never;
        }

        Nanoseconds? moment = which switch
        {
            "median" => times.Median,
            "min" => times.Min,
            "max" => times.Max,
            _ => null,
        };
        return moment is { } at ? new(at.Value / 1_000_000_000m) : Reading.Unseen($"{which} is neither median, min nor max");
    }

    private static Reading IfTapped(Sightings seen, Func<PacketSightings, Reading> read) =>
        seen.Packets.Any ? read(seen.Packets) : Reading.Unseen("the packet tap did not run");
}
