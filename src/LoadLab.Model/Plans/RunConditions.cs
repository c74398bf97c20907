namespace LoadLab.Model;

/// <summary>The conditions of a run that no kernel rule gives: delays, at most (what a plan allows, or what was measured), and free descriptors.</summary>
/// <param name="Phase">How much longer than it says a phase takes.</param>
/// <param name="Accept">From a connection in the queue to the accept() that takes it.</param>
/// <param name="Connect">One connect() of a burst.</param>
public readonly record struct RunConditions(Nanoseconds Phase, Nanoseconds Accept, Nanoseconds Connect)
{
    /// <summary>What a plan allows.</summary>
    public static RunConditions Planned { get; } = new(Nanoseconds.FromMilliseconds(50), Nanoseconds.FromMilliseconds(3), new(50_000));

    /// <summary>Descriptors that the server could still open when its limit was set; null: not seen.</summary>
    public FreeDescriptors? ServerRoom { get; init; }

    /// <summary>The same of the swarm's workers, the one with the fewest and the one with the most; null: not seen.</summary>
    public FreeDescriptors? SwarmRoom { get; init; }

    /// <summary>The larger of both delays, each.</summary>
    public RunConditions OrMore(RunConditions other) =>
        this with { Phase = Larger(Phase, other.Phase), Accept = Larger(Accept, other.Accept), Connect = Larger(Connect, other.Connect) };

    /// <summary>As a person reads them.</summary>
    public override string ToString() => $"up to {Phase} more for a phase, {Accept} for an accept(), {Connect} for a connect()";

    private static Nanoseconds Larger(Nanoseconds one, Nanoseconds other) => one > other ? one : other;
}

/// <summary>How many descriptors a process can open below its RLIMIT_NOFILE: at least, and at most.</summary>
public readonly record struct FreeDescriptors(long Least, long Most);
