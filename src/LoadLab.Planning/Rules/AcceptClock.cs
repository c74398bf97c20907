using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>When the server's next accept() comes, by its policy.</summary>
internal sealed class AcceptClock(AcceptPolicy policy, Nanoseconds delay)
{
    private Nanoseconds lastPaced;
    private Nanoseconds start;

    /// <summary>The policy it follows.</summary>
    public AcceptPolicy Policy { get; private set; } = policy;

    /// <summary>True when one wake-up takes all that is queued.</summary>
    public bool TakesAll => Policy.Kind is AcceptPolicyKind.Eager or AcceptPolicyKind.Stalled;

    /// <summary>The clocks of paced and stalled start.</summary>
    public void Begin(Nanoseconds now)
    {
        start = now;
        lastPaced = now + delay;
    }

    /// <summary>Another policy, whose clock starts now.</summary>
    public void Change(AcceptPolicy policy, Nanoseconds now)
    {
        Policy = policy;
        Begin(now);
    }

    /// <summary>The moment of the next accept() when something is queued now; null: never.</summary>
    public Nanoseconds? Next(Nanoseconds now) => Policy.Kind switch
    {
        AcceptPolicyKind.Never => null,
        AcceptPolicyKind.Eager => now + delay,
        AcceptPolicyKind.Paced => Later(now, lastPaced + Nanoseconds.FromSeconds(1 / Policy.Rate.PerSecond)),
        AcceptPolicyKind.Stalled => Unstalled(now + delay),
    };

    /// <summary>An accept() has just been made.</summary>
    public void Accepted(Nanoseconds now) => lastPaced = now;

    private Nanoseconds Unstalled(Nanoseconds moment)
    {
        var stall = start + Policy.After;
        var resume = stall + Policy.For;
        return moment >= stall && moment < resume ? resume + delay : moment;
    }

    private static Nanoseconds Later(Nanoseconds a, Nanoseconds b) => a > b ? a : b;
}
