using LoadLab.Kernel;

namespace LoadLab.Server;

/// <summary>The listeners whose knocks an accept thread waits for: changed without a system call where nothing changes.</summary>
/// <remarks>Concurrency: one thread, but for <see cref="Wake"/>.</remarks>
internal sealed class WatchedListeners(ListenerGroup listeners) : IDisposable
{
    private readonly Epoll epoll = new();
    private int[] watched = [];

    /// <summary>Ends its wait.</summary>
    public void Wake() => epoll.Wake();

    /// <summary>From now on these, and no others.</summary>
    public void Watch(int[] wanted)
    {
        if (ReferenceEquals(watched, wanted) || (watched.Length == 0 && wanted.Length == 0))
        {
            return;
        }

        Array.ForEach(watched, id => epoll.Remove(listeners.Fd(id)));
        Array.ForEach(wanted, id => epoll.Add(listeners.Fd(id), id, Readiness.Readable));
        watched = wanted;
    }

    /// <summary>Those that somebody knocks at; none when the moment came, or a wake-up.</summary>
    public ReadOnlySpan<ReadyEvent> Wait(long untilNs) => epoll.Wait(untilNs);

    /// <summary>Waits for the moment, or a wake-up, whoever knocks.</summary>
    public void Idle(long untilNs)
    {
        Watch([]);
        _ = epoll.Wait(untilNs);
    }

    /// <inheritdoc/>
    public void Dispose() => epoll.Dispose();
}
