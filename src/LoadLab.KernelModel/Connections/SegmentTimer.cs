using LoadLab.KernelModel.Rules;
using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The retransmission timer of one end of an established connection whose data or FIN nobody acknowledges.</summary>
/// <remarks>
/// First time-out: round-trip time + max(2 × round-trip time, tcp_rto_min_us). With SACK and tcp_early_retrans 3 (the default) or 4 a tail loss probe goes out
/// before it: in the place of the first time-out
/// where one segment is in flight, after 2 × round-trip time and two ticks where there are more. Each firing first asks whether it was the last: tcp_retries2
/// as a time, for an orphan
/// tcp_orphan_retries, or TCP_USER_TIMEOUT. Sysctls count as they are then.
/// Kernel: net/ipv4/tcp_timer.c tcp_retransmit_timer, tcp_write_timeout, retransmits_timed_out, tcp_clamp_rto_to_user_timeout, tcp_orphan_retries;
/// net/ipv4/tcp_output.c tcp_schedule_loss_probe, tcp_send_loss_probe.
/// Concurrency: one run, one thread.
/// </remarks>
/// <param name="timeline">The clock.</param>
/// <param name="sysctls">Sysctls as they are now.</param>
/// <param name="socket">The socket's options.</param>
/// <param name="roundTrip">The only round-trip time that the socket has measured: the handshake's.</param>
/// <param name="onRetransmit">The segment goes out again.</param>
/// <param name="onGiveUp">The connection is given up: ETIMEDOUT, or for an orphan gone.</param>
/// <param name="onProbe">A tail loss probe goes out; null: the segment again.</param>
internal sealed class SegmentTimer(Timeline timeline, SysctlState sysctls, EstablishedSocket socket, Nanoseconds roundTrip, Action onRetransmit,
    Action onGiveUp, Action? onProbe = null)
{
    private const int DefaultRetries = 15;
    private const int RetriesOfALivingOrphan = 8;
    private const long DefaultLeastTimeoutUs = 200_000;
    private const long DefaultEarlyRetrans = 3;
    private static readonly Nanoseconds OneTick = new(1);

    private readonly Nanoseconds longest = LongestTimeout.Of(socket.RtoMax, sysctls.Number);
    private Nanoseconds timeout;
    private Nanoseconds? stamp;
    private Nanoseconds sentAt;
    private bool mayProbe;
    private bool isProbeNext;
    private bool hasProbed;
    private int retransmits;
    private int armed;

    /// <summary>True after close(): no process has the socket any more.</summary>
    public bool IsOrphan { get; set; } = socket.IsOrphan;

    /// <summary>True while something is not acknowledged.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>True from a time-out until all is acknowledged: the congestion window is one segment, and the one retransmitted fills it.</summary>
    /// <remarks>net/ipv4/tcp_input.c tcp_enter_loss.</remarks>
    public bool IsInLoss => IsRunning && retransmits > 0;

    /// <summary>Segments retransmitted, tail loss probes among them (RetransSegs).</summary>
    public long Retransmits { get; private set; }

    /// <summary>Time-outs, also the last (TCPTimeouts).</summary>
    public long Timeouts { get; private set; }

    /// <summary>Tail loss probes (TCPLossProbes).</summary>
    public long Probes { get; private set; }

    /// <summary>So many segments go out; nothing changes while earlier ones are not acknowledged.</summary>
    public void Start(int segments)
    {
        if (IsRunning)
        {
            return;
        }

        var least = new Nanoseconds((sysctls.Number("net.ipv4.tcp_rto_min_us") ?? DefaultLeastTimeoutUs) * 1000);
        (IsRunning, stamp, retransmits, hasProbed, sentAt) = (true, null, 0, false, timeline.Now);
        timeout = Smaller(roundTrip + Larger(roundTrip + roundTrip, least), longest);
        isProbeNext = mayProbe = socket.HasSack && (sysctls.Number("net.ipv4.tcp_early_retrans") ?? DefaultEarlyRetrans) is 3 or 4;
        Arm(mayProbe && segments > 1 ? Smaller(timeout, OfProbe()) : timeout);
    }

    /// <summary>A further segment goes out while others are not acknowledged: a tail loss probe comes sooner after it.</summary>
    public void Further()
    {
        if (IsRunning && mayProbe && retransmits == 0)
        {
            isProbeNext = true;
            Arm(Smaller(Larger(sentAt + timeout - timeline.Now, OneTick), OfProbe()));
        }
    }

    private Nanoseconds OfProbe() => roundTrip + roundTrip + timeline.Tick + timeline.Tick;

    /// <summary>All that was sent is acknowledged, or the connection is over.</summary>
    public void Stop() => (IsRunning, armed) = (false, armed + 1);

    private void Arm(Nanoseconds after)
    {
        var mine = ++armed;
        timeline.AddTimer(after, () =>
        {
            if (mine == armed && IsRunning)
            {
                Fire();
            }
        });
    }

    private void Fire()
    {
        if (isProbeNext)
        {
            isProbeNext = false;
            if (hasProbed)
            {
                // One probe at most is under way (tcp_send_loss_probe, tlp_high_seq).
                Arm(timeout);
                return;
            }

            (hasProbed, Probes) = (true, Probes + 1);
            Send(timeout, onProbe ?? onRetransmit);
            return;
        }

        Timeouts++;
        var isOver = retransmits > 0 && timeline.Now - stamp!.Value >= (socket.UserTimeout > Nanoseconds.Zero ? socket.UserTimeout
            : ModelTimeout.Of(MostRetries(), ModelTimeout.EstablishedBase, longest));
        if (isOver)
        {
            Stop();
            onGiveUp();
            return;
        }

        retransmits++;
        stamp ??= timeline.Now;
        timeout = Smaller(timeout + timeout, longest);
        var left = stamp.Value + socket.UserTimeout - timeline.Now;
        Send(socket.UserTimeout > Nanoseconds.Zero ? Smaller(timeout, Larger(left, OneTick)) : timeout, onRetransmit);
    }

    private void Send(Nanoseconds next, Action send)
    {
        Retransmits++;
        sentAt = timeline.Now;
        Arm(next);
        send();
    }

    private int MostRetries()
    {
        if (!IsOrphan)
        {
            return (int)Math.Clamp(sysctls.Number("net.ipv4.tcp_retries2") ?? DefaultRetries, 0, 255);
        }

        var asked = (int)Math.Clamp(sysctls.Number("net.ipv4.tcp_orphan_retries") ?? 0, 0, 255);
        return asked == 0 && timeout < longest ? RetriesOfALivingOrphan : asked;
    }

    private static Nanoseconds Smaller(Nanoseconds a, Nanoseconds b) => a < b ? a : b;

    private static Nanoseconds Larger(Nanoseconds a, Nanoseconds b) => a > b ? a : b;
}
