using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>The ways in which a listener does not take a packet of a handshake, as <c>drop_path</c> names them, and what looks like one and is none.</summary>
internal static class DropRows
{
    public const string SynAcceptQueueFull = "syn-accept-queue-full";
    public const string FinalAck = "final-ack-accept-queue-full";
    public const string CookieAck = "cookie-ack-accept-queue-full";
    public const string AcceptQueueFull = "accept-queue-full";
    public const string Softnet = "softnet-backlog-full";
    public const string CookiesSent = "syn-cookies-sent";
    private const string TcpConnRequest = "net/ipv4/tcp_input.c tcp_conn_request";
    private const string SynRecvSock = "net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock";

    private static readonly ImmutableArray<Witness> OfListener = [.. ListenerWitnesses.Both.SelectMany(by =>
        new[] { by.Drops, by.FirstDrop, by.RoomAtFirstDrop })];

    public static ImmutableArray<Diagnosis> All { get; } =
    [
        Path(
            SynAcceptQueueFull,
            Severity.Fault,
            drops => drops.SynOverflows,
            (facts, n) => $"{TextFormat.Count(n, "SYN")} met a full accept queue{Capacity(facts)} and {Was(n)} dropped without an answer.") with
        {
            Title = "SYNs met a full accept queue",
            When = "ListenOverflows moved, and these packets were SYNs: not final ACKs (which count twice in sk_drops), and not final ACKs "
                + "of cookies (whose SYNs were answered).",
            Means = "To these clients the server looks slow, not down: each waits for the next step of its SYN schedule (1, 2, 3 s and so "
                + "on), however soon there is room again.",
            Cure = "Call accept() faster. A larger backlog only absorbs bursts.",
            KernelSource = TcpConnRequest,
            Scenario = "accept-queue/backlog-overflow",
        },
        Path(
            FinalAck,
            Severity.Fault,
            drops => drops.FinalAcks - drops.Aborted,
            (facts, n) =>
                $"{TextFormat.Count(n, "segment")} of half-open requests (final ACKs, and data after them) met a full accept queue{Capacity(facts)} and "
                + $"{Was(n)} ignored.") with
        {
            Title = "Final ACKs met a full accept queue and were ignored",
            When = "ListenOverflows moved while half-open requests were there, and the listener's sk_drops counted these packets twice; "
                + "RSTs for half-open requests and bare ACKs under TCP_DEFER_ACCEPT are not among them.",
            Means = "These clients are connected as far as they know and send data; the server does not have the connection yet.",
            Cure = "Call accept() faster: the requests complete by retransmissions once there is room. net.ipv4.tcp_abort_on_overflow=1 "
                + "resets such clients at once, which is right only where they can go elsewhere.",
            KernelSource = SynRecvSock,
            Scenario = "accept-queue/final-ack-ignored",
        },
        Path(
            "final-ack-reset",
            Severity.Fault,
            drops => drops.Aborted,
            (facts, n) =>
                $"{TextFormat.Count(n, "final ACK")} met a full accept queue{Capacity(facts)} and {Was(n)} answered by a RST, as "
                + $"net.ipv4.tcp_abort_on_overflow asks.") with
        {
            DropPath = FinalAck,
            Replaces = ["errno-econnreset"],
            Title = "Final ACKs met a full accept queue and were reset",
            When = "net.ipv4.tcp_abort_on_overflow is on and EmbryonicRsts moved by more than the RSTs that clients sent.",
            Means = "The reset tells a client at once what it would otherwise find out by waiting. It is wrong where the queue would have "
                + "had room a moment later.",
            Cure = "Call accept() faster, or turn net.ipv4.tcp_abort_on_overflow off where clients cannot go elsewhere.",
            KernelSource = "net/ipv4/tcp_minisocks.c tcp_check_req",
            Scenario = "accept-queue/abort-on-overflow",
        },
        Path(
            CookieAck,
            Severity.Fault,
            drops => drops.CookieAcks,
            (facts, n) =>
                $"{CookieSegments(facts.Drops!, n)} met a full accept queue{Capacity(facts)} and {Was(n)} "
                + $"dropped{(facts.Drops!.SynOverflows == 0 ? "; no SYN was dropped" : "")}.") with
        {
            Title = "Final ACKs of syncookies met a full accept queue",
            When = "ListenOverflows moved by more than the SYNs without an answer explain, and syncookies were sent.",
            Means = "The server keeps nothing of a cookie's handshake: these clients are connected as far as they know, and nothing repeats "
                + "the SYN-ACK. Only data that they send can complete the handshake.",
            Cure = "Call accept() faster. A larger backlog helps bursts, and keeps syncookies (net.ipv4.tcp_syncookies=1) from being needed.",
            KernelSource = "net/ipv4/syncookies.c tcp_get_cookie_sock; " + SynRecvSock,
        },
        Path(
            AcceptQueueFull,
            Severity.Fault,
            drops => drops.Unsplit,
            (facts, n) =>
                $"{TextFormat.Count(n, "packet")} of handshakes met a full accept queue{Capacity(facts)}: SYNs that got no answer, or final ACKs that were "
                + $"ignored. These figures do not tell which.") with
        {
            Title = "Packets of handshakes met a full accept queue",
            When = "ListenOverflows moved, and neither sk_drops of the same time nor a count of SYNs without an answer tells SYNs and final ACKs apart.",
            Means = "A server does not call accept() fast enough for its backlog. Each such client waits a second or more.",
            Cure = "Find the listener whose queue fills (loadlab inspect --port PORT) and make its program accept faster. A larger backlog "
                + "only absorbs bursts.",
            KernelSource = $"{TcpConnRequest}; {SynRecvSock}",
            Scenario = "accept-queue/backlog-overflow",
        },
        Path(
            "syn-syn-queue-full",
            Severity.Fault,
            drops => drops.SynQueueFull,
            (facts, n) =>
                $"{TextFormat.Count(n, "SYN")} met a full SYN queue{HalfOpen(facts)} with syncookies off and {Was(n)} dropped without an answer.") with
        {
            Title = "SYNs met a full SYN queue",
            When = "TCPReqQFullDrop moved.",
            Means = "Half-open requests are bounded by the backlog, too. A flood, or many slow clients, keep ordinary clients out.",
            Cure = "Turn syncookies on (net.ipv4.tcp_syncookies=1), or use a larger backlog and net.core.somaxconn.",
            KernelSource = "net/ipv4/tcp_input.c tcp_syn_flood_action",
            Scenario = "syn-queue/overflow-drops",
        },
        Path(
            "syn-last-quarter",
            Severity.Fault,
            drops => drops.LastQuarter,
            (_, n) => $"{TextFormat.Count(n, "SYN")} came with syncookies off when less than a quarter of net.ipv4.tcp_max_syn_backlog was left, and "
                + $"{Was(n)} dropped.") with
        {
            Title = "SYNs met the last quarter of tcp_max_syn_backlog",
            When = "ListenDrops moved by more than ListenOverflows and TCPReqQFullDrop together, and net.ipv4.tcp_syncookies is 0.",
            Means = "With syncookies off the kernel keeps the last quarter for peers that it knows.",
            Cure = "Raise net.ipv4.tcp_max_syn_backlog, or turn syncookies on: then this limit is not used.",
            KernelSource = TcpConnRequest,
            Scenario = "syn-queue/overflow-drops",
        },
        Path(
            "listen-drop-unnamed",
            Severity.Fault,
            drops => drops.Unnamed,
            (_, n) => $"{TextFormat.Count(n, "packet")} of handshakes {Was(n)} dropped by a listener with neither queue full.") with
        {
            Title = "A listener dropped packets for a reason that no counter names",
            When = "ListenDrops moved by more than ListenOverflows and TCPReqQFullDrop together, and syncookies are on.",
            Means = "It was neither of the listener's queues: no memory, no route back to the client, or a security module.",
            Cure = "Look at net.ipv4.tcp_mem, at the route to the clients, and at SELinux or BPF programs.",
            KernelSource = "include/net/tcp.h tcp_listendrop",
        },
        Path(
            Softnet,
            Severity.Fault,
            drops => drops.Softnet,
            (_, n) => $"{TextFormat.Count(n, "packet")} of this machine {Was(n)} dropped before TCP, since a processor's queue of received packets was full "
                + $"(net.core.netdev_max_backlog).") with
        {
            Title = "A processor's queue of received packets was full",
            When = "Column 2 of /proc/net/softnet_stat moved. It counts packets of the whole machine, also of others.",
            Means = "No counter of TCP and no listener knows of these packets. Clients wait as if the network had lost them.",
            Cure = "Raise net.core.netdev_max_backlog of the machine, or send less at once.",
            KernelSource = "net/core/dev.c enqueue_to_backlog",
        },
        Path(
            CookiesSent,
            Severity.Note,
            drops => drops.Cookies,
            (facts, n) => $"{TextFormat.Count(n, "SYN")} met a full SYN queue{HalfOpen(facts)} and {Was(n)} answered by a syncookie, which drops nothing.") with
        {
            Title = "A full SYN queue was answered by syncookies",
            When = "TCPReqQFullDoCookies moved, and net.ipv4.tcp_syncookies is not 2.",
            Means = "Clients connect nevertheless. But a cookie's SYN-ACK is never retransmitted, and without timestamps the connection has "
                + "no window scale and no SACK.",
            Cure = "A larger backlog and net.core.somaxconn avoid it, where the clients are honest.",
            KernelSource = "net/ipv4/tcp_input.c tcp_syn_flood_action",
            Scenario = "syn-queue/overflow-cookies",
        },
        Path(
            "syn-cookies-always",
            Severity.Note,
            drops => drops.CookiesAlways,
            (facts, n) =>
                $"{TextFormat.Count(n, "SYN")} {Was(n)} answered by a syncookie, since net.ipv4.tcp_syncookies is "
                + $"2{(facts.Count(Counter.ListenOverflows) == 0 ? "; no queue was full" : "")}.") with
        {
            DropPath = CookiesSent,
            Title = "net.ipv4.tcp_syncookies=2 answers every SYN by a cookie",
            When = "Syncookies were sent and net.ipv4.tcp_syncookies is 2: TCPReqQFullDoCookies then counts every SYN and says nothing of a queue.",
            Means = "There is no SYN queue in this mode: a SYN-ACK is never retransmitted, TCP_DEFER_ACCEPT has no effect, and without "
                + "timestamps connections have no window scale and no SACK.",
            Cure = "Use net.ipv4.tcp_syncookies=1 unless this is a test.",
            KernelSource = TcpConnRequest,
            Scenario = "syn-queue/cookie-modes",
        },
        new Diagnosis
        {
            Id = "syn-vanished",
            Severity = Severity.Fault,
            Title = "SYNs did not reach the listener",
            When = "SYNs to a port with a listener had no answer, and neither ListenDrops nor a full queue explains them.",
            Finds = facts => facts.Clients?.SynsVanished is > 0 and var gone
                ? [new Symptom("SYNs", $"{TextFormat.Count(gone, "SYN")} vanished before the listener: no answer came, and no listener dropped them.")]
                : [],
            Means = "The listener and its queues are not the cause: something before TCP dropped these packets.",
            Cure = "Look at packet filters (nft list ruleset, iptables -L -v), at a full connection tracking table (nf_conntrack: table "
                + "full), at reverse path filtering and at /proc/net/softnet_stat.",
            KernelSource = "net/ipv4/ip_input.c ip_local_deliver (NF_INET_LOCAL_IN)",
            Replaces = ["errno-etimedout"],
        },
        new Diagnosis
        {
            Id = "syn-met-old-connection",
            Severity = Severity.Note,
            Title = "SYNs met an older connection of the same port",
            When = "In a run TCPSYNChallenge and TCPSynRetrans moved: a SYN came for a connection that the server's program still has open, since the client's "
                + "end was gone and its port was used again.",
            Finds = facts => facts.Clients is not null && facts.Count(Counter.SynRetrans) > 0 && facts.Count(Counter.SynChallenge) is > 0 and var met
                ? [new Symptom("SYNs", $"{TextFormat.Count(met, "SYN")} met an older connection of the same port, which the client then reset; the SYN "
                    + "was retransmitted after two timer ticks.")]
                : [],
            Means = "The connect takes some milliseconds longer. The older connection is lost to the server's program, which had not closed it after "
                + "its client did.",
            Cure = "Let the server close a connection once it has read its end; look for sockets in CLOSE-WAIT (ss -tn state close-wait).",
            KernelSource = "net/ipv4/tcp_input.c tcp_validate_incoming (syn_challenge), tcp_rcv_synsent_state_process (reset_and_undo)",
        },
        new Diagnosis
        {
            Id = "half-open-reset",
            Severity = Severity.Note,
            Title = "Clients reset their half-open requests",
            When = "EmbryonicRsts moved, and not because of net.ipv4.tcp_abort_on_overflow. sk_drops of the listener counts each of these "
                + "RSTs; ListenDrops does not.",
            Finds = facts => facts.Drops is { HalfOpenResets: > 0 and var resets } && BeyondListenDrops(facts)
                ? [new Symptom("half-open requests",
                    $"{TextFormat.Count(resets, "half-open request")} {Was(resets)} reset by {(resets == 1 ? "its client" : "their clients")}. The "
                + $"listener's sk_drops counts them; no client lost anything.")]
                : [],
            Moves = OfListener,
            Means = "Health checks (HAProxy, LVS) and port scanners do that: SYN, SYN-ACK, RST.",
            KernelSource = "net/ipv4/tcp_minisocks.c tcp_check_req; net/ipv4/tcp_ipv4.c tcp_v4_rcv (discard_and_relse)",
        },
        new Diagnosis
        {
            Id = "deferred-ack",
            Severity = Severity.Note,
            Title = "Final ACKs wait for data under TCP_DEFER_ACCEPT",
            When = "TCPDeferAcceptDrop moved. sk_drops of the listener counts each of these ACKs; ListenDrops does not.",
            Finds = facts => facts.Count(Counter.DeferAcceptDrop) is > 0 and var acks && BeyondListenDrops(facts)
                ? [new Symptom("half-open requests",
                    $"{TextFormat.Count(acks, "bare ACK")} came before the first data, as TCP_DEFER_ACCEPT means it. The listener's sk_drops counts them; "
                + $"no client lost anything.")]
                : [],
            Moves = OfListener,
            Means = "The request stays half-open until data comes.",
            KernelSource = "net/ipv4/tcp_minisocks.c tcp_check_req (TCPDeferAcceptDrop)",
            Scenario = "accept-queue/final-ack-ignored-unprivileged",
        },
    ];

