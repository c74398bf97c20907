using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>The accept queue and who should empty it: the causes of its overflows, and a queue that is full or nearly so.</summary>
internal static class AcceptRows
{
    // Longer than any accept loop's sleep at its fd limit but Go's and asyncio's last step of 1 s, which the sentence leaves open.
    private static readonly Nanoseconds Quiet = Nanoseconds.FromMilliseconds(500);
    private static readonly ImmutableArray<string> Overflows = [DropRows.SynAcceptQueueFull, DropRows.FinalAck, "final-ack-reset", DropRows.CookieAck,
        DropRows.AcceptQueueFull];
    private static readonly ImmutableArray<string> Full = [.. Overflows, "accept-queue-filled", "accept-queue-nearly-full"];

    public static ImmutableArray<Diagnosis> All { get; } =
    [
        new Diagnosis
        {
            Id = "listener-closed",
            Severity = Severity.Fault,
            Title = "A listener was closed with connections in its queue",
            When = "A listener disappeared while connections were queued at it, and Tcp.EstabResets moved. Silent where "
                + "net.ipv4.tcp_migrate_req=1 moves them to another listener of the group.",
            Finds = facts => facts.Accept is { ClosedWith: > 0 and var queued } && facts.Count(Counter.EstabResets) > 0
                ? [new Symptom("listener", $"A listener was closed with {(HasMoreResets(facts, queued) ? "at least " : "")}"
                    + $"{TextFormat.Count(queued, "connection")} in its accept queue, and the kernel reset {(queued == 1 ? "it" : "them")}"
                    + $"{Told(facts, Errno.ECONNRESET)}.")]
                : [],
            Means = "close() of a listener, or the end of its process, resets every connection that it has not accepted. Its clients were "
                + "connected and learn of it at their next send or receive.",
            Cure = "Accept until the queue is empty before you close it. With SO_REUSEPORT, net.ipv4.tcp_migrate_req=1 gives the queue to "
                + "another listener of the group. Do not start a second process that listens on the port and leaves.",
            KernelSource = "net/ipv4/inet_connection_sock.c inet_csk_listen_stop",
            Replaces = ["errno-econnreset"],
        },
        new Diagnosis
        {
            Id = "accept-loop-lost",
            Severity = Severity.Fault,
            Title = "The accept loop did not come back from its fd limit",
            When = "The server's process had no free descriptor at some time, has some again, and accept() takes none of the queued "
                + "connections for 500 ms or more.",
            Finds = facts => Stopped(facts) is { } quiet && WasAtLimit(facts) && !facts.Processes.IsEmpty && facts.Processes.All(one => one.Free > 0)
                ? [new Symptom("accept loop",
                    $"The server was at its fd limit and has {TextFormat.Count(facts.Processes.Min(one => one.Free), "free descriptor")} again, but for the "
                + $"last {quiet} accept() took none of {TextFormat.Count(facts.Accept!.Queued, "queued connection")}.")]
                : [],
            Means = "The program gave up on EMFILE, or waits for an event that does not come. The queue stays full although nothing is missing any more.",
            Cure = "Restart it. In the program: after EMFILE try again after a delay, and never wait for a close alone.",
            KernelSource = "net/socket.c __sys_accept4 (get_unused_fd_flags before the queue)",
            Explains = Full,
            Replaces = ["fd-limit-server"],
        },
        new Diagnosis
        {
            Id = "reuseport-listener-stuck",
            Severity = Severity.Fault,
            Title = "One listener of a SO_REUSEPORT group does not accept",
            When = "Several listeners share an address; connections are queued at one that has never taken any (or its queue is full or "
                + "nearly so), while another's queue is empty. One whose queue was never seen with anything in it has taken all if any were accepted.",
            Finds = facts => from shared in facts.Listeners.GroupBy(one => one.Address)
                             let stuck = shared.Where(one => one.Queue > 0 && (one.WasTaken == false || (one.WasTaken is null && IsNear(one)))).ToList()
                             let free = shared.Count(one => one.Queue == 0 && (one.WasTaken != false || (one.Peak == 0 && facts.Accept?.Accepted > 0)))
                             where stuck.Count > 0 && free > 0
                             select new Symptom(
                                 Named(shared.Key, "listeners"),
                                 $"Of {shared.Count()} listeners at one address {stuck.Count} {(stuck.Count == 1 ? "does" : "do")} not accept: "
                                     + $"{TextFormat.And([.. stuck.Select(one => $"{one.Queue} of {one.Capacity}")])} queued there, while {free} "
                                     + $"{(free == 1 ? "has" : "have")} an empty queue."),
            Means = "The kernel chooses the listener by a hash before it looks at any queue. The share of the clients that this listener "
                + "gets waits, and then is dropped, although the others have room; a retransmitted SYN goes to the same listener.",
            Cure = "A listener that drains must leave the group: close it (with net.ipv4.tcp_migrate_req=1), or choose listeners by SO_ATTACH_REUSEPORT_EBPF.",
            KernelSource = "net/core/sock_reuseport.c reuseport_select_sock",
            Explains = Full,
            Replaces = ["reuseport-uneven", "accept-stopped"],
        },
        new Diagnosis
        {
            Id = "reuseport-uneven",
            Severity = Severity.Fault,
            Title = "One listener of a SO_REUSEPORT group dropped while another had room",
            When = "Several listeners share a port, and when the first packet was dropped some of their queues had free slots.",
            Finds = facts => facts.Listeners.Length > 1 && facts.Accept is { RoomAtFirstDrop: > 0 and var room }
                ? [new Symptom("listeners",
                    $"When the first packet was dropped, the queues of the {facts.Listeners.Length} listeners together had room for {room} more.")]
                : [],
            Means = "Each listener has a queue of its own, and the kernel chooses one by a hash of the connection before it looks at any queue.",
            Cure = "Longer queues for each listener, one shared listener, or a program that chooses (SO_ATTACH_REUSEPORT_EBPF).",
            KernelSource = "net/core/sock_reuseport.c reuseport_select_sock",
            Scenario = "accept-queue/reuseport",
            Explains = Overflows,
        },
        new Diagnosis
        {
            Id = "accept-never",
            Severity = Severity.Fault,
            Title = "The server never called accept()",
            When = "A queue is full or nearly so at the end, and not one connection was accepted.",
            Finds = facts => facts.Accept is { Accepted: 0, Queued: > 0 and var queued } && facts.Listeners.Any(one => one.Queue > 0 && IsNear(one))
                && !WasAtLimit(facts)
                ? [new Symptom("accept loop", $"The server has accepted none; {TextFormat.Count(queued, "connection")} {TextFormat.Are(queued)} queued.")]
                : [],
            Means = "Only accept() makes room. A larger backlog only moves the moment at which the queue is full.",
            Cure = "Find out why the program does not accept: still starting, blocked, or stopped.",
            KernelSource = "net/ipv4/inet_connection_sock.c inet_csk_accept",
            Scenario = "accept-queue/backlog-overflow",
            Explains = Full,
        },
        new Diagnosis
        {
            Id = "accept-stopped",
            Severity = Severity.Fault,
            Title = "The server stopped calling accept()",
            When = "Some connections were accepted, others are queued at the end, and accept() has taken none for 500 ms or more; no "
                + "process of the server is or was at its fd limit.",
            Finds = facts => Stopped(facts) is { } quiet && facts.Accept!.Accepted is not 0 && !WasAtLimit(facts)
                ? [new Symptom("accept loop", $"For the last {quiet} accept() took none of {TextFormat.Count(facts.Accept.Queued, "queued connection")}"
                    + $"{(facts.Accept.Accepted is { } accepted ? $", after {accepted} accepted" : "")}; descriptors are free.")]
                : [],
            Means = "The program holds back by itself: a cap of its own (a semaphore, a pool of workers, a maximum of connections), or its "
                + "loop is blocked. Clients in the queue are connected from their own point of view.",
            Cure = "Raise the cap or close connections that are done. Where the cap is meant, accept and refuse beyond it: a queue that "
                + "no program empties only hides the load.",
            KernelSource = "net/ipv4/inet_connection_sock.c inet_csk_accept",
            Explains = Full,
        },
        new Diagnosis
        {
            Id = "closed-clients-queued",
            Severity = Severity.Fault,
            Title = "Closed clients hold slots of the accept queue",
            When = "Connections that no process has accepted are in CLOSE-WAIT. A client that has reset holds its slot, too, but is in no table.",
            Finds = facts => facts.Listeners.Where(one => one.QueuedClosed > 0).DistinctBy(one => one.Address).Select(one => new Symptom(
                Named(one.Address,
                    "accept queue"), $"{TextFormat.Count(one.QueuedClosed, "slot")} of the accept queue {(one.QueuedClosed == 1 ? "was" : "were")} held by "
                    + $"clients that had already closed.")),
            Means = "A client that closes or resets while it is queued keeps its slot until accept(). Retries can fill the queue with "
                + "clients that are gone, and the server learns it only from recv().",
            Cure = "Accept faster, and call recv() before the work. Clients should wait longer before they try again.",
            KernelSource = "net/ipv4/inet_connection_sock.c inet_csk_accept, inet_csk_reqsk_queue_add",
            Scenario = "accept-queue/closed-clients-hold-slots",
            Explains = Full,
        },
        new Diagnosis
        {
            Id = "backlog-clamped",
            Severity = Severity.Risk,
            Title = "net.core.somaxconn made the backlog smaller",
            When = "The queue was full, and its live backlog is less than listen() asked for; where that is not known, equal to net.core.somaxconn.",
            Finds = facts => facts.Listeners.Where(one => one.Peak > one.LiveBacklog
                && (one.Asked is { } asked ? one.LiveBacklog < asked : one.LiveBacklog == Somaxconn(facts))).DistinctBy(one => one.Address)
                .Select(one => new Symptom(
                Named(one.Address, "backlog"), one.Asked is { } asked
                    ? $"The program asked for a backlog of {asked} and has {one.LiveBacklog}: net.core.somaxconn was {one.LiveBacklog} at the time of listen()."
                    : $"The live backlog is {one.LiveBacklog}, which is net.core.somaxconn: the program asked for that or more.")),
            Means = "The kernel clamps the backlog silently, and a listener keeps the limit of its last listen().",
            Cure = "Raise net.core.somaxconn in the network namespace of the server, then call listen() again (restart the program).",
            KernelSource = "net/socket.c __sys_listen",
            Scenario = "accept-queue/somaxconn-clamps-backlog",
            Explains = Full,
        },
        new Diagnosis
        {
            Id = "backlog-own",
            Severity = Severity.Risk,
            Title = "The program's own backlog is the limit",
            When = "The queue was full and has room again, and its live backlog is below net.core.somaxconn: the program asked for no more.",
            Finds = facts => facts.Listeners.Where(one => one.Peak > one.LiveBacklog && one.Queue <= one.LiveBacklog
                && (one.Asked is null || one.Asked == one.LiveBacklog) && one.LiveBacklog < Somaxconn(facts)).DistinctBy(one => one.Address)
                .Select(one => new Symptom(
                Named(one.Address,
                    "backlog"), $"The queue was full for a while and has room again. Its limit is the program's own backlog of {one.LiveBacklog}; "
                    + $"net.core.somaxconn is {Somaxconn(facts)}.")),
            Means = "What arrives while accept() pauses must fit into the queue. The sysctl is not the limit here.",
            Cure = "Give listen() a larger backlog, at least the rate of arrivals times the longest pause; or shorten the pauses.",
            KernelSource = "net/socket.c __sys_listen",
            Scenario = "accept-queue/stall-under-load",
            Explains = Overflows,
        },
        new Diagnosis
        {
            Id = "accept-queue-filled",
            Severity = Severity.Risk,
            Title = "The accept queue is full",
            When = "A queue held as many connections as it takes, and no overflow was counted over the same time; of a machine: it does so now.",
            Finds = facts => facts.Drops is { SynOverflows: 0, FinalAcks: 0, CookieAcks: 0, Unsplit: 0 } || facts.Accept is null
                ? facts.Listeners.Where(one => one.Peak > one.LiveBacklog).Select(one => new Symptom(
                    Named(one.Address, "accept queue"), facts.Accept is null
                        ? $"The accept queue is full now, {one.Queue} of {one.Capacity}: the kernel answers no further SYN until the server calls accept()."
                        : $"The accept queue was filled to its last slot, {one.Peak} of {one.Capacity}, and not beyond: the next connection would have been "
                        + $"dropped."))
                : [],
            Means = "The server accepts too slowly, or not at all.",
            Cure = "Call accept() faster. A larger backlog only absorbs bursts.",
            KernelSource = "include/net/sock.h sk_acceptq_is_full",
            Scenario = "accept-queue/stalled-accept",
        },
        new Diagnosis
        {
            Id = "accept-queue-nearly-full",
            Severity = Severity.Risk,
            Title = "The accept queue is nearly full",
            When = "A queue holds nine tenths of what it takes, or more, and is not full.",
            Finds = facts => facts.Listeners.Where(one => one.Peak <= one.LiveBacklog && IsNear(one)).Select(one => new Symptom(
                Named(one.Address, "accept queue"), $"The accept queue {(facts.Accept is null ? "holds" : "held")} {one.Peak} of {one.Capacity} connections.")),
            Means = "The server accepts too slowly, or not at all; the next burst is dropped.",
            Cure = "Call accept() faster. A larger backlog only absorbs bursts.",
            KernelSource = "include/net/sock.h sk_acceptq_is_full",
            Scenario = "accept-queue/slow-accept",
        },
        new Diagnosis
        {
            Id = "syn-queue-near",
            Severity = Severity.Risk,
            Title = "The SYN queue is full or nearly so",
            When = "Half-open requests at an address are as many as the live backlogs of its listeners together. Of a SO_REUSEPORT group "
                + "only the sum can be seen.",
            Finds = facts => facts.Listeners.Where(one => facts.Accept is null && one.HalfOpen > 0 && one.HalfOpen >= one.GroupBacklog)
                .DistinctBy(one => one.Address).Select(one => new Symptom(
                Named(one.Address,
                    "SYN queue"), $"{TextFormat.Count(one.HalfOpen, "half-open request")} at a live backlog of "
                    + $"{one.GroupBacklog}{(one.Group > 1 ? $" of {one.Group} listeners together" : "")}: the SYN queue is full or one request from it.")),
            Means = "A further SYN is dropped, or answered by a cookie where net.ipv4.tcp_syncookies is 1.",
            Cure = "Turn syncookies on, or use a larger backlog and net.core.somaxconn.",
            KernelSource = "include/net/inet_connection_sock.h inet_csk_reqsk_queue_is_full",
            Scenario = "syn-queue/overflow-cookies",
        },
        new Diagnosis
        {
            Id = "listener-drops",
            Severity = Severity.Fault,
            Title = "A listener has dropped packets",
            When = "sk_drops of a listener is more than 0, and ListenDrops of its network namespace covers it. What sk_drops counts beyond "
                + "ListenDrops (RSTs for half-open requests, bare ACKs under TCP_DEFER_ACCEPT) is no drop.",
            Finds = facts => facts.Accept is null && facts.Drops is { Total: > 0 and var total }
                ? facts.Listeners.Where(one => one.Drops > 0).Select(one => new Symptom(
                    Named(one.Address, "drops"),
                    $"This listener has dropped {((ulong)one.Drops!.Value <= total && facts.Drops.HalfOpenResets == 0 ? "" : "up to ")}"
                        + $"{TextFormat.Count(Math.Min((ulong)one.Drops.Value, total), "packet")} {facts.DropsSince}."))
                : [],
            Means = "Each cost a client a second or more.",
            Cure = "See the counters for the reason; a full accept queue is the usual one.",
            KernelSource = "include/net/tcp.h tcp_listendrop",
            Scenario = "accept-queue/slow-accept",
        },
    ];

