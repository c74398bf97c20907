namespace LoadLab.Swarm;

/// <summary>Which connects of a load are one thread's: index i is worker i modulo workers, and in it thread (i / workers) modulo threads.</summary>
internal readonly record struct LoadShare(int Worker, int Workers, int Thread, int Threads)
{
    private long First => Worker + ((long)Workers * Thread);

    /// <summary>How many threads of all workers share the load: one connect in so many is this thread's.</summary>
    public long Step => (long)Workers * Threads;

    /// <summary>The index of this thread's n-th connect, from 0.</summary>
    public long IndexOf(long n) => First + (n * Step);

    /// <summary>How many of the first <paramref name="count"/> indices are this thread's.</summary>
    public long CountBelow(long count) => count <= First ? 0 : (count - First + Step - 1) / Step;
}
