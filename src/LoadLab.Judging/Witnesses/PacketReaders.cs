using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>How what the packet tap saw is read.</summary>
internal static class PacketReaders
{
    public static void Fill(ReaderTable table)
    {
        table.Add(PacketWitnesses.Retransmits, (seen, kinds) => IfTapped(seen, packets => new(kinds.Kinds.Sum(packets.Retransmits))));
        table.Add(PacketWitnesses.Median, (seen, step) => Time(seen, step, times => times.Median));
        table.Add(PacketWitnesses.Earliest, (seen, step) => Time(seen, step, times => times.Min));
        table.Add(PacketWitnesses.Latest, (seen, step) => Time(seen, step, times => times.Max));
        table.Add(PacketWitnesses.SynGap, seen => IfTapped(seen, packets => packets.SynGaps is { Count: > 0 } gaps
            ? new(gaps.Quantile(0.5)?.Value / 1_000_000_000m)
            : Reading.Unseen("this phase had fewer than two SYNs")));
        table.Add(PacketWitnesses.Client, (seen, kind) => IfTapped(seen, packets => new(packets.Sent.GetValueOrDefault($"client.{kind}"))));
        table.Add(PacketWitnesses.Server, (seen, kind) => IfTapped(seen, packets => new(packets.Sent.GetValueOrDefault($"server.{kind}"))));
    }

    // A retransmission that was awaited and never came is an answer.
    private static Reading Time(Sightings seen, RetransmitStep step, Func<RetransmitTimes, Nanoseconds> which) =>
        IfTapped(seen, packets => packets.Times(step.Kind, step.Step) is { } times ? new(which(times).Value / 1_000_000_000m) : Reading.Never);

    private static Reading IfTapped(Sightings seen, Func<PacketSightings, Reading> read) =>
        seen.Packets.Any ? read(seen.Packets) : Reading.Unseen("the packet tap did not run");
}
