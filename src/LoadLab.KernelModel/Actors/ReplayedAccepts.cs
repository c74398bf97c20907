using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The server's accept() calls of a run, as they were: each takes a connection between two moments.</summary>
/// <remarks>
/// A call that finds nothing queued takes the next connection that comes: the model may look at a SYN some microseconds later than the kernel did.
/// It stands for a server without a limit of descriptors. Concurrency: one run, one thread.
/// </remarks>
/// <param name="timeline">The clock.</param>
/// <param name="timing">Whether each call takes its connection as early or as late as it can have.</param>
/// <param name="policy">What it follows first.</param>
/// <param name="listeners">All that it serves.</param>
/// <param name="program">What takes a connection.</param>
/// <param name="processors">On one processor it waits until the softirq is done.</param>
internal sealed class ReplayedAccepts(Timeline timeline, Timing timing, AcceptPolicy policy, ServedListeners listeners, ServerProgram program, int processors)
    : IAccepts
{
    private readonly AcceptClock clock = new(policy, Nanoseconds.Zero, Nanoseconds.Zero);
    private readonly bool isLate = timing.AcceptDelay > Nanoseconds.Zero;
    private readonly bool mayRunMeanwhile = processors > 1 && timing.AcceptsMeanwhile;
    private long due;

    public long Accepted { get; private set; }

    public long Shed => 0;

    public long Failed => 0;

    public bool CountsFailures => true;

    public Nanoseconds? Emptied { get; private set; }

    public void Begin() => clock.Begin(timeline.Now);

    public void Follow(AcceptPolicy policy) => clock.Change(policy, timeline.Now);

    public void Raise(long by)
    {
        // It has no limit.
    }

    /// <summary>A phase begins, and these are its calls.</summary>
    public void Begins(SeenPhase phase)
    {
        foreach (var accept in phase.Accepts)
        {
            timeline.Add(timeline.Now + (isLate ? accept.To : accept.From), () =>
            {
                due++;
                Take();
            });
        }
    }

    public void Wake()
    {
        if (due > Accepted && mayRunMeanwhile)
        {
            timeline.AddMeanwhile(Take);
        }
        else if (due > Accepted)
        {
            timeline.Add(timeline.Now, Take);
        }
    }

    // When a call returned is recorded. When it took its connection is not; the policy says the earliest moment. The server's clock for that may have started
    // some milliseconds before the load did.
    private Nanoseconds? Allowed => isLate ? timeline.Now : clock.Allowed(timeline.Now);

    private void Take()
    {
        while (due > Accepted && listeners.Queued > 0 && Allowed is { } moment)
        {
            if (moment > timeline.Now)
            {
                timeline.Add(moment, Take);
                return;
            }

            Accepted++;
            clock.Taken();
            program.Accepted(listeners.Take(timeline));
            Emptied = listeners.IsFoundEmptied(timeline.Now, timing) ? timeline.Now : Emptied;
        }
    }
}
