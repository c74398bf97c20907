using LoadLab.Model;
using LoadLab.KernelModel.Rules;

namespace LoadLab.KernelModel;

/// <summary>The SYN timer of one client: when its SYN is retransmitted, and when its kernel gives up.</summary>
/// <remarks>
/// Each firing first asks whether it is enough: by number, tcp_syn_retries or TCP_SYNCNT + tcp_syn_linear_timeouts; or by time. Sysctls count as they are then;
/// the longest time-out as it was when the
/// socket was made. Kernel: net/ipv4/tcp_timer.c tcp_retransmit_timer, tcp_write_timeout, retransmits_timed_out, tcp_clamp_rto_to_user_timeout.
/// </remarks>
internal sealed class SynTimer(SwarmSpec swarm, SysctlState sysctls, Nanoseconds begun)
{
    private const int DefaultRetries = 6;
    private const int DefaultLinearTimeouts = 4;
    private static readonly Nanoseconds Initial = Nanoseconds.FromSeconds(1);
    private static readonly Nanoseconds OneTick = new(1);
    private readonly Nanoseconds longest = LongestTimeout.Of(swarm.RtoMax, sysctls.Number);
    private Nanoseconds timeout = Initial;
    private int retransmits;

    /// <summary>The time-out that runs first.</summary>
    public static Nanoseconds First => Initial;

    /// <summary>The time-out after an ACK that fits nothing: TCP_TIMEOUT_MIN, two ticks.</summary>
    public static Nanoseconds AfterReset(int ticksPerSecond) => new(2_000_000_000L / ticksPerSecond);

    /// <summary>It fires.</summary>
    /// <returns>The next time-out when the SYN is to be retransmitted; null when the kernel gives up.</returns>
    public Nanoseconds? Fires(Nanoseconds now)
    {
        var retries = (int)Math.Clamp(swarm.SynCount ?? sysctls.Number("net.ipv4.tcp_syn_retries") ?? DefaultRetries, 1, 127);
        var linear = (int)Math.Clamp(sysctls.Number("net.ipv4.tcp_syn_linear_timeouts")
            ?? (sysctls.Kernel.IsAtLeast(6, 5) ? DefaultLinearTimeouts : 0), 0, 127);
        var patience = swarm.UserTimeout > Nanoseconds.Zero ? swarm.UserTimeout : ModelTimeout.Of(retries, Initial, longest);
        if (retransmits >= retries + linear || (retransmits > 0 && now - begun >= patience))
        {
            return null;
        }

        retransmits++;
        timeout = retransmits > linear ? Smaller(timeout + timeout, longest) : timeout;
        var left = begun + swarm.UserTimeout - now;
        return swarm.UserTimeout > Nanoseconds.Zero ? Smaller(timeout, left > OneTick ? left : OneTick) : timeout;
    }

    private static Nanoseconds Smaller(Nanoseconds a, Nanoseconds b) => a < b ? a : b;
}
