using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>Tells how many local ports one thread's sockets hold: when that has changed, and ten times a second at most. One thread calls it.</summary>
/// <param name="worker">Worker process.</param>
/// <param name="thread">Thread in it.</param>
/// <param name="write">Where observations go.</param>
/// <param name="alongside">Tells of the worker's descriptors, which change when its ports do; null: another thread does, or it costs too much here.</param>
internal sealed class PortWatch(int worker, int thread, Action<Observation> write, Action? alongside)
{
    private const long IntervalNs = 100_000_000;
    private long available;
    private long told;
    private long toldAvailable;
    private long due;

    /// <summary>A load begins that may take so many.</summary>
    public void Begin(long ports) => available = ports;

    /// <summary>True when what was told last is no longer so.</summary>
    public bool HasNews(long inUse) => inUse != told || available != toldAvailable;

    /// <summary>Tells what is new, unless it is too soon.</summary>
    public void Look(long inUse, long now)
    {
        if (now >= due && HasNews(inUse))
        {
            Report(inUse, now);
            alongside?.Invoke();
        }
    }

    /// <summary>Tells how it is, new or not.</summary>
    public void Report(long inUse, long now)
    {
        if (available > 0)
        {
            write(new PortsSeen(worker, thread, inUse, available) { T = new Nanoseconds(now) });
        }

        (told, toldAvailable, due) = (inUse, available, now + IntervalNs);
    }
}
