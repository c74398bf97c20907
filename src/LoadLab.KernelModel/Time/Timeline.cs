using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The simulated clock and the one queue of what is going to happen.</summary>
/// <remarks>
/// What is due at the same moment happens in the order in which it was added. Kernel timers are added by <see cref="AddTimer"/>, which puts them where the
/// timer wheel fires them;
/// <paramref name="afterMoment"/> runs when all that is due at one moment has happened: there the network delivers what the timers of one slot have sent.
/// Concurrency: one run, one thread. The same scenario, facts and timing give the same run, always.
/// </remarks>
/// <param name="wheel">Where the wheel fires a timer.</param>
/// <param name="afterMoment">What the softirq of the network does after the timers of a moment.</param>
internal sealed class Timeline(WheelClock wheel, Action afterMoment)
{
    private readonly PriorityQueue<Action, (long At, long Order)> steps = new();
    private long order;
    private long before;

    /// <summary>Hears each moment that the clock is about to go on to, before it does; null: nobody does.</summary>
    public Action<Nanoseconds>? GoesOn { get; set; }

    /// <summary>The moment that the run has reached, since it began.</summary>
    public Nanoseconds Now { get; private set; }

    /// <summary>One tick of the timer interrupt.</summary>
    public Nanoseconds Tick => wheel.Tick;

    /// <summary>True when nothing more is going to happen.</summary>
    public bool IsEmpty => steps.Count == 0;

    /// <summary>Something happens at a moment; a moment that has passed means now.</summary>
    public void Add(Nanoseconds at, Action step) => steps.Enqueue(step, (Math.Max(at.Value, Now.Value), order++));

    /// <summary>Something happens now, before all else that is due now: another processor does it meanwhile.</summary>
    public void AddMeanwhile(Action step) => steps.Enqueue(step, (Now.Value, --before));

    /// <summary>A kernel timer of this length is armed now.</summary>
    public void AddTimer(Nanoseconds timeout, Action fires) => Add(wheel.FiresAt(Now, timeout), fires);

    /// <summary>Lets everything happen that is due until then, and sets the clock to it.</summary>
    public void RunUntil(Nanoseconds moment)
    {
        while (steps.TryPeek(out _, out var due) && due.At <= moment.Value)
        {
            TakeMoment(due.At);
        }

        if (moment > Now)
        {
            GoesOn?.Invoke(moment);
            Now = moment;
        }
    }

    /// <summary>Lets everything happen that is due at the next moment. False when there is none until <paramref name="last"/>.</summary>
    public bool TryTakeNext(Nanoseconds last)
    {
        if (!steps.TryPeek(out _, out var due) || due.At > last.Value)
        {
            return false;
        }

        TakeMoment(due.At);
        return true;
    }

    private void TakeMoment(long at)
    {
        if (at > Now.Value)
        {
            GoesOn?.Invoke(new Nanoseconds(at));
        }

        Now = new Nanoseconds(at);
        while (steps.TryPeek(out var step, out var due) && due.At == at)
        {
            _ = steps.Dequeue();
            step();
        }

        afterMoment();
    }
}
