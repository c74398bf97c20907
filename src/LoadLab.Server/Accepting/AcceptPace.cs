using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>When the accepts of <c>paced RATE</c> are due: a pure function of what was taken and whether it had to be waited for.</summary>
/// <remarks>
/// While connections are queued the j-th is due at start + j / rate, so that a late wake-up does not slow the rate. When the queue was empty at a due
/// moment, the
/// next is due one interval after the connection that came at last, so that an idle time saves nothing up. The first is due at the start itself.
/// </remarks>
internal struct AcceptPace(long startNs, Rate rate)
{
    private readonly double intervalNs = 1e9 / rate.PerSecond;
    private long originNs = startNs;
    private long taken;

    /// <summary>CLOCK_MONOTONIC at which the next accept is due.</summary>
    public readonly long DueNs => originNs + (long)(taken * intervalNs);

    /// <summary>One was accepted at its due moment or as soon as the thread was awake.</summary>
    public void TakenWhenDue() => taken++;

    /// <summary>One was accepted at this moment after nothing could be accepted when it was due.</summary>
    public void TakenLate(long nowNs)
    {
        originNs = nowNs;
        taken = 1;
    }
}