    private static bool BeyondListenDrops(Facts facts) => facts.Listeners.Sum(one => one.Drops ?? 0) > (long)(facts.Drops?.Total ?? 0);

    private static Diagnosis Path(string id, Severity severity, Func<DropFacts, ulong> packets, Func<Facts, ulong, string> happened) => new()
    {
        Id = id,
        Severity = severity,
        Replaces = severity == Severity.Fault ? ["errno-etimedout"] : [],
        DropPath = id,
        Packets = packets,
        Finds = facts => facts.Drops is { } drops && packets(drops) is > 0 and var count ? [new Symptom("handshakes", happened(facts, count))] : [],
        Title = "",
        When = "",
        Means = "",
        KernelSource = "",
    };

    private static string CookieSegments(DropFacts drops, ulong count) =>
        drops.CookieData == 0 ? $"{TextFormat.Count(count, "segment")} after syncookies (final ACKs, and data after them)"
        : count == drops.CookieData ? TextFormat.Count(count, "data segment") + " after syncookies"
        : $"{TextFormat.Count(count - drops.CookieData, "final ACK")} of syncookies and {TextFormat.Count(drops.CookieData, "data segment")} after them";

    // Of several listeners with several capacities none is named: which of them it was is not known.
    private static string Capacity(Facts facts) =>
        facts.Accept is null || facts.Listeners.Select(one => one.LiveBacklog).Distinct().ToList() is not [var backlog] ? ""
        : $" ({(facts.Listeners.Length > 1 ? "each takes " : "")}{backlog + 1} connections: live backlog {backlog} + 1)";

    private static string HalfOpen(Facts facts) =>
        facts.Listeners.Select(one => one.HalfOpen).DefaultIfEmpty().Max() is > 0 and var most ? $" of {TextFormat.Count(most, "half-open request")}" : "";

    private static string Was(decimal count) => count == 1 ? "was" : "were";
}
