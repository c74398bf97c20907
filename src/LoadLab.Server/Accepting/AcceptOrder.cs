using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>How an accept thread behaves for now.</summary>
internal enum AcceptMode
{
    /// <summary>It does not accept.</summary>
    Closed,

    /// <summary>It accepts, and nothing but another order ends that.</summary>
    Free,

    /// <summary>It accepts until a moment, and may not be inside a blocking accept() when that comes.</summary>
    Watched,

    /// <summary>It accepts one at a time, each when it is due.</summary>
    Paced,
}

/// <summary>How to behave, and until when on CLOCK_MONOTONIC; long.MaxValue: until another order.</summary>
internal readonly record struct AcceptStep(AcceptMode Mode, long UntilNs);

/// <summary>What the accept threads follow: a policy and when its clock started. Immutable; a change is another order.</summary>
/// <param name="Policy">When accept() is called.</param>
/// <param name="StartNs">CLOCK_MONOTONIC at which the policy's clock started; null: it has not.</param>
/// <param name="StartsWithFirst">Whether the first connection starts the clock.</param>
/// <param name="Generation">Counts orders, so that threads can tell which one they follow.</param>
/// <param name="Ends">The last order: leave the loop.</param>
internal sealed record AcceptOrder(AcceptPolicy Policy, long? StartNs, bool StartsWithFirst, int Generation, bool Ends = false)
{
    /// <summary>The next order.</summary>
    public AcceptOrder Next(AcceptPolicy policy, long? startNs) => this with { Policy = policy, StartNs = startNs, Generation = Generation + 1 };

    /// <summary>The order to leave.</summary>
    public AcceptOrder End() => this with { Generation = Generation + 1, Ends = true };

    /// <summary>How to behave at a moment.</summary>
    /// <remarks>Before its clock starts, <c>paced</c> accepts nothing and <c>stalled</c> is eager.</remarks>
    public AcceptStep StepAt(long nowNs) => Policy.Kind switch
    {
        AcceptPolicyKind.Never => new(AcceptMode.Closed, long.MaxValue),
        AcceptPolicyKind.Eager => new(AcceptMode.Free, long.MaxValue),
        AcceptPolicyKind.Paced => StartNs is null ? new(AcceptMode.Closed, long.MaxValue) : new(AcceptMode.Paced, long.MaxValue),
        AcceptPolicyKind.Stalled => StalledAt(nowNs),
    };

    private AcceptStep StalledAt(long nowNs)
    {
        if (StartNs is not { } start)
        {
            return new(AcceptMode.Watched, long.MaxValue);
        }

        var stall = start + Policy.After.Value;
        var end = stall + Policy.For.Value;
        if (nowNs < stall)
        {
            return new(AcceptMode.Watched, stall);
        }

        return nowNs < end ? new(AcceptMode.Closed, end) : new(AcceptMode.Free, long.MaxValue);
    }
}
