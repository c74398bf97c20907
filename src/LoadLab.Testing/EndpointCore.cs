using System.Net;
using LoadLab.Kernel;

namespace LoadLab.Testing;

/// <summary>What is behind an endpoint: its sockets and threads. Disposing it ends all of them.</summary>
internal interface IEndpointCore : IDisposable
{
    /// <summary>Address and port.</summary>
    IPEndPoint EndPoint { get; }

    /// <summary>Counters, and what the kernel says now.</summary>
    EndpointState Read();

    /// <summary>Resets what is open; how many.</summary>
    Task<int> ResetOpenAsync();
}

/// <summary>A port that is bound and does not listen.</summary>
internal sealed class BoundCore(ListeningSocket socket) : IEndpointCore
{
    public IPEndPoint EndPoint => socket.EndPoint;

    public EndpointState Read() => new();

    public Task<int> ResetOpenAsync() => Task.FromResult(0);

    public void Dispose() => socket.Dispose();
}

/// <summary>A listener and its thread, and what else is to end with them.</summary>
internal sealed class ListeningCore(ListeningSocket listener, EndpointThread thread) : IEndpointCore
{
    private readonly UnreadBytes unread = new(listener.EndPoint);

    public IPEndPoint EndPoint => listener.EndPoint;

    public ListeningSocket Listener => listener;

    public EndpointThread Thread => thread;

    /// <summary>Connections that fill the queue.</summary>
    public List<ProbeConnection> Fillers { get; } = [];

    /// <summary>Is called last.</summary>
    public Action? AtEnd { get; init; }

    /// <summary>Tells <see cref="EndpointState.ConnectsDropped"/>.</summary>
    public Func<long>? ConnectsDropped { get; init; }

    public EndpointState Read() => ReadOwn() with { BytesUnread = unread.Sum() };

    /// <summary>The same by its own descriptors alone.</summary>
    public EndpointState ReadOwn()
    {
        thread.ThrowIfFailed();
        var view = listener.View;
        return thread.Counters.Read() with
        {
            AcceptQueue = view.Queue,
            LiveBacklog = view.LiveBacklog,
            PacketsDropped = view.Drops,
            ConnectsDropped = ConnectsDropped?.Invoke() ?? 0,
        };
    }

    public Task<int> ResetOpenAsync() => thread.AskAsync(thread.ResetAll);

    /// <summary>Has the thread do something now, and waits for it. Not on that thread.</summary>
    public T Ask<T>(Func<T> command) => thread.AskAsync(command).GetAwaiter().GetResult();

    /// <summary>Forgets the connections of the proof; the thread accepts by this rule from now on.</summary>
    public void Begin(IAcceptRule rule) => Ask(() =>
    {
        listener.ForgetDrops();
        thread.Counters.Clear();
        return thread.Follow(rule, RunClock.MonotonicNs);
    });

    /// <summary>Waits until the connections of the proof have ended: they are reset by their client.</summary>
    public void EndProof()
    {
        _ = Ask(thread.ResetAll);
        Proof.Must(Proof.Comes(() => listener.View.Queue == 0), "the accept queue should be empty again", listener.Description);
        _ = Ask(thread.ResetAll);
    }

    /// <summary>Takes connections of our own out of the queue.</summary>
    public void AcceptAndClose(int most) => Ask(() =>
    {
        thread.AcceptAndClose(most);
        return most;
    });

    public void Dispose()
    {
        thread.Dispose();
        listener.Dispose();
        Fillers.ForEach(filler => filler.Dispose());
        unread.Dispose();
        AtEnd?.Invoke();
    }
}
