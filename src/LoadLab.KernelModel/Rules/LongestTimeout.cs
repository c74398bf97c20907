using LoadLab.Model;

namespace LoadLab.KernelModel.Rules;

/// <summary>The longest time between two retransmissions of one socket.</summary>
/// <remarks>
/// 120 s (TCP_RTO_MAX); from 6.15 on tcp_rto_max_ms of the namespace when the socket is made, and TCP_RTO_MAX_MS of the socket.
/// Kernel: include/net/tcp.h tcp_rto_max; net/ipv4/tcp.c do_tcp_setsockopt (TCP_RTO_MAX_MS). Measured on 6.18: both bound SYN, data and FIN; neither bounds a
/// SYN-ACK.
/// </remarks>
internal static class LongestTimeout
{
    private const long DefaultMs = 120_000;

    /// <summary>The socket's own (0: none), else the namespace's, else the constant.</summary>
    public static Nanoseconds Of(Nanoseconds ofSocket, Func<string, long?> sysctl) =>
        ofSocket > Nanoseconds.Zero ? ofSocket : Nanoseconds.FromMilliseconds(sysctl("net.ipv4.tcp_rto_max_ms") ?? DefaultMs);
}
