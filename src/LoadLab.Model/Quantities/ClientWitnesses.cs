using static LoadLab.Model.Units;

namespace LoadLab.Model;

/// <summary>What the clients say of themselves.</summary>
public static class ClientWitnesses
{
    private const string Connect = "net/ipv4/af_inet.c __inet_stream_connect";
    private const string Retransmits = "net/ipv4/tcp.c tcp_get_info (tcpi_total_retrans)";
    private const string OwnTime = "net/ipv4/inet_hashtables.c __inet_hash_connect";
    private static readonly WitnessGroup Group = new(Sampler.Clients, WitnessFamily.ClientCalls, Connect);

    /// <summary>Connects issued.</summary>
    public static Witness Attempted { get; } = Group.Add(
        "clients.attempted", Connections, "Connects that the clients issued.", of: WitnessFamily.Load, source: "no kernel rule");

    /// <summary>Connects that finished the handshake.</summary>
    public static Witness Established { get; } = Group.Add(
        "clients.established", Connections, "Connects that finished the handshake, also when the connection has ended since.");

    /// <summary>Connects that failed.</summary>
    public static Witness Failed { get; } = Group.Add("clients.failed", Connections, "Connects that failed, at whatever call and with whatever errno.");

    /// <summary>Connects not answered.</summary>
    public static Witness Pending { get; } = Group.Add("clients.pending", Connections, "Connects that are not answered yet.", isPresent: true);

    /// <summary>Connects given up.</summary>
    public static Witness GaveUp { get; } = Group.Add("clients.gave-up", Connections, "Connects that the swarm gave up by its own time-out.");

    /// <summary>Connections held.</summary>
    public static Witness Open { get; } = Group.Add("clients.open", Connections, "Established connections that the clients still hold.", isPresent: true);

    /// <summary>SYNs retransmitted.</summary>
    public static Witness SynRetransmits { get; } = Group.Add(
        "clients.syn-retransmits", Packets, "SYNs retransmitted: tcpi_total_retrans of the waiting sockets and, for established ones, as it was then.",
        of: WitnessFamily.ClientSockets, source: Retransmits);

    /// <summary>SYNs without an answer.</summary>
    public static Witness SynsUnanswered { get; } = Group.Add(
        "clients.syns-unanswered", Packets, "SYNs that got no answer: connects and retransmitted SYNs, less those that were established or reset.",
        of: WitnessFamily.ClientSockets, source: Retransmits);

    /// <summary>Clients whose send() succeeded.</summary>
    public static Witness Senders { get; } = Group.Add(
        "clients.senders", Connections, "Clients told to send whose send() took every byte.", source: "net/ipv4/tcp.c tcp_sendmsg_locked");

    /// <summary>Data retransmitted.</summary>
    public static Witness DataRetransmits { get; } = Group.Add(
        "clients.data-retransmits", Packets, "Data segments retransmitted: tcpi_total_retrans of the established sockets, without their SYNs.",
        of: WitnessFamily.ClientSockets, source: Retransmits);

    /// <summary>Answers between the steps of the SYN schedule.</summary>
    public static Witness OffStep { get; } = Group.Add(
        "clients.off-step", Connections, "Connections whose time to establish is not a step of the SYN schedule.",
        source: "net/ipv4/tcp_timer.c tcp_retransmit_timer");

    /// <summary>Files that the kernel should have open.</summary>
    public static Witness OpenFiles { get; } = Group.Add(
        "clients.files", Files, "What the kernel had open before the load, and the sockets that the clients have opened since.", by: Sampler.Files,
        source: "fs/file_table.c alloc_empty_file");

    /// <summary>First end of a connection with an errno.</summary>
    public static Witness<Errno> BrokenFirstSeen { get; } = Group.Add(
        "clients.broken.ERRNO.first-seen", Parameters.Errno, Seconds, "When a call on an established connection first failed with this errno.",
        kind: QuantityKind.Moment, source: "net/ipv4/tcp_input.c tcp_reset");

    /// <summary>Calls on connections that failed.</summary>
    public static Witness<Errno> Broken { get; } = Group.Add(
        "clients.broken.ERRNO", Parameters.Errno, Connections, "Established connections on which a call failed with this errno.",
        source: "net/ipv4/tcp_input.c tcp_reset");

    /// <summary>Connects that failed at a call.</summary>
    public static Witness<string> FailedAt { get; } = Group.Add(
        "clients.failed-at.CALL", Parameters.Syscall, Connections, "Connects that failed at this system call.");

    /// <summary>First failure with an errno.</summary>
    public static Witness<Errno> FirstFailure { get; } = Group.Add(
        "clients.errno.ERRNO.first-seen", Parameters.Errno, Seconds, "When a connect first failed with this errno.", kind: QuantityKind.Moment);

    /// <summary>Connects that failed with an errno.</summary>
    public static Witness<Errno> FailedWith { get; } = Group.Add("clients.errno.ERRNO", Parameters.Errno, Connections, "Connects that failed with this errno.");

    /// <summary>Own time of connects that succeeded.</summary>
    public static Witness<string> OwnTimes { get; } = Group.Add(
        "clients.own-time.QUANTILE", Parameters.OneOf("QUANTILE", "p50, p90 or p99", "p50", "p90", "p99"), Seconds,
        "How long the calls of one connect of the last load took in the kernel, those that succeeded.", source: OwnTime);

    /// <summary>Own time of connects that failed.</summary>
    public static Witness<string> OwnTimesOfFailed { get; } = Group.Add(
        "clients.own-time.failed.QUANTILE", Parameters.OneOf("QUANTILE", "p50, p90 or p99", "p50", "p90", "p99"), Seconds,
        "How long the calls of one connect of the last load took in the kernel, those that failed.", source: OwnTime);

    /// <summary>Time to establish.</summary>
    public static Witness<string> Latency { get; } = Group.Add(
        "clients.latency.QUANTILE", Parameters.OneOf("QUANTILE", "p50, p90, p99, max or min", "p50", "p90", "p99", "max", "min"), Seconds,
        "From a connect's intended start to the end of its handshake.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Witness> All => Group.Rows;
}
