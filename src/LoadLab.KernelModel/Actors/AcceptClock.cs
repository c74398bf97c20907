using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>When the server's next accept() comes, by its policy.</summary>
/// <remarks>
/// While connections are queued the j-th of <c>paced</c> is due at start + j / rate; when the queue was empty at a due moment, the next is due one interval
/// after the connection that came at last.
/// Before its clock starts, <c>paced</c> accepts nothing and <c>stalled</c> is eager.
/// </remarks>
/// <param name="policy">What it follows first.</param>
/// <param name="first">How long the first wake-up of the server's thread takes.</param>
/// <param name="later">And each one after it.</param>
internal sealed class AcceptClock(AcceptPolicy policy, Nanoseconds first, Nanoseconds later)
{
    private Nanoseconds delay = first;
    private Nanoseconds? start;
    private Nanoseconds origin;
    private long taken;

    /// <summary>The policy it follows.</summary>
    public AcceptPolicy Policy { get; private set; } = policy;

    /// <summary>True when one wake-up takes all that is queued.</summary>
    public bool TakesAll => Policy.Kind is AcceptPolicyKind.Eager or AcceptPolicyKind.Stalled;

    /// <summary>True while <c>stalled</c> waits in epoll for a connection before it calls accept(): it does so until its stall begins.</summary>
    public bool IsWatching(Nanoseconds now) => Policy.Kind == AcceptPolicyKind.Stalled && (start is not { } begun || now < begun + Policy.After);

    /// <summary>When the stall ends that is under way; null when none is.</summary>
    public Nanoseconds? StallEnds(Nanoseconds now) =>
        Policy.Kind == AcceptPolicyKind.Stalled && start is { } begun && now >= begun + Policy.After && now < begun + Policy.After + Policy.For
            ? begun + Policy.After + Policy.For : null;

    /// <summary>From when on accept() is called whether or not something is queued; null: never.</summary>
    public Nanoseconds? BlocksFrom(Nanoseconds now) => Policy.Kind switch
    {
        AcceptPolicyKind.Eager => now,
        AcceptPolicyKind.Stalled => start is { } begun ? begun + Policy.After + Policy.For : null,
        AcceptPolicyKind.Never or AcceptPolicyKind.Paced => null,
    };

    /// <summary>The first load or peer begins: the clock of paced and stalled starts, unless it runs.</summary>
    public void Begin(Nanoseconds now)
    {
        if (start is null)
        {
            Start(now);
        }
    }

    /// <summary>Another policy, whose clock starts now.</summary>
    public void Change(AcceptPolicy to, Nanoseconds now)
    {
        Policy = to;
        Start(now);
    }

    /// <summary>The moment of the next accept() when something is queued now; null: never.</summary>
    public Nanoseconds? Next(Nanoseconds now) => Policy.Kind switch
    {
        AcceptPolicyKind.Never => null,
        AcceptPolicyKind.Eager => now + delay,
        AcceptPolicyKind.Paced => start is null ? null : Later(now, Due) + delay,
        AcceptPolicyKind.Stalled => Unstalled(now + delay),
    };

    /// <summary>The earliest moment at which the policy allows another accept(), whatever the server's thread was late by before; null: never.</summary>
    public Nanoseconds? Allowed(Nanoseconds now) => Policy.Kind switch
    {
        AcceptPolicyKind.Never => null,
        AcceptPolicyKind.Eager => now,
        AcceptPolicyKind.Paced => start is null ? null : Later(now, Due),
        AcceptPolicyKind.Stalled => StallEnds(now) ?? now,
    };

    /// <summary>An accept() of a replay has just been made.</summary>
    public void Taken() => taken++;

    /// <summary>An accept() has just been made: when it was due, or later, since nothing was queued then.</summary>
    public void Accepted(Nanoseconds now)
    {
        if (now - delay > Due)
        {
            (origin, taken) = (now, 1);
        }
        else
        {
            taken++;
        }

        delay = later;
    }

    private Nanoseconds Due => origin + Nanoseconds.FromSeconds(taken / Policy.Rate.PerSecond);

    private void Start(Nanoseconds now)
    {
        (start, origin, taken) = (now, now, 0);
    }

    private Nanoseconds Unstalled(Nanoseconds moment)
    {
        if (start is not { } begun)
        {
            return moment;
        }

        var stall = begun + Policy.After;
        var resume = stall + Policy.For;
        return moment >= stall && moment < resume ? resume + delay : moment;
    }

    private static Nanoseconds Later(Nanoseconds a, Nanoseconds b) => a > b ? a : b;
}
