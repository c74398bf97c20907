using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>When a half-open request's SYN-ACK is sent again, and when the request is given up.</summary>
/// <remarks>
/// Its timer fires after 1, 2, 4 … s. At each firing the SYN-ACK is sent again, unless as many time-outs have passed as retries are allowed: then the request goes.
/// Kernel: net/ipv4/inet_connection_sock.c reqsk_timer_handler, syn_ack_recalc; include/net/inet_connection_sock.h reqsk_timeout (tcp_reqsk_timeout from 6.15). Measured on 6.18.
/// </remarks>
public static class HalfOpenRequest
{
    /// <summary>File and functions of the kernel.</summary>
    public const string KernelSource = "net/ipv4/inet_connection_sock.c reqsk_timer_handler, syn_ack_recalc; kernel/time/timer.c calc_wheel_index";

    private const int FewestRetries = 2;
    private const long NeverCrowded = 8;
    private static readonly Nanoseconds Initial = Nanoseconds.FromSeconds(1);

    /// <summary>Whether so many half-open requests are so many that old ones are given up early: more than half of the live backlog, and more than 4.</summary>
    public static bool IsCrowded(long halfOpen, int liveBacklog) => halfOpen * 2 > Math.Max(NeverCrowded, liveBacklog);

    /// <summary>How many retries a request has whose timer fires now: tcp_synack_retries, less (down to 2) the fewer of the requests are young while the queue is crowded.</summary>
    /// <param name="retries">net.ipv4.tcp_synack_retries.</param>
    /// <param name="halfOpen">Requests in the queue.</param>
    /// <param name="young">Those of them whose timer has not fired yet.</param>
    /// <param name="liveBacklog">The listener's live backlog.</param>
    public static int RetriesAllowed(int retries, long halfOpen, long young, int liveBacklog)
    {
        if (!IsCrowded(halfOpen, liveBacklog))
        {
            return retries;
        }

        for (var share = young * 2; retries > FewestRetries && halfOpen >= share; share *= 2)
        {
            retries--;
        }

        return retries;
    }

    /// <summary>How long the timer runs after so many time-outs.</summary>
    public static Nanoseconds Timeout(int timeouts, Nanoseconds longest) =>
        new(timeouts > 30 ? longest.Value : Math.Min(Initial.Value << timeouts, longest.Value));

    /// <summary>When the request goes at the earliest and at the latest, since its SYN, with so many retries.</summary>
    public static (Nanoseconds Earliest, Nanoseconds Latest) Expiry(int retries, Nanoseconds longest)
    {
        var steps = Enumerable.Range(0, retries + 1).Select(timeouts => Timeout(timeouts, longest)).ToImmutableArray();
        return (new Nanoseconds(steps.Sum(step => step.Value)), new Nanoseconds(steps.Sum(step => TimerWheel.Latest(step).Value)));
    }
}
