using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The listeners that one accept loop serves, in turn.</summary>
internal sealed class ServedListeners(IReadOnlyList<Listener> listeners)
{
    private int turn;

    /// <summary>How many there are.</summary>
    public int Count => listeners.Count;

    /// <summary>Connections in all of their accept queues.</summary>
    public long Queued
    {
        get
        {
            var sum = 0L;
            for (var i = 0; i < listeners.Count; i++)
            {
                sum += listeners[i].Queued;
            }

            return sum;
        }
    }

    /// <summary>True where all queues are empty, and a sampler has seen before that they were not: what is shorter than its pause it may miss.</summary>
    public bool IsFoundEmptied(Nanoseconds now, Timing timing) =>
        Queued == 0 && (timing.Choice > 0 || now - listeners.Min(one => one.FilledAt) >= SamplesLost.MostBetweenLooks);

    /// <summary>Takes the oldest connection of the next listener that has one; there is one.</summary>
    public Flow Take(Timeline timeline)
    {
        while (true)
        {
            turn = (turn + 1) % listeners.Count;
            if (listeners[turn].TryAccept(timeline.Now, out var flow))
            {
                return flow!;
            }
        }
    }
}
