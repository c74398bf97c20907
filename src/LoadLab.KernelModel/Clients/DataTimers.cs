using LoadLab.KernelModel.Rules;
using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The schedule of a client's data or FIN that nobody acknowledges.</summary>
/// <remarks>Kernel: net/ipv4/tcp_timer.c tcp_retransmit_timer.</remarks>
internal static class DataTimers
{
    /// <summary>The longest time that a handshake over loopback may take: what a busy machine needs to run both ends.</summary>
    private static readonly Nanoseconds LongestHandshake = Nanoseconds.FromMilliseconds(25);

    /// <summary>The timer of a client's socket; how long its handshake took is drawn.</summary>
    public static SegmentTimer Of(Flow flow, Timeline timeline, SysctlState sysctls, Timing timing, Action onRetransmit, Action onGiveUp,
        Action onProbe)
    {
        var swarm = flow.Load!.Swarm;
        var socket = new EstablishedSocket(LongestHandshake, sysctls.Number("net.ipv4.tcp_sack") is not 0) { RtoMax = swarm.RtoMax,
            UserTimeout = swarm.UserTimeout };
        return new SegmentTimer(timeline, sysctls, socket, new Nanoseconds((long)(LongestHandshake.Value * timing.Choice)), onRetransmit, onGiveUp,
            onProbe);
    }
}
