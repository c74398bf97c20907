namespace LoadLab.Model;

/// <summary>How long a machine takes for what has no rule: the most that a plan allows, or what a run was seen to take.</summary>
/// <param name="Phase">How much longer than it says a phase takes.</param>
/// <param name="Accept">From a connection in the queue to the accept() that takes it.</param>
/// <param name="Connect">One connect() of a burst.</param>
public readonly record struct RunDelays(Nanoseconds Phase, Nanoseconds Accept, Nanoseconds Connect)
{
    /// <summary>What a plan allows.</summary>
    public static RunDelays Planned { get; } = new(Nanoseconds.FromMilliseconds(50), Nanoseconds.FromMilliseconds(3), new(50_000));

    /// <summary>The larger of both, each.</summary>
    public RunDelays OrMore(RunDelays other) => new(Larger(Phase, other.Phase), Larger(Accept, other.Accept), Larger(Connect, other.Connect));

    /// <summary>As a person reads them.</summary>
    public override string ToString() => $"up to {Phase} more for a phase, {Accept} for an accept(), {Connect} for a connect()";

    private static Nanoseconds Larger(Nanoseconds one, Nanoseconds other) => one > other ? one : other;
}
