using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>
/// Drops the SYNs that come to a listener before TCP sees them, by a least TTL of 255: only a socket that was given this TTL reaches it. Any user may set
/// it, unlike a filter (SO_ATTACH_FILTER, which an ordinary user was refused with EPERM on 6.18.44).
/// </summary>
/// <remarks>
/// Each SYN counts in sk_drops of the listener. A connection keeps what was set when its handshake ended.
/// Kernel: net/ipv4/tcp_ipv4.c tcp_v4_rcv (IP_MINTTL, TCPMinTTLDrop); net/ipv6/tcp_ipv6.c tcp_v6_rcv (IPV6_MINHOPCOUNT); ip(7). Seen on 6.18 and 6.1.
/// </remarks>
public static unsafe class SynGate
{
    private const int HighestTtl = 255;

    /// <summary>From now on no SYN with an ordinary TTL comes in. Errors: ENOPROTOOPT.</summary>
    public static SyscallResult Shut(int fd, SocketFamily family) => SetLeast(fd, family, HighestTtl);

    /// <summary>From now on every SYN comes in.</summary>
    public static SyscallResult Open(int fd, SocketFamily family) => SetLeast(fd, family, 0);

    /// <summary>What this socket sends passes a gate that is shut.</summary>
    public static SyscallResult PassFrom(int fd, SocketFamily family) =>
        family == SocketFamily.Ipv4 ? Set(fd, IPPROTO_IP, IP_TTL, HighestTtl) : Set(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, HighestTtl);

    private static SyscallResult SetLeast(int fd, SocketFamily family, int least) =>
        family == SocketFamily.Ipv4 ? Set(fd, IPPROTO_IP, IP_MINTTL, least) : Set(fd, IPPROTO_IPV6, IPV6_MINHOPCOUNT, least);

    private static SyscallResult Set(int fd, int level, int option, int value) => Libc.Result(Libc.setsockopt(fd, level, option, &value, sizeof(int)));
}
