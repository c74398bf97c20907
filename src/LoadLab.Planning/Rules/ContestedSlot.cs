using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>Notices where SYNs that are sent again in one slot of the timer wheel meet less room than they need: from there on no rule says who gets in.</summary>
/// <remarks>
/// Timers of one slot fire in one go, so the SYNs that they send again are all looked at before the first final ACK is. When less room is free than they need, all pass the check, and the last final ACKs find the queue full:
/// their clients are established and the server does not know it (measured on 6.18: 300 clients established, 173 accepted).
/// Concurrency: one simulation, one thread.
/// </remarks>
internal sealed class ContestedSlot
{
    /// <summary>The widest slot of the timer wheel that a SYN's first steps fall into, see <see cref="TimerWheel"/>.</summary>
    private static readonly Nanoseconds OneSlot = Nanoseconds.FromMilliseconds(64);

    private Nanoseconds? letIn;
    private Nanoseconds? dropped;

    /// <summary>True once one was let in and another dropped in one slot.</summary>
    public bool IsContested { get; private set; }

    /// <summary>A SYN was sent again.</summary>
    public void Resent(Nanoseconds now, bool isDropped)
    {
        if (isDropped)
        {
            dropped = now;
        }
        else
        {
            letIn = now;
        }

        IsContested |= letIn is { } last && dropped is { } lost && Math.Abs((last - lost).Value) <= OneSlot.Value;
    }
}
