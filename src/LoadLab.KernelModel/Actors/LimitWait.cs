using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>How long an accept loop waits after an accept() that found no descriptor, by its policy.</summary>
internal sealed class LimitWait(AtLimitPolicy policy)
{
    /// <summary>How long a loop that sheds goes without asking for a descriptor of its own.</summary>
    public static readonly Nanoseconds LookAgain = Nanoseconds.FromMilliseconds(100);

    private Nanoseconds last;

    /// <summary>The next wait; zero for a loop that spins.</summary>
    public Nanoseconds Next() => last = policy.Kind switch
    {
        AtLimitKind.Backoff => last == Nanoseconds.Zero ? policy.First : Smaller(last + last, policy.Longest),
        AtLimitKind.Spin => Nanoseconds.Zero,
        AtLimitKind.Shed => LookAgain,
        AtLimitKind.Sleep or AtLimitKind.Pause => policy.First,
    };

    /// <summary>accept() has succeeded: a back-off begins again.</summary>
    public void Succeeded() => last = Nanoseconds.Zero;

    private static Nanoseconds Smaller(Nanoseconds a, Nanoseconds b) => a < b ? a : b;
}
