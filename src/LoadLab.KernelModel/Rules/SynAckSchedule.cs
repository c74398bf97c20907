using LoadLab.Model;

namespace LoadLab.KernelModel.Rules;

/// <summary>When a listener's kernel answers a SYN, and again while the final ACK does not come, and when it frees the half-open request.</summary>
/// <remarks>
/// 1 s, doubled each time, up to 120 s; tcp_syn_linear_timeouts and tcp_rto_max_ms have no say. Freed when the time-out after tcp_synack_retries
/// retransmissions has passed.
/// Kernel: net/ipv4/inet_connection_sock.c reqsk_timer_handler, syn_ack_recalc; include/net/inet_connection_sock.h reqsk_timeout.
/// Measured on 6.18: 0, 1.03, 3.05, 7.3, 15.5 s; tcp_rto_max_ms 2000 changes nothing; tcp_synack_retries 2: 0, 1, 3 s, freed at 7 s. On 6.1 the same.
/// </remarks>
public static class SynAckSchedule
{
    /// <summary>File and functions of the kernel.</summary>
    public const string KernelSource = "net/ipv4/inet_connection_sock.c reqsk_timer_handler, syn_ack_recalc; kernel/time/timer.c calc_wheel_index";

    private const int DefaultRetries = 5;
    private const int FewestRetriesOfTheCrowded = 2;
    private static readonly Nanoseconds Initial = Nanoseconds.FromSeconds(1);

    // TCP_RTO_MAX, whatever tcp_rto_max_ms and the listener's TCP_RTO_MAX_MS say: measured on 6.18, 1000 changes nothing.
    private static readonly Nanoseconds Longest = Nanoseconds.FromSeconds(120);

    /// <summary>The schedule of a namespace with these sysctls, while its SYN queue is not crowded.</summary>
    public static RetransmitSchedule Of(Func<string, long?> sysctl, int? ticksPerSecond = null)
    {
        ArgumentNullException.ThrowIfNull(sysctl);
        return Of((int)Math.Clamp(sysctl("net.ipv4.tcp_synack_retries") ?? DefaultRetries, 0, 255), ticksPerSecond);
    }

    /// <summary>The schedule of so many retransmissions.</summary>
    public static RetransmitSchedule Of(int retries, int? ticksPerSecond = null) =>
        new RetransmitTimer { First = Initial, FirstAtMost = Initial, Longest = Longest, MostRetransmits = retries,
            TicksPerSecond = ticksPerSecond }.Schedule();

    /// <summary>How long the timer of a request runs that has seen so many time-outs.</summary>
    public static Nanoseconds Timeout(int timeouts) => new(timeouts > 30 ? Longest.Value : Math.Min(Initial.Value << timeouts, Longest.Value));

    /// <summary>How many retransmissions a request gets when its timer fires and the SYN queue looks like this: when it is more than half full, old requests
    /// make room for young ones.</summary>
    /// <param name="retries">tcp_synack_retries.</param>
    /// <param name="halfOpen">Half-open requests of the listener.</param>
    /// <param name="young">Those of them whose SYN-ACK was not retransmitted yet.</param>
    /// <param name="liveBacklog">The live backlog.</param>
    public static int RetriesWhenCrowded(int retries, long halfOpen, long young, long liveBacklog)
    {
        if (halfOpen * 2 <= Math.Max(8, liveBacklog))
        {
            return retries;
        }

        for (var enough = young * 2; retries > FewestRetriesOfTheCrowded && halfOpen >= enough; enough *= 2)
        {
            retries--;
        }

        return retries;
    }
}
