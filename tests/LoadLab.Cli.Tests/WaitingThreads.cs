namespace LoadLab.Cli.Tests;

/// <summary>Threads for tests that wait for processes: the pool has as many as processors at first, and adds one or two a second.</summary>
public sealed class WaitingThreads
{
    // Each waits for a process and for its two streams.
    private const int EachTest = 3;

    public WaitingThreads()
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        _ = ThreadPool.SetMinThreads(Math.Max(workers, ThisProject.TestsAtOnce * EachTest), ports);
    }
}
