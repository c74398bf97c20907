using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>Figures of a run of the model over a short time, at least or at most.</summary>
/// <param name="Queued">Connections in the accept queue; of several listeners in the emptiest, or in the fullest.</param>
/// <param name="HalfOpen">Half-open requests of all listeners.</param>
/// <param name="Attempted">Connects issued so far.</param>
/// <param name="Established">Connects that succeeded so far.</param>
/// <param name="Failed">Connects that failed so far: no descriptor, no port, no answer.</param>
/// <param name="ServerOpen">Connections that the server's program holds.</param>
/// <param name="SwarmOpen">Sockets that the clients' programs hold.</param>
public readonly record struct TraceFigures(long Queued, long HalfOpen, long Attempted, long Established, long Failed, long ServerOpen, long SwarmOpen)
{
    /// <summary>Connects that are not answered yet.</summary>
    public long Pending { get; init; } = Attempted - Established - Failed;

    /// <summary>The lesser of each figure.</summary>
    public static TraceFigures Least(in TraceFigures one, in TraceFigures other) => new(
        Math.Min(one.Queued, other.Queued), Math.Min(one.HalfOpen, other.HalfOpen), Math.Min(one.Attempted, other.Attempted),
        Math.Min(one.Established, other.Established), Math.Min(one.Failed, other.Failed), Math.Min(one.ServerOpen, other.ServerOpen),
        Math.Min(one.SwarmOpen, other.SwarmOpen)) { Pending = Math.Min(one.Pending, other.Pending) };

    /// <summary>The greater of each figure.</summary>
    public static TraceFigures Most(in TraceFigures one, in TraceFigures other) => new(
        Math.Max(one.Queued, other.Queued), Math.Max(one.HalfOpen, other.HalfOpen), Math.Max(one.Attempted, other.Attempted),
        Math.Max(one.Established, other.Established), Math.Max(one.Failed, other.Failed), Math.Max(one.ServerOpen, other.ServerOpen),
        Math.Max(one.SwarmOpen, other.SwarmOpen)) { Pending = Math.Max(one.Pending, other.Pending) };
}

/// <summary>Figures at least and at most.</summary>
/// <param name="Least">At least.</param>
/// <param name="Most">At most.</param>
public readonly record struct TraceRange(TraceFigures Least, TraceFigures Most)
{
    /// <summary>All of both.</summary>
    public TraceRange And(in TraceRange other) => new(TraceFigures.Least(Least, other.Least), TraceFigures.Most(Most, other.Most));
}

/// <summary>What the figures were over the time of one phase, step by step; the step doubles when the phase is long, and loses no peak.</summary>
public sealed class PhaseTrace
{
    private const long FirstStepNs = 1_000_000;
    private const int MostSteps = 240;
    private readonly List<TraceRange> steps = [];
    private readonly Nanoseconds begin;
    private TraceRange? open;

    /// <summary>One that begins at a moment of the model's clock.</summary>
    internal PhaseTrace(Nanoseconds begin) => this.begin = begin;

    /// <summary>How long one step is: 1 ms times a power of two.</summary>
    public Nanoseconds Step { get; private set; } = new(FirstStepNs);

    /// <summary>How long the phase took.</summary>
    public Nanoseconds Lasted { get; private set; }

    /// <summary>The figures in each step since the phase began.</summary>
    public IReadOnlyList<TraceRange> Steps => steps;

    /// <summary>The clock is about to go on to a moment: until then the figures stay as they are.</summary>
    internal void Until(Nanoseconds moment, in TraceRange now)
    {
        open = open is { } before ? before.And(now) : now;
        Lasted = moment - begin;
        while (begin.Value + ((steps.Count + 1) * Step.Value) <= moment.Value)
        {
            steps.Add(open.Value);
            open = now;
            if (steps.Count == MostSteps)
            {
                Widen();
            }
        }
    }

    /// <summary>The phase has ended: what is left is a step too.</summary>
    internal void End(in TraceRange now) => steps.Add(open is { } before ? before.And(now) : now);

    private void Widen()
    {
        for (var i = 0; i < MostSteps / 2; i++)
        {
            steps[i] = steps[2 * i].And(steps[(2 * i) + 1]);
        }

        steps.RemoveRange(MostSteps / 2, MostSteps / 2);
        Step = new Nanoseconds(Step.Value * 2);
    }
}
