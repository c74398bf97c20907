namespace LoadLab.Server;

/// <summary>When one thread's accept() calls gave a connection, bounded whatever the load: the first one by one, those after them only counted.</summary>
/// <remarks>Concurrency: <see cref="Add"/> by the accepting thread; <see cref="Take"/> by one other at a time. The array never grows.</remarks>
/// <param name="most">How many are recorded one by one.</param>
internal sealed class AcceptRecorder(int most)
{
    /// <summary>Single accepts of a run that are recorded.</summary>
    public const int RowsOfRun = 20_000;

    private readonly long[] moments = new long[most];
    private long added;
    private long taken;

    /// <summary>An accept() returned with a connection at this moment of the monotonic clock.</summary>
    public void Add(long monotonicNs)
    {
        if (added < moments.Length)
        {
            moments[added] = monotonicNs;
        }

        Volatile.Write(ref added, added + 1);
    }

    /// <summary>Moments since the last time, and how many accepts there were beyond those.</summary>
    public (ArraySegment<long> Moments, long More) Take()
    {
        var now = Volatile.Read(ref added);
        var (from, to) = ((int)Math.Min(taken, moments.Length), (int)Math.Min(now, moments.Length));
        var more = now - taken - (to - from);
        taken = now;
        return (new ArraySegment<long>(moments, from, to - from), more);
    }
}
