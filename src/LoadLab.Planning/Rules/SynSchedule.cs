using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>When a client's kernel sends its SYN, and again, and when it gives up.</summary>
/// <remarks>
/// The first retransmission time-out is 1 s (RFC 6298). It doubles after each time-out, but from 6.5 on not after the first tcp_syn_linear_timeouts ones.
/// Given up when tcp_syn_retries (+ the linear ones) retransmissions are out, or when the time that tcp_syn_retries doublings would take has passed; whichever is first.
/// Kernel: net/ipv4/tcp_timer.c tcp_retransmit_timer, tcp_write_timeout, tcp_model_timeout. Measured on 6.18: 0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67 s, ETIMEDOUT after 131 s;
/// tcp_rto_max_ms 2000: up to 11 s, ETIMEDOUT after 13 s; tcp_syn_retries 1: 0, 1, 2 s, ETIMEDOUT after 3 s.
/// </remarks>
public sealed class SynSchedule
{
    /// <summary>File and functions of the kernel.</summary>
    public const string KernelSource = "net/ipv4/tcp_timer.c tcp_retransmit_timer, tcp_write_timeout; kernel/time/timer.c calc_wheel_index";

    private const double InitialTimeoutSeconds = 1;
    private const int DefaultRetries = 6;
    private const int DefaultLinearTimeouts = 4;
    private const long DefaultLongestTimeoutMs = 120_000;

    private SynSchedule(ImmutableArray<Nanoseconds> earliest, ImmutableArray<Nanoseconds> latest, Nanoseconds giveUpEarliest, Nanoseconds giveUpLatest)
    {
        Earliest = earliest;
        Latest = latest;
        GiveUpEarliest = giveUpEarliest;
        GiveUpLatest = giveUpLatest;
    }

    /// <summary>When each SYN goes out at the earliest, since the first: nominal times.</summary>
    public ImmutableArray<Nanoseconds> Earliest { get; }

    /// <summary>When each goes out at the latest: each step as late as the timer wheel may be.</summary>
    public ImmutableArray<Nanoseconds> Latest { get; }

    /// <summary>ETIMEDOUT at the earliest.</summary>
    public Nanoseconds GiveUpEarliest { get; }

    /// <summary>ETIMEDOUT at the latest.</summary>
    public Nanoseconds GiveUpLatest { get; }

    /// <summary>The schedule of a kernel with these sysctls; null: the kernel's default.</summary>
    public static SynSchedule Of(KernelVersion kernel, Func<string, long?> sysctl)
    {
        ArgumentNullException.ThrowIfNull(sysctl);
        var retries = (int)Math.Clamp(sysctl("net.ipv4.tcp_syn_retries") ?? DefaultRetries, 1, 127);
        var linear = (int)Math.Clamp(sysctl("net.ipv4.tcp_syn_linear_timeouts") ?? (kernel.IsAtLeast(6, 5) ? DefaultLinearTimeouts : 0), 0, 127);
        return Of(retries, linear, (sysctl("net.ipv4.tcp_rto_max_ms") ?? DefaultLongestTimeoutMs) / 1000.0);
    }

    /// <summary>The schedule of these values.</summary>
    public static SynSchedule Of(int retries, int linearTimeouts, double longestTimeoutSeconds)
    {
        var earliest = ImmutableArray.CreateBuilder<Nanoseconds>();
        var latest = ImmutableArray.CreateBuilder<Nanoseconds>();
        earliest.Add(Nanoseconds.Zero);
        latest.Add(Nanoseconds.Zero);
        var giveUpAfter = Nanoseconds.FromSeconds(ModelTimeoutSeconds(retries, longestTimeoutSeconds));
        var timeoutSeconds = Math.Min(InitialTimeoutSeconds, longestTimeoutSeconds);
        while (true)
        {
            var step = Nanoseconds.FromSeconds(timeoutSeconds);
            var nominal = earliest[^1] + step;
            var atLatest = latest[^1] + TimerWheel.Latest(step);
            if (earliest.Count > retries + linearTimeouts || nominal >= giveUpAfter)
            {
                return new SynSchedule(earliest.ToImmutable(), latest.ToImmutable(), nominal, atLatest);
            }

            earliest.Add(nominal);
            latest.Add(atLatest);
            if (earliest.Count - 1 > linearTimeouts)
            {
                timeoutSeconds = Math.Min(timeoutSeconds * 2, longestTimeoutSeconds);
            }
        }
    }

    /// <summary>How many SYNs a client that gets no answer has sent so long after the first, the first counted: at least and at most.</summary>
    public (int Min, int Max) SentBy(Nanoseconds sinceFirst) => (Latest.Count(moment => moment <= sinceFirst), Earliest.Count(moment => moment <= sinceFirst));

    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(", ", Earliest.Select(moment => $"{moment.Seconds:0.###}"))} s, ETIMEDOUT after {GiveUpEarliest.Seconds:0.###} s";

    /// <summary>tcp_model_timeout(): how long so many doublings of the first time-out take, each at most the longest.</summary>
    private static double ModelTimeoutSeconds(int boundary, double longestTimeoutSeconds)
    {
        var doublings = Math.Max(0, (int)Math.Floor(Math.Log2(longestTimeoutSeconds / InitialTimeoutSeconds)));
        return boundary <= doublings
            ? (Math.Pow(2, boundary + 1) - 1) * InitialTimeoutSeconds
            : ((Math.Pow(2, doublings + 1) - 1) * InitialTimeoutSeconds) + ((boundary - doublings) * longestTimeoutSeconds);
    }
}
