using static LoadLab.Model.Units;

namespace LoadLab.Model;

/// <summary>What is known once for a run: what the scenario asks for, what fits, when something comes first.</summary>
public static class RunQuantities
{
    private const string Scenario = "the scenario itself";
    private const string Full = "include/net/sock.h sk_acceptq_is_full";
    private const string ConnRequest = "net/ipv4/tcp_input.c tcp_conn_request";
    private const string Timer = "net/ipv4/tcp_timer.c tcp_retransmit_timer";
    private const string Rlimit = "fs/file.c alloc_fd";
    private const string FileTable = "fs/file_table.c alloc_empty_file";
    private static readonly QuantityGroup Group = new(isOfPhase: false);

    /// <summary>Connects that the loads issue.</summary>
    public static Quantity Connects { get; } = Group.Add(
        "connections", Connections, "Connects that the loads issue.", Scenario, new WitnessUse(ClientWitnesses.Attempted));

    /// <summary>The backlog asked for.</summary>
    public static Quantity Backlog { get; } = Group.Unwitnessed(
        "backlog", Connections, "The number given to listen().", Scenario, "the kernel keeps only the live backlog");

    /// <summary>What one accept queue holds.</summary>
    public static Quantity Capacity { get; } = Group.Unwitnessed("capacity", Connections,
        "Connections that one accept queue holds: the live backlog and one more.", Full, "how many fit is seen only where the queue was full");

    /// <summary>Listeners.</summary>
    public static Quantity Listeners { get; } = Group.Unwitnessed("listeners", Connections, "Listeners on the port.", Scenario, "the scenario says it");

    /// <summary>What all accept queues hold.</summary>
    public static Quantity TotalCapacity { get; } = Group.Unwitnessed(
        "total-capacity", Connections, "Connections that all accept queues together hold.", Full, "how many fit is seen only where the queues were full");

    /// <summary>When the queue first overflows.</summary>
    public static Quantity FirstOverflow { get; } = Group.Add(
        "first-overflow", Seconds, "When a SYN first meets a full accept queue.", ConnRequest,
        new(KernelWitnesses.CounterFirstSeen.Of(Counter.ListenOverflows)), new(ListenerWitnesses.SockDiag.FirstDrop, Given.NoDeferral),
        new(ListenerWitnesses.TcpInfo.FirstDrop, Given.NoDeferral));

    /// <summary>How long clients wait.</summary>
    public static Quantity<string> Latency { get; } = Group.Add(
        "latency.QUANTILE", Parameters.OneOf("QUANTILE", "p50, p90, p99 or max", "p50", "p90", "p99", "max"), Seconds,
        "From a connect's intended start to the end of its handshake.", Timer,
        [new WitnessUse(ClientWitnesses.Latency)], QuantityKind.Duration);

    /// <summary>The smallest backlog that loses nothing.</summary>
    public static Quantity SmallestBacklog { get; } = Group.Unwitnessed("smallest-backlog", Connections, "The smallest backlog with which no SYN is dropped.",
        ConnRequest, "a run has one backlog; a variant tries this one");

    /// <summary>When a transmission comes.</summary>
    public static Quantity<RetransmitStep> Step { get; } = Group.Add(
        "KIND.N", Parameters.ScheduleStep, Seconds, "When this transmission of an unanswered segment comes, since the first.", Timer,
        [new(PacketWitnesses.Earliest), new(PacketWitnesses.Latest)], QuantityKind.Duration);

    /// <summary>When a connect fails.</summary>
    public static Quantity SynGiveUp { get; } = Group.Add(
        "syn.give-up", Seconds, "When the kernel gives up a connect that no host answers.", Timer,
        new(ClientWitnesses.FirstFailure.Of(Errno.ETIMEDOUT)), new(KernelWitnesses.CounterFirstSeen.Of(new Counter("TcpExt.TCPAbortOnTimeout"))));

    /// <summary>When a half-open request is given up.</summary>
    public static Quantity SynAckGiveUp { get; } = Group.Unwitnessed(
        "syn-ack.give-up", Seconds, "When the kernel gives up a half-open request, since its SYN.", "net/ipv4/inet_connection_sock.c reqsk_timer_handler",
        "the kernel reports it nowhere");

    /// <summary>When unacknowledged data ends a connection.</summary>
    public static Quantity DataGiveUp { get; } = Group.Add(
        "data.give-up", Seconds, "When the kernel gives up a connection whose data is not acknowledged, since the data was sent.", Timer,
        new(KernelWitnesses.CounterFirstSeen.Of(new Counter("TcpExt.TCPAbortOnTimeout"))),
        new(ServerWitnesses.ErrorFirstSeen.Of(Errno.ETIMEDOUT), Given.NoClients));