    /// <summary>True when so little is left of something that the next burst takes it: a tenth.</summary>
    internal static bool IsNear(double share) => share >= 0.9;

    private static bool IsNear(ListenerFacts one) => IsNear((double)one.Peak / one.Capacity);

    // More clients were reset than the last look found in the queue.
    private static bool HasMoreResets(Facts facts, long queued) =>
        facts.Failed(Role.Swarm, Errno.ECONNRESET).Sum(failure => failure.Count) > queued;

    // By its own accept() that failed, or by a look at its table that found no free number.
    private static bool WasAtLimit(Facts facts) => facts.Processes.Any(one => one.WasFull) || facts.Failed(Role.Server, Errno.EMFILE).Any();

    private static Nanoseconds? Stopped(Facts facts) => facts.Accept is { Quiet: { } quiet, Queued: > 0 } && quiet >= Quiet ? quiet : null;

    private static long? Somaxconn(Facts facts) => long.TryParse(facts.Sysctl("net.core.somaxconn"), out var somaxconn) ? somaxconn : null;

    private static string Named(string address, string what) => address.Length == 0 ? what : $"{address} {what}";

    private static string Told(Facts facts, Errno errno) =>
        facts.Failed(Role.Swarm, errno).Sum(failure => failure.Count) is > 0 and var told ? $"; {TextFormat.Count(told, "client")} got {errno.Name}" : "";
}
