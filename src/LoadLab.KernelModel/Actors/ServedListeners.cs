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
