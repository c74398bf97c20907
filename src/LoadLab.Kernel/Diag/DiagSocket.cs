namespace LoadLab.Kernel;

/// <summary>One socket as sock_diag reports it.</summary>
/// <param name="State">The kernel's number of its TCP state.</param>
/// <param name="SourcePort">Its own port.</param>
/// <param name="DestinationPort">The peer's; 0 for a listener.</param>
/// <param name="ReceiveQueue">Of a listener: length of the accept queue, in connections; else bytes not yet read.</param>
/// <param name="WriteQueue">Of a listener: live backlog, in connections; else bytes not yet acknowledged.</param>
/// <param name="Inode">Its inode; 0 for a request socket (SYN-RECV), TIME-WAIT, and a connection that is not accepted yet.</param>
/// <param name="Retransmits">Retransmissions since the last answer; for SYN-RECV of the SYN-ACK.</param>
/// <param name="Drops">sk_drops, in packets; null without INET_DIAG_SKMEMINFO.</param>
/// <remarks>Kernel: net/ipv4/inet_diag.c inet_sk_diag_fill, net/ipv4/tcp_diag.c tcp_diag_get_info; seen on 6.18.</remarks>
public readonly record struct DiagSocket(
    int State, int SourcePort, int DestinationPort, long ReceiveQueue, long WriteQueue, long Inode, int Retransmits, long? Drops)
{
    /// <summary>Its own address; an IPv4 one as ::ffff:a.b.c.d.</summary>
    public UInt128 Source { get; init; }

    /// <summary>The peer's address, likewise.</summary>
    public UInt128 Destination { get; init; }

    /// <summary>Its SO_COOKIE: a number that no other socket of this boot has. Kernel: net/core/sock_diag.c sock_diag_save_cookie.</summary>
    public ulong Cookie { get; init; }

    /// <summary>What its timer has left, in milliseconds; null when none runs. Kernel: net/ipv4/inet_diag.c (idiag_timer, idiag_expires).</summary>
    public long? TimerMs { get; init; }

    /// <summary>
    /// True while the sender waits to probe a window that takes nothing more. Kernel: net/ipv4/inet_diag.c (idiag_timer 4: ICSK_TIME_PROBE0).
    /// </summary>
    public bool ProbesWindow { get; init; }
}
