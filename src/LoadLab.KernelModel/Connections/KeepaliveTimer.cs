using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The keepalive timer of one end of an established connection whose peer says nothing.</summary>
/// <remarks>
/// It never ends a connection whose data is not acknowledged: while some is in flight the timer only starts anew (seen on 6.18: with 1 s, 1 s and 2 probes an
/// idle connection is gone after 3.1 s, one with a byte in flight lives on).
/// With TCP_USER_TIMEOUT that time decides in the place of the number of probes.
/// Kernel: net/ipv4/tcp_timer.c tcp_keepalive_timer.
/// </remarks>
/// <param name="timeline">The clock.</param>
/// <param name="idle">TCP_KEEPIDLE: silence before the first probe.</param>
/// <param name="interval">TCP_KEEPINTVL: between probes.</param>
/// <param name="count">TCP_KEEPCNT: probes without an answer before it is given up.</param>
/// <param name="userTimeout">TCP_USER_TIMEOUT; 0: none.</param>
/// <param name="isInFlight">Whether data is not acknowledged.</param>
/// <param name="onGiveUp">ETIMEDOUT, and a RST to the peer.</param>
internal sealed class KeepaliveTimer(Timeline timeline, Nanoseconds idle, Nanoseconds interval, int count, Nanoseconds userTimeout, Func<bool> isInFlight,
    Action onGiveUp)
{
    private Nanoseconds heard;
    private int unanswered;
    private int armed;

    /// <summary>Whether the connection has ended otherwise; null: only <see cref="Stop"/> says so.</summary>
    public Func<bool>? IsOver { get; init; }

    /// <summary>The peer's kernel answers each probe at once.</summary>
    public bool IsAnswered { get; init; }

    /// <summary>Probes sent (TCPKeepAlive).</summary>
    public long Probes { get; private set; }

    /// <summary>It runs from now on.</summary>
    /// <param name="lastHeard">When the last segment of the peer has come; null: now.</param>
    public void Start(Nanoseconds? lastHeard = null)
    {
        (heard, unanswered) = (lastHeard ?? timeline.Now, 0);
        Arm(idle);
    }

    /// <summary>A segment of the peer has come.</summary>
    public void Heard() => (heard, unanswered) = (timeline.Now, 0);

    /// <summary>The connection is over.</summary>
    public void Stop() => armed++;

    private void Arm(Nanoseconds after)
    {
        var mine = ++armed;
        timeline.AddTimer(after, () =>
        {
            if (mine == armed && IsOver?.Invoke() != true)
            {
                Fire();
            }
        });
    }

    private void Fire()
    {
        var silence = timeline.Now - heard;
        if (isInFlight() || silence < idle)
        {
            Arm(isInFlight() ? idle : idle - silence);
        }
        else if (userTimeout > Nanoseconds.Zero ? silence >= userTimeout && unanswered > 0 : unanswered >= count)
        {
            Stop();
            onGiveUp();
        }
        else
        {
            (Probes, unanswered) = (Probes + 1, unanswered + 1);
            Arm(interval);
            if (IsAnswered)
            {
                Heard();
            }
        }
    }
}