    /// <summary>When an unacknowledged FIN is given up.</summary>
    public static Quantity FinGiveUp { get; } = Group.Add(
        "fin.give-up", Seconds, "When the kernel gives up a connection whose FIN is not acknowledged, since the FIN was sent.", Timer,
        new WitnessUse(KernelWitnesses.CounterFirstSeen.Of(new Counter("TcpExt.TCPAbortOnTimeout"))));

    /// <summary>What the SYN queue holds.</summary>
    public static Quantity SynQueueCapacity { get; } = Group.Unwitnessed(
        "syn-queue.capacity", Connections, "Half-open requests that the SYN queue holds.", ConnRequest, "how many fit is seen only where the queue was full");

    /// <summary>When half-open requests expire.</summary>
    public static Quantity HalfOpenExpires { get; } = Group.Unwitnessed(
        "half-open.expires", Seconds, "When the first half-open request is given up.", "net/ipv4/inet_connection_sock.c reqsk_timer_handler",
        "the kernel counts the timers of all requests alike, so the scenario decides which of them shows it");

    /// <summary>Ports for one destination.</summary>
    public static Quantity LocalPorts { get; } = Group.Unwitnessed("ports", Ports, "Local ports that the loads find for one destination.",
        "net/ipv4/inet_hashtables.c __inet_hash_connect", "what they were enough for is `established`");

    /// <summary>fs.file-max.</summary>
    public static Quantity FileMax { get; } = Group.Add("file-max", Files, "fs.file-max.", FileTable, new WitnessUse(KernelWitnesses.FilesLimit));

    /// <summary>Open files at the first refusal.</summary>
    public static Quantity FilesAtLimit { get; } = Group.Unwitnessed(
        "files-at-limit", Files, "Files that are open when the kernel first refuses one.", FileTable, "it is seen only where the table was full");

    /// <summary>Free descriptors of the server.</summary>
    public static Quantity ServerRoom { get; } = Group.Unwitnessed(
        "room.server", Connections, "Connections for which the server has free descriptors.", Rlimit, "how many fit is seen only where the table was full");

    /// <summary>Free descriptors of each swarm worker.</summary>
    public static Quantity SwarmRoom { get; } = Group.Unwitnessed(
        "room.swarm", Connections, "Sockets for which each swarm worker has free descriptors.", Rlimit, "how many fit is seen only where the table was full");

    /// <summary>The server's limit.</summary>
    public static Quantity ServerNofile { get; } = Group.Add("nofile.server", Descriptors, "RLIMIT_NOFILE of the server.", Rlimit, Limit(Role.Server));

    /// <summary>The limit of each swarm worker.</summary>
    public static Quantity SwarmNofile { get; } = Group.Add("nofile.swarm", Descriptors, "RLIMIT_NOFILE of each swarm worker.", Rlimit, Limit(Role.Swarm));

    /// <summary>The errno of a step of the probe.</summary>
    public static Quantity<string> ProbeErrno { get; } = Group.Add("probe.STEP.errno", Parameters.ProbeStep, ErrnoNumber,
        "The errno of a step of the probe; 0 for success.", "kernel/sys.c do_prlimit", [new WitnessUse(ProbeWitnesses.ErrnoOf)]);

    /// <summary>The value of a step of the probe.</summary>
    public static Quantity<string> ProbeValue { get; } = Group.Add("probe.STEP.value", Parameters.ProbeStep, Descriptors,
        "What the call of a step of the probe returns.", "kernel/sys.c do_prlimit", [new WitnessUse(ProbeWitnesses.Value)]);

    /// <summary>The soft limit after a step of the probe.</summary>
    public static Quantity<string> ProbeSoft { get; } = Group.Add(
        "probe.STEP.soft", Parameters.ProbeStep, Descriptors, "Soft RLIMIT_NOFILE after a step of the probe.", "kernel/sys.c do_prlimit",
        [new(ProbeWitnesses.Soft), new(ProbeWitnesses.ProcSoft), new(ProbeWitnesses.PrlimitSoft)]);

    /// <summary>The hard limit after a step of the probe.</summary>
    public static Quantity<string> ProbeHard { get; } = Group.Add(
        "probe.STEP.hard", Parameters.ProbeStep, Descriptors, "Hard RLIMIT_NOFILE after a step of the probe.", "kernel/sys.c do_prlimit",
        [new(ProbeWitnesses.Hard), new(ProbeWitnesses.ProcHard), new(ProbeWitnesses.PrlimitHard)]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Quantity> All => Group.Rows;

    private static WitnessUse[] Limit(Role role) =>
        [new(ProcessWitnesses.OwnSoft.Of(role)), new(ProcessWitnesses.OwnHard.Of(role)), new(ProcessWitnesses.Soft.Of(role)),
            new(ProcessWitnesses.Hard.Of(role))];
}
