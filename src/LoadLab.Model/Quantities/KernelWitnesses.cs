using static LoadLab.Model.Units;

namespace LoadLab.Model;

/// <summary>What the conductor reads of the kernel: counters, the table of connections, the table of files, the kernel's log.</summary>
public static class KernelWitnesses
{
    private const string SnmpSource = "net/ipv4/proc.c netstat_seq_show, snmp_seq_show";
    private const string DiagSource = "net/ipv4/inet_diag.c inet_diag_dump_icsk; net/ipv4/tcp.c tcp_set_state";
    private const string FileSource = "fs/file_table.c alloc_empty_file";
    private static readonly WitnessGroup Group = new(Sampler.Ticks, WitnessFamily.Counters, SnmpSource);

    /// <summary>When a counter first moved.</summary>
    public static Witness<Counter> CounterFirstSeen { get; } = Group.Add(
        "counters.COUNTER.first-seen", Parameters.Counter, Seconds, "When this counter was first seen to have moved.", WitnessTiming.Change);

    /// <summary>When a counter last moved.</summary>
    public static Witness<Counter> CounterLastSeen { get; } = Group.Add(
        "counters.COUNTER.last-seen", Parameters.Counter, Seconds, "When this counter was last seen to have moved again.", WitnessTiming.Change);

    /// <summary>By how much a counter moved.</summary>
    public static Witness<Counter> CounterDelta { get; } = Group.Add(
        "counters.COUNTER", Parameters.Counter, Packets, "By how much this counter has moved since the run began.");

    /// <summary>SYN-ACKs retransmitted.</summary>
    public static Witness SynAckRetransmits { get; } = Group.Add(
        "sock_diag.synack-retransmits", Packets,
        "SYN-ACKs that the timers of the half-open requests have retransmitted: num_retrans of those that are still there.", of: WitnessFamily.Requests,
        source: "net/ipv4/inet_diag.c inet_req_diag_fill (num_retrans)");

    /// <summary>Client sockets in a state.</summary>
    public static Witness<string> ClientState { get; } = Last("client", "Sockets of the clients");

    /// <summary>Most client sockets in a state.</summary>
    public static Witness<string> ClientStatePeak { get; } = Peak("client", "sockets of the clients");

    /// <summary>Server sockets in a state.</summary>
    public static Witness<string> ServerState { get; } = Last("server", "Sockets of the server");

    /// <summary>Most server sockets in a state.</summary>
    public static Witness<string> ServerStatePeak { get; } = Peak("server", "sockets of the server");

    /// <summary>Sockets in a state.</summary>
    public static Witness<string> BothState { get; } = Last("both", "Sockets of either end");

    /// <summary>Most sockets in a state.</summary>
    public static Witness<string> BothStatePeak { get; } = Peak("both", "sockets of either end");

    /// <summary>TIME-WAIT of the namespace.</summary>
    public static Witness TimeWait { get; } = Group.Add(
        "sockstat.time-wait", Connections, "TCP.tw of /proc/net/sockstat: what net.ipv4.tcp_max_tw_buckets bounds.", by: Sampler.PhaseEnds,
        of: WitnessFamily.TimeWaitCount, source: "net/ipv4/proc.c sockstat_seq_show (tw_refcount)", isPresent: true);

    /// <summary>Orphans of the kernel.</summary>
    public static Witness Orphans { get; } = Group.Add(
        "sockstat.orphans", Connections, "TCP.orphan of /proc/net/sockstat, of the whole kernel: sockets that no process holds any more, which "
            + "net.ipv4.tcp_max_orphans bounds. Read where the sandbox is a kernel of its own.",
        by: Sampler.PhaseEnds, of: WitnessFamily.OrphanCount, source: "net/ipv4/proc.c sockstat_seq_show (tcp_orphan_count_sum)", isPresent: true);

    /// <summary>Open files.</summary>
    public static Witness FilesInUse { get; } = Group.Add(
        "file-nr.in-use.last", Files, "Open files of the whole kernel.", of: WitnessFamily.FileTable, source: FileSource);

    /// <summary>Most open files.</summary>
    public static Witness FilesPeak { get; } = Group.Add("file-nr.in-use.peak", Files, "Most files of the whole kernel that were seen open.",
        WitnessTiming.Peak, of: WitnessFamily.FileTable, source: FileSource);

    /// <summary>fs.file-max.</summary>
    public static Witness FilesLimit { get; } = Group.Add(
        "file-nr.limit", Files, "fs.file-max as the kernel says it beside its count.", of: WitnessFamily.FileTable, source: FileSource);

    /// <summary>Lines of the kernel's log on fs.file-max.</summary>
    public static Witness FileMaxLines { get; } = Group.Add("kernel-log.file-max.lines", Lines,
        "Lines of the kernel's log that say that fs.file-max was reached.", by: Sampler.KernelLog, of: WitnessFamily.KernelLog, source: FileSource);

    /// <summary>The limit that they name.</summary>
    public static Witness FileMaxLimit { get; } = Group.Add("kernel-log.file-max.limit", Files, "The limit that the last of those lines names.",
        by: Sampler.KernelLog, of: WitnessFamily.KernelLog, source: FileSource);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Witness> All => Group.Rows;

    private static Witness<string> Last(string side, string whose) =>
        Group.Add($"sock_diag.{side}.STATE.last", Parameters.State, Connections, $"{whose} in this TCP state.", of: WitnessFamily.ConnectionTable,
            source: DiagSource, isPresent: true);

    private static Witness<string> Peak(string side, string whose) =>
        Group.Add($"sock_diag.{side}.STATE.peak", Parameters.State, Connections, $"Most {whose} that were seen in this TCP state.", WitnessTiming.Peak,
            of: WitnessFamily.ConnectionTable, source: DiagSource);
}
