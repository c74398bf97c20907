using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>How what the conductor read of the kernel is read: counters, the table of connections, the table of files, the kernel's log.</summary>
internal static class SystemReaders
{
    internal const string NotSeen = "the kernel's table of files was not looked at: that is done where the sandbox is a kernel of its own";

    public static void Fill(ReaderTable table)
    {
        table.Add(KernelWitnesses.CounterDelta, (seen, counter) => IfCounter(seen, counter, delta => new(delta)));
        table.Add(KernelWitnesses.CounterFirstSeen, (seen, counter) => IfCounter(seen, counter, _ => Reading.At(seen.Counters.FirstSeen(counter))));
        table.Add(KernelWitnesses.CounterLastSeen, (seen, counter) => IfCounter(seen, counter, _ => Reading.At(seen.Counters.LastSeen(counter))));
        table.Add(KernelWitnesses.SynAckRetransmits, seen => seen.HalfOpen is { } halfOpen ? new(halfOpen.SynAckRetransmits)
            : Reading.Unseen("the half-open requests were not looked at"));
        States(KernelWitnesses.ClientState, KernelWitnesses.ClientStatePeak, states => states.Client);
        States(KernelWitnesses.ServerState, KernelWitnesses.ServerStatePeak, states => states.Server);
        States(KernelWitnesses.BothState, KernelWitnesses.BothStatePeak, states => states.Both);
        table.Add(KernelWitnesses.TimeWait, seen => seen.States.TimeWait is { } waiting ? new(waiting) : Reading.Unseen("/proc/net/sockstat was not read"));
        table.Add(KernelWitnesses.Orphans, seen => seen.States.Orphans is { } orphans ? new(orphans)
            : Reading.Unseen("orphans are counted for the whole kernel: they are read where the sandbox is a kernel of its own"));
        Files(KernelWitnesses.FilesInUse, (_, last) => new(last.InUse));
        Files(KernelWitnesses.FilesPeak, (seen, _) => new(seen.Files.Peak));
        Files(KernelWitnesses.FilesLimit, (_, last) => new(last.Limit));
        Files(KernelWitnesses.FileMaxLines, (seen, _) => new(seen.KernelLog.FileMaxLines));
        Files(KernelWitnesses.FileMaxLimit, (seen, _) => seen.KernelLog.FileMaxLimit is { } limit ? new(limit) : Reading.Never);

        void Files(Witness row, Func<Sightings, FilesSeen, Reading> read) =>
            table.Add(row, seen => seen.Files.Last is { } last ? read(seen, last) : Reading.Unseen(NotSeen));
        void States(Witness<string> last, Witness<string> peak, Func<StateSightings, Dictionary<string, StateFigures>> side)
        {
            table.Add(last, (seen, state) => IfListed(seen, StateSightings.Of(side(seen.States), state).Last));
            table.Add(peak, (seen, state) => IfListed(seen, StateSightings.Of(side(seen.States), state).Peak));
        }
    }

    private static Reading IfListed(Sightings seen, long value) => seen.States.Any ? new(value) : Reading.Unseen("sock_diag never listed the sockets");

    private static Reading IfCounter(Sightings seen, Counter counter, Func<ulong, Reading> read) =>
        !seen.Counters.Any ? Reading.Unseen("the counters were never read")
        : seen.Counters.Delta(counter) is { } delta ? read(delta)
        : Reading.Unseen($"this kernel has no counter {counter}");
}
