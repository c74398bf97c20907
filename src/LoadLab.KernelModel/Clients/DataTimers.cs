using LoadLab.KernelModel.Rules;
using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The schedule of a client's data or FIN that nobody acknowledges, and how many segments a send() makes.</summary>
/// <remarks>Kernel: net/ipv4/tcp_timer.c tcp_retransmit_timer; net/ipv4/tcp_output.c tcp_write_xmit, tcp_bound_to_half_wnd.</remarks>
internal static class DataTimers
{
    /// <summary>The longest time that a handshake over loopback may take: what a busy machine needs to run both ends.</summary>
    private static readonly Nanoseconds LongestHandshake = Nanoseconds.FromMilliseconds(25);

    // The window of a SYN-ACK over loopback is 65,483 bytes, and no segment is longer than half of it: before the first ACK two segments go out.
    private const int HalfOfWindow = 32_741;
    private const int MostAtFirst = 2;

    /// <summary>The timer of a client's socket; how long its handshake took is drawn.</summary>
    public static SegmentTimer Of(Flow flow, Timeline timeline, SysctlState sysctls, Timing timing, Action onRetransmit, Action onGiveUp)
    {
        var swarm = flow.Load!.Swarm;
        var socket = new EstablishedSocket(LongestHandshake, sysctls.Number("net.ipv4.tcp_sack") is not 0) { RtoMax = swarm.RtoMax,
            UserTimeout = swarm.UserTimeout };
        return new SegmentTimer(timeline, sysctls, socket, new Nanoseconds((long)(LongestHandshake.Value * timing.Choice)), onRetransmit, onGiveUp);
    }

    /// <summary>How many segments so many bytes go out in at once.</summary>
    public static int Segments(long bytes) => (int)Math.Clamp((bytes + HalfOfWindow - 1) / HalfOfWindow, 1, MostAtFirst);
}
