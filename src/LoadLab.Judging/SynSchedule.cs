using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>When a SYN without an answer is sent: 0, 1, 2, 3, 4, 5, 7, 11, 19 … s with four linear time-outs, 0, 1, 3, 7, 15 … s with none.</summary>
/// <remarks>
/// Kernel: net/ipv4/tcp_timer.c tcp_retransmit_timer (tcp_syn_linear_timeouts from 6.5; tcp_rto_max_ms from 6.15).
/// The judge has its own small copy of the rule: it must not share code with the planner, whose predictions it checks.
/// </remarks>
public sealed record SynSchedule(ImmutableArray<double> SendsS)
{
    // The timer wheel fires up to 4 % late on long timers and loopback under load adds some; 6 % and 150 ms hold both and stay far below the shortest step of 1
    // s.
    private const double LateShare = 1.06;
    private const double LateS = 0.15;

    /// <summary>The schedule of a variant: its own sysctls first, then the sandbox's.</summary>
    public static SynSchedule Of(Plan plan, VariantPlan variant)
    {
        long Sysctl(string name, long otherwise) => long.TryParse(plan.Host.SysctlOf(variant.Declared, name), out var live) ? live : otherwise;
        return Of(
            (int)Math.Clamp(Sysctl("net.ipv4.tcp_syn_retries", 6), 0, 127),
            (int)Math.Clamp(Sysctl("net.ipv4.tcp_syn_linear_timeouts", 0), 0, 127),
            Sysctl("net.ipv4.tcp_rto_max_ms", 120_000) / 1e3);
    }

    /// <summary>The schedule of so many retries, of which the linear ones come on top.</summary>
    public static SynSchedule Of(int retries, int linear, double longestStepS)
    {
        var sends = ImmutableArray.CreateBuilder<double>();
        var (at, step) = (0.0, 1.0);
        sends.Add(at);
        for (var i = 0; i < retries + linear; i++)
        {
            at += Math.Min(step, longestStepS);
            sends.Add(at);
            step = i < linear ? step : Math.Min(step * 2, longestStepS);
        }

        return new SynSchedule(sends.ToImmutable());
    }

    /// <summary>True when some duration of this bucket can be the answer to one of the SYNs.</summary>
    public bool Explains(Nanoseconds from, Nanoseconds to) => SendsS.Any(send => to.Seconds >= send && from.Seconds <= (send * LateShare) + LateS);
}
