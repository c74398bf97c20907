using System.Collections.Immutable;

namespace LoadLab.Judging;

/// <summary>A counter that stays at zero on a machine where nothing is wrong.</summary>
/// <param name="Name">As /proc/net/netstat and /proc/net/snmp spell it.</param>
/// <param name="Meaning">What each of its steps is.</param>
/// <param name="Scenario">The scenario that reproduces it; null when none does.</param>
/// <param name="Source">The function that counts it.</param>
public sealed record ZeroCounter(string Name, string Meaning, string? Scenario, string Source);

/// <summary>The counters that <c>loadlab inspect</c> asks for.</summary>
public static class ZeroCounters
{
    /// <summary>Each with what it means. Read in 6.1.</summary>
    public static ImmutableArray<ZeroCounter> All { get; } =
    [
        new(CounterNames.ListenOverflows, "a packet of a handshake met a full accept queue, a SYN that got no answer or a final ACK that was ignored: a server does not call accept() fast enough for its backlog", "accept-queue/backlog-overflow", "net/ipv4/tcp_input.c tcp_conn_request, net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock"),
        new(CounterNames.ListenDrops, "a packet of a handshake was dropped by a listener for whatever reason (a full accept queue is one of them): its client waits for a step of the retransmission schedule, a second at least", "accept-queue/slow-accept", "include/net/tcp.h tcp_listendrop"),
        new(CounterNames.SynQueueFullDrop, "a SYN met a full SYN queue with syncookies off and got no answer", "syn-queue/overflow-drops", "net/ipv4/tcp_input.c tcp_syn_flood_action"),
        new(CounterNames.SynQueueFullDoCookies, "a SYN met a full SYN queue and was answered by a syncookie: a flood, or a backlog that is too small for honest clients", "syn-queue/overflow-cookies", "net/ipv4/tcp_input.c tcp_syn_flood_action"),
        new("TcpExt.TCPFastOpenListenOverflow", "a SYN met a full queue of TCP Fast Open and had to do the whole handshake", null, "net/ipv4/tcp_fastopen.c tcp_fastopen_queue_check"),
        new("TcpExt.TCPTimeWaitOverflow", "a connection was closed without TIME-WAIT, since there were net.ipv4.tcp_max_tw_buckets of them already or no memory for one: its late segments can meet its successor", "ephemeral-ports/time-wait", "net/ipv4/tcp_minisocks.c tcp_time_wait"),
        new("TcpExt.TCPAbortOnMemory", "a connection was reset because there were too many sockets without a process (net.ipv4.tcp_max_orphans) or too little memory for TCP (net.ipv4.tcp_mem)", null, "net/ipv4/tcp.c tcp_check_oom"),
        new("TcpExt.TCPAbortFailed", "a RST could not be sent for want of memory: the peer learns nothing", null, "net/ipv4/tcp_output.c tcp_send_active_reset"),
        new("TcpExt.TCPMemoryPressures", "TCP of the whole machine came under memory pressure: it used more pages than the second number of net.ipv4.tcp_mem, and windows shrink", null, "net/ipv4/tcp.c tcp_enter_memory_pressure"),
        new("TcpExt.PruneCalled", "a socket had no room for what arrived and the kernel tidied up its receive queue: a program does not read as fast as its peers send", null, "net/ipv4/tcp_input.c tcp_prune_queue"),
        new("TcpExt.RcvPruned", "a segment was dropped because its socket had no room even after tidying up: it has to be sent again", null, "net/ipv4/tcp_input.c tcp_prune_queue"),
        new("TcpExt.TCPBacklogDrop", "a segment was dropped because a program's system call held its socket for so long that what arrived meanwhile did not fit", null, "net/ipv4/tcp_ipv4.c tcp_add_backlog"),
        new("TcpExt.TCPRcvQDrop", "a segment was dropped because there was no room for it in its socket's receive queue", null, "net/ipv4/tcp_input.c tcp_data_queue"),
        new("TcpExt.TCPWqueueTooBig", "a socket's send queue was too large to be cut into smaller segments, so what should have been sent was not", null, "net/ipv4/tcp_output.c tcp_fragment"),
        new("Tcp.InErrs", "a segment came with a bad header or checksum: a cable, a network card or a middlebox", null, "net/ipv4/tcp_ipv4.c tcp_v4_rcv"),
    ];
}
