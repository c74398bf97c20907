using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>Counters that stay at zero where nothing is wrong, and that no other row explains.</summary>
internal static class CounterRows
{
    private static readonly Counter InErrs = new("Tcp.InErrs");
    private const string PruneQueue = "net/ipv4/tcp_input.c tcp_prune_queue";

    public static ImmutableArray<Diagnosis> All { get; } =
    [
        Row("fast-open-queue-full", new("TcpExt.TCPFastOpenListenOverflow"), "SYN that met a full queue of TCP Fast Open", "It had to do the whole handshake.",
            "Give TCP_FASTOPEN a longer queue.", "net/ipv4/tcp_fastopen.c tcp_fastopen_queue_check"),
        Row("time-wait-overflow", new("TcpExt.TCPTimeWaitOverflow"), "connection that was closed without TIME-WAIT",
            "There were net.ipv4.tcp_max_tw_buckets of them already, or no memory for one: a late segment can meet the successor.",
            "Raise net.ipv4.tcp_max_tw_buckets, or let clients keep connections open.", "net/ipv4/tcp_minisocks.c tcp_time_wait",
            "ephemeral-ports/time-wait"),
        Row("reset-not-sent", new("TcpExt.TCPAbortFailed"), "RST that could not be sent", "There was no memory for it; the peer learns nothing.",
            "Look at memory as a whole, and at net.ipv4.tcp_mem.", "net/ipv4/tcp_output.c tcp_send_active_reset"),
        Row("memory-pressure", Counter.MemoryPressures, "entry of TCP into memory pressure",
            "TCP of the whole machine used more pages than the second number of net.ipv4.tcp_mem; windows shrink.", "Raise net.ipv4.tcp_mem, and find "
            + "programs that do not read.", "net/ipv4/tcp.c tcp_enter_memory_pressure"),
        Row("receive-queue-pruned", new("TcpExt.PruneCalled"), "receive queue that was full and had to be compacted",
            "A program does not read as fast as its peers send.", "Read faster, or raise net.ipv4.tcp_rmem.", PruneQueue),
        Row("segment-pruned", new("TcpExt.RcvPruned"), "segment that was dropped from a full receive queue", "It has to be retransmitted.",
            "Read faster, or raise net.ipv4.tcp_rmem.", PruneQueue),
        Row("socket-backlog-full", new("TcpExt.TCPBacklogDrop"), "segment that was dropped while a system call held its socket",
            "What arrived during the call did not fit.", "Raise net.ipv4.tcp_rmem, or use shorter calls.", "net/ipv4/tcp_ipv4.c tcp_add_backlog"),
        Row("receive-queue-full", new("TcpExt.TCPRcvQDrop"), "segment that found no room in its receive queue", "It has to be retransmitted.",
            "Read faster, or raise net.ipv4.tcp_rmem.", "net/ipv4/tcp_input.c tcp_data_queue"),
        Row("send-queue-too-big", new("TcpExt.TCPWqueueTooBig"), "segment that could not be cut since the send queue was too large",
            "What should have been sent was not.", "Use a smaller SO_SNDBUF.", "net/ipv4/tcp_output.c tcp_fragment"),
        Row("bad-segments", InErrs, "segment that had a bad header or checksum", "A cable, a network card or a middlebox damages packets.",
            "Look at the counters of the interface (ethtool -S).",
            "net/ipv4/tcp_ipv4.c tcp_v4_rcv; net/ipv4/tcp_input.c tcp_validate_incoming (syn_inerr)") with
        {
            Title = "Segments had a bad header or checksum",
            When = $"{InErrs} moved by more than {Counter.SynChallenge}: a SYN or SYN-ACK of an established connection counts there, too, and nothing is wrong "
                + $"with it.",
            Finds = facts => facts.Counter(InErrs) is { } errors && facts.Count(Counter.SynChallenge) is var challenged && errors > challenged
                ? [new Symptom(InErrs.Name,
                    $"{TextFormat.Count(errors - challenged, "segment")} had a bad header or checksum "
                + $"({InErrs}{(challenged > 0 ? $", without {challenged} of {Counter.SynChallenge}" : "")}).")]
                : [],
        },
    ];

    /// <summary>Their counters.</summary>
    public static ImmutableArray<Counter> Counters { get; } = [.. All.Select(row =>
        new Counter(row.When[..row.When.IndexOf(" moved", StringComparison.Ordinal)])), Counter.SynChallenge];

    private static Diagnosis Row(string id, Counter counter, string one, string means, string cure, string source, string? scenario = null) => new()
    {
        Id = id,
        Severity = Severity.Fault,
        Title = $"{counter} is not zero: {(one[0] is 'e' ? "an" : "a")} {one.Replace(" that ", " ", StringComparison.Ordinal)}",
        When = $"{counter} moved.",
        Finds = facts => facts.Counter(counter) is > 0 and var count ? [new Symptom(counter.Name, $"{counter} is {count}, one for each {one}.")] : [],
        Means = means,
        Cure = cure,
        KernelSource = source,
        Scenario = scenario,
    };
}
