using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>Options of a TCP socket that change when the kernel sends again and when it gives up, each with the errno the kernel gave.</summary>
/// <remarks>
/// Each has a unit of its own in the kernel, and takes only whole ones of it: what is not whole is rounded up, so that 0, which turns an option off,
/// is never made of something else.
/// </remarks>
public static unsafe class TcpSocketOptions
{
    private const long NsOfSecond = 1_000_000_000;
    private const long NsOfMillisecond = 1_000_000;

    /// <summary>TCP_DEFER_ACCEPT of a listener: a connection reaches the accept queue with its first data; 0 turns it off. Errors: ENOPROTOOPT.</summary>
    /// <remarks>
    /// Unit: seconds. Holds for requests that are half-open already. Kernel: net/ipv4/tcp.c do_tcp_setsockopt (secs_to_retrans),
    /// net/ipv4/tcp_minisocks.c tcp_check_req; tcp(7).
    /// </remarks>
    public static SyscallResult DeferAccept(int fd, Nanoseconds time) => Set(fd, TCP_DEFER_ACCEPT, Whole(time, NsOfSecond));

    /// <summary>What the kernel made of TCP_DEFER_ACCEPT: the end of a step of the SYN-ACK schedule; null when it cannot be read.</summary>
    /// <remarks>Kernel: net/ipv4/tcp.c do_tcp_getsockopt (retrans_to_secs). Seen on 6.18: 30 s asked, 31 s live.</remarks>
    public static Nanoseconds? LiveDeferAccept(int fd)
    {
        var value = 0;
        var length = (uint)sizeof(int);
        return Libc.getsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &value, &length) == 0 ? new Nanoseconds(value * NsOfSecond) : null;
    }

    /// <summary>TCP_SYNCNT: how often a SYN is retransmitted before ETIMEDOUT, 1 to 127. Errors: EINVAL.</summary>
    /// <remarks>
    /// Kernel: net/ipv4/tcp.c tcp_sock_set_syncnt (MAX_TCP_SYNCNT); net.ipv4.tcp_syn_linear_timeouts come on top of it (net/ipv4/tcp_timer.c
    /// tcp_write_timeout).
    /// </remarks>
    public static SyscallResult SynCount(int fd, int retransmissions) => Set(fd, TCP_SYNCNT, retransmissions);

    /// <summary>TCP_RTO_MAX_MS: the longest time between two retransmissions, 1 to 120 s. Errors: EINVAL, ENOPROTOOPT before Linux 6.15.</summary>
    /// <remarks>Unit: milliseconds. Kernel: net/ipv4/tcp.c do_tcp_setsockopt; seen on 6.18, not in 6.12.</remarks>
    public static SyscallResult RtoMax(int fd, Nanoseconds time) => Set(fd, TCP_RTO_MAX_MS, Whole(time, NsOfMillisecond));

    /// <summary>TCP_USER_TIMEOUT: what is not acknowledged for so long is given up with ETIMEDOUT. Errors: EINVAL.</summary>
    /// <remarks>Unit: milliseconds. Kernel: net/ipv4/tcp_timer.c retransmits_timed_out; tcp(7).</remarks>
    public static SyscallResult UserTimeout(int fd, Nanoseconds time) => Set(fd, TCP_USER_TIMEOUT, Whole(time, NsOfMillisecond));

    /// <summary>SO_KEEPALIVE with TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT. Errors: EINVAL.</summary>
    /// <remarks>Unit: seconds and probes. Kernel: net/ipv4/tcp_timer.c tcp_set_keepalive, tcp_keepalive_timer; tcp(7).</remarks>
    public static SyscallResult Keepalive(int fd, Keepalive asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var answer = Set(fd, TCP_KEEPIDLE, Whole(asked.Idle, NsOfSecond));
        answer = answer.IsOk ? Set(fd, TCP_KEEPINTVL, Whole(asked.Interval, NsOfSecond)) : answer;
        answer = answer.IsOk ? Set(fd, TCP_KEEPCNT, asked.Count) : answer;
        var on = 1;
        return answer.IsOk ? Libc.Result(Libc.setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(int))) : answer;
    }

    private static SyscallResult Set(int fd, int option, int value) => Libc.Result(Libc.setsockopt(fd, IPPROTO_TCP, option, &value, sizeof(int)));

    private static int Whole(Nanoseconds time, long unitNs) => (int)Math.Min(int.MaxValue, (time.Value + unitNs - 1) / unitNs);
}
