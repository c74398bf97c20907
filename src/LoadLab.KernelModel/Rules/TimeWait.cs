using LoadLab.Model;

namespace LoadLab.KernelModel.Rules;

/// <summary>How long a closed connection keeps its port: TIME-WAIT is the state of the side that closed first.</summary>
/// <remarks>
/// 60 s, a constant of the kernel (TCP_TIMEWAIT_LEN); net.ipv4.tcp_fin_timeout is about another state. A connect may take such a port again before that where
/// net.ipv4.tcp_tw_reuse is 1, or 2
/// (the default) and one of the addresses is a loopback address, and both ends used timestamps: after net.ipv4.tcp_tw_reuse_delay (1 s), and in kernels without
/// that sysctl when the second has changed.
/// Kernel: include/net/tcp.h TCP_TIMEWAIT_LEN; net/ipv4/tcp_minisocks.c tcp_time_wait; net/ipv4/tcp_ipv4.c tcp_twsk_unique; seen on 6.18.
/// </remarks>
/// <param name="Earliest">Nobody has the port before.</param>
/// <param name="Latest">Anybody may have it from here on.</param>
public readonly record struct TimeWait(Nanoseconds Earliest, Nanoseconds Latest)
{
    /// <summary>Where the rule of its length stands.</summary>
    public const string KernelSource = "include/net/tcp.h TCP_TIMEWAIT_LEN; net/ipv4/tcp_ipv4.c tcp_twsk_unique";

    /// <summary>Where the limit of their number stands.</summary>
    public const string BucketsSource = "net/ipv4/inet_timewait_sock.c inet_twsk_alloc (sysctl_max_tw_buckets)";

    private const int ReuseOnLoopback = 2;
    private static readonly Nanoseconds Length = Nanoseconds.FromSeconds(60);
    private static readonly Nanoseconds OneSecond = Nanoseconds.FromSeconds(1);

    // The clock of the delay counts in milliseconds, and the last segment of a burst of closes comes some milliseconds after its begin.
    private static readonly Nanoseconds ClockStep = Nanoseconds.FromMilliseconds(1);

    /// <summary>Since the connection was closed.</summary>
    /// <param name="reuse">net.ipv4.tcp_tw_reuse; null where it cannot be read: the default.</param>
    /// <param name="timestamps">net.ipv4.tcp_timestamps.</param>
    /// <param name="delayMs">net.ipv4.tcp_tw_reuse_delay; null where the kernel has none.</param>
    /// <param name="isLoopback">One of the two addresses is in 127.0.0.0/8.</param>
    public static TimeWait Of(long? reuse, long? timestamps, long? delayMs, bool isLoopback)
    {
        var isReused = timestamps != 0 && (reuse == 1 || ((reuse ?? ReuseOnLoopback) == ReuseOnLoopback && isLoopback));
        return !isReused ? new(Length, TimerWheel.Latest(Length, null))
            : delayMs is { } delay ? new(Nanoseconds.FromMilliseconds(delay), Nanoseconds.FromMilliseconds(delay) + ClockStep)
            : new(Nanoseconds.Zero, OneSecond);
    }
}
