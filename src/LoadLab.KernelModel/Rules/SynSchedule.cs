using LoadLab.Model;

namespace LoadLab.KernelModel.Rules;

/// <summary>When a client's kernel sends its SYN, and again, and when it gives up: connect() then fails with ETIMEDOUT.</summary>
/// <remarks>
/// The first retransmission time-out is 1 s (RFC 6298). It doubles after each time-out, but from 6.5 on not after the first tcp_syn_linear_timeouts ones.
/// Given up when tcp_syn_retries, or the socket's TCP_SYNCNT, (+ the linear ones) retransmissions are out, or when the time that so many doublings would take
/// has passed; whichever is first.
/// TCP_USER_TIMEOUT takes the place of that time, but is asked only from the first time-out on: a SYN is never given up before 1 s.
/// Kernel: net/ipv4/tcp_timer.c tcp_retransmit_timer, tcp_write_timeout, tcp_model_timeout. Measured on 6.18: 0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67 s, ETIMEDOUT
/// after 131 s;
/// tcp_rto_max_ms 2000: up to 11 s, ETIMEDOUT after 13 s; tcp_syn_retries 1: 0, 1, 2 s, ETIMEDOUT after 3 s. On 6.1: 0, 1, 3, 7 s, ETIMEDOUT after 15 s for
/// tcp_syn_retries 3.
/// </remarks>
public static class SynSchedule
{
    /// <summary>File and functions of the kernel.</summary>
    public const string KernelSource = "net/ipv4/tcp_timer.c tcp_retransmit_timer, tcp_write_timeout; kernel/time/timer.c calc_wheel_index";

    /// <summary>TCP_TIMEOUT_INIT (include/net/tcp.h).</summary>
    private static readonly Nanoseconds Initial = Nanoseconds.FromSeconds(1);
    private const int DefaultRetries = 6;
    private const int DefaultLinearTimeouts = 4;

    /// <summary>The schedule of a kernel with these sysctls (null: the kernel's default), for sockets with no options of their own.</summary>
    public static RetransmitSchedule Of(KernelVersion kernel, Func<string, long?> sysctl) => Of(kernel, sysctl, new SwarmSpec());

    /// <summary>The schedule of a kernel with these sysctls, for sockets with these options: TCP_SYNCNT, TCP_RTO_MAX_MS, TCP_USER_TIMEOUT.</summary>
    public static RetransmitSchedule Of(KernelVersion kernel, Func<string, long?> sysctl, SwarmSpec swarm, int? ticksPerSecond = null)
    {
        ArgumentNullException.ThrowIfNull(sysctl);
        ArgumentNullException.ThrowIfNull(swarm);
        var retries = (int)Math.Clamp(swarm.SynCount ?? sysctl("net.ipv4.tcp_syn_retries") ?? DefaultRetries, 1, 127);
        var linear = (int)Math.Clamp(sysctl("net.ipv4.tcp_syn_linear_timeouts") ?? (kernel.IsAtLeast(6, 5) ? DefaultLinearTimeouts : 0), 0, 127);
        return Of(retries, linear, LongestTimeout.Of(swarm.RtoMax, sysctl), swarm.UserTimeout, ticksPerSecond);
    }

    /// <summary>The schedule of these values, without TCP_USER_TIMEOUT.</summary>
    public static RetransmitSchedule Of(int retries, int linearTimeouts, double longestTimeoutSeconds) =>
        Of(retries, linearTimeouts, Nanoseconds.FromSeconds(longestTimeoutSeconds), Nanoseconds.Zero);

    /// <summary>The schedule of these values.</summary>
    /// <param name="retries">tcp_syn_retries or TCP_SYNCNT.</param>
    /// <param name="linearTimeouts">tcp_syn_linear_timeouts.</param>
    /// <param name="longest">The longest time-out.</param>
    /// <param name="userTimeout">TCP_USER_TIMEOUT; 0: none.</param>
    /// <param name="ticksPerSecond">HZ; null: not known.</param>
    public static RetransmitSchedule Of(int retries, int linearTimeouts, Nanoseconds longest, Nanoseconds userTimeout, int? ticksPerSecond = null) =>
        new RetransmitTimer
    {
        TicksPerSecond = ticksPerSecond,
        First = Initial,
        FirstAtMost = Initial,
        Longest = longest,
        Linear = linearTimeouts,
        MostRetransmits = retries + linearTimeouts,
        Patience = _ => ModelTimeout.Of(retries, Initial, longest),
        CountsFromFirstSend = true,
        UserTimeout = userTimeout,
    }.Schedule();
}
