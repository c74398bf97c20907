using LoadLab.Model;

namespace LoadLab.KernelModel.Rules;

/// <summary>When the kernel sends a segment of an established connection, data or FIN, again while its peer acknowledges nothing, and when it gives
/// up.</summary>
/// <remarks>
/// First time-out: round-trip time + max(twice that, tcp_rto_min_us), of the only sample there is, the handshake's (tcp_rtt_estimator, __tcp_set_rto);
/// rounded up to a tick.
/// With SACK and tcp_early_retrans 3 (the default) or 4 a tail loss probe takes the place of the first time-out (tcp_schedule_loss_probe: for one segment in
/// flight the probe's 2 × RTT + 200 ms
/// is never earlier), and the same time-out follows once more: 0, 0.2, 0.4, 0.8, 1.6 s instead of 0, 0.2, 0.6, 1.4 s.
/// Given up when, since the first time-out's retransmission, the time of <see cref="ModelTimeout"/> for tcp_retries2 has passed, or TCP_USER_TIMEOUT: read()
/// and write() fail with ETIMEDOUT.
/// After close() nobody is left to be told, and tcp_orphan_retries counts (0 means 8 until the time-out has reached its longest, then none).
/// Kernel: net/ipv4/tcp_timer.c tcp_retransmit_timer, tcp_write_timeout, tcp_orphan_retries; net/ipv4/tcp_output.c tcp_send_loss_probe.
/// Measured on 6.18, tcp_retries2 1: 0, 0.214, 0.650 s, ETIMEDOUT after 1.52 s; tcp_orphan_retries 1 with probe: 0, 0.239, 0.479, 0.979 s, gone after 1.99 s;
/// TCP_USER_TIMEOUT 1 s with probe: 0, 0.242, 0.486, 1.002 s, ETIMEDOUT after 1.51 s. The same counts on 6.1.
/// </remarks>
public static class DataSchedule
{
    /// <summary>File and functions of the kernel.</summary>
    public const string KernelSource = "net/ipv4/tcp_timer.c tcp_retransmit_timer, tcp_write_timeout, tcp_orphan_retries; net/ipv4/tcp_output.c "
        + "tcp_schedule_loss_probe; kernel/time/timer.c calc_wheel_index";

    private const int DefaultRetries = 15;
    private const int OrphanRetriesOfTheLiving = 8;
    private const long DefaultLeastTimeoutUs = 200_000;
    private const long DefaultEarlyRetrans = 3;

    // usecs_to_jiffies rounds the time-out up; 250 ticks a second have the longest of the usual ones.
    private static readonly Nanoseconds OneTick = Nanoseconds.FromMilliseconds(4);

    /// <summary>The schedule of a socket in a namespace with these sysctls (null: the kernel's default).</summary>
    public static RetransmitSchedule Of(EstablishedSocket socket, Func<string, long?> sysctl, int? ticksPerSecond = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(sysctl);
        var longest = LongestTimeout.Of(socket.RtoMax, sysctl);
        var least = new Nanoseconds((sysctl("net.ipv4.tcp_rto_min_us") ?? DefaultLeastTimeoutUs) * 1000);
        var handshake = socket.LongestHandshake;
        var twice = handshake + handshake;
        var retries = socket.IsOrphan ? sysctl("net.ipv4.tcp_orphan_retries") ?? 0 : sysctl("net.ipv4.tcp_retries2") ?? DefaultRetries;
        return new RetransmitTimer
        {
            TicksPerSecond = ticksPerSecond,
            First = least,
            FirstAtMost = handshake + (twice > least ? twice : least) + OneTick,
            Longest = longest,
            HasLossProbe = HasLossProbe(socket, sysctl),
            Patience = timeout => ModelTimeout.Of(Retries(socket, (int)Math.Clamp(retries, 0, 255), isAlive: timeout < longest), ModelTimeout.EstablishedBase,
                longest),
            UserTimeout = socket.UserTimeout,
        }.Schedule();
    }

    /// <summary>True when a tail loss probe takes the place of the first time-out.</summary>
    public static bool HasLossProbe(EstablishedSocket socket, Func<string, long?> sysctl)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(sysctl);
        return socket.HasSack && (sysctl("net.ipv4.tcp_early_retrans") ?? DefaultEarlyRetrans) is 3 or 4;
    }

    private static int Retries(EstablishedSocket socket, int asked, bool isAlive) =>
        socket.IsOrphan && asked == 0 && isAlive ? OrphanRetriesOfTheLiving : asked;
}
