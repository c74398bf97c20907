using LoadLab.Model;
using Microsoft.Extensions.Logging;

namespace LoadLab.Server;

/// <summary>What a server on its own has seen of its listeners: peaks for the last words, and news for the log, once a second at most.</summary>
/// <remarks>Concurrency: one caller at a time. The queue is looked at, not followed: a peak between two looks is not seen.</remarks>
/// <param name="server">The server.</param>
/// <param name="logger">Gets the news.</param>
/// <param name="observer">Gets the same as observations.</param>
internal sealed class ListenerWatch(TcpServer server, ILogger logger, ServeObserver observer)
{
    private readonly int[] fullSamples = new int[server.Listeners.Count];
    private readonly long[] queueWhenFull = new long[server.Listeners.Count];
    private readonly long[] loggedDrops = new long[server.Listeners.Count];
    private int samples;

    /// <summary>The longest accept queue seen, of all listeners.</summary>
    public long PeakQueue { get; private set; }

    /// <summary>Packets dropped by all listeners; null when this kernel does not report it.</summary>
    public long? Drops { get; private set; }

    /// <summary>Looks at the listeners.</summary>
    public void Look()
    {
        samples++;
        long? drops = null;
        var sweep = server.Listeners.Sweep();
        observer.Saw(sweep);
        foreach (var view in sweep)
        {
            PeakQueue = Math.Max(PeakQueue, view.Queue);
            drops = view.Drops is { } more ? (drops ?? 0) + more : drops;
            if (view.Queue > view.LiveBacklog)
            {
                fullSamples[view.Id]++;
                queueWhenFull[view.Id] = view.Queue;
            }
        }

        Drops = drops;
    }

    /// <summary>Logs what is new since the last time: full queues, drops, failures, each with its count.</summary>
    public void LogNews()
    {
        foreach (var view in server.Listeners.Sweep())
        {
            if (fullSamples[view.Id] > 0)
            {
                logger.QueueFull(view.Id, fullSamples[view.Id], samples, queueWhenFull[view.Id], view.LiveBacklog);
            }

            if (view.Drops is { } drops && drops > loggedDrops[view.Id])
            {
                logger.Dropped(view.Id, drops - loggedDrops[view.Id], drops);
                loggedDrops[view.Id] = drops;
            }
        }

        foreach (var failure in server.Failures.Take(out _))
        {
            logger.SyscallFailed(failure.Syscall, failure.Count, failure.Errno);
            observer.Failed(failure);
        }

        observer.Tell(server);

        Array.Clear(fullSamples);
        samples = 0;
    }
}
