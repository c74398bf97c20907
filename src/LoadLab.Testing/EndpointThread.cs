using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Testing;

/// <summary>The one thread of an endpoint: accepts as its rule says, and does to each connection what the other rule says.</summary>
/// <remarks>
/// Concurrency: rules, connections and counters belong to the thread; others give it commands (<see cref="AskAsync{T}"/>), read its counters, and
/// <see cref="Dispose"/> it. It waits in epoll only, so a command or a stop is noticed at once.
/// </remarks>
internal sealed class EndpointThread : IDisposable
{
    private const int ListenerToken = 0;
    private const int BufferBytes = 64 * 1024;
    private readonly SafeHandle listener;
    private readonly IConnectionRule connectionRule;
    private readonly Epoll epoll = new();
    private readonly ConcurrentQueue<(Action Run, Action<Exception> Fail)> commands = new();
    private readonly Dictionary<int, EndpointConnection> connections = [];
    private readonly byte[] buffer = new byte[BufferBytes];
    private readonly Thread thread;
    private IAcceptRule acceptRule;
    private bool isListenerWatched;
    private volatile bool stopping;
    private volatile Exception? gone;

    /// <summary>Makes the thread, which does not run yet.</summary>
    /// <param name="listener">Its listening socket, non-blocking. The caller closes it after <see cref="Dispose"/>.</param>
    /// <param name="acceptRule">When it accepts.</param>
    /// <param name="connectionRule">What it does to connections.</param>
    public EndpointThread(SafeHandle listener, IAcceptRule acceptRule, IConnectionRule connectionRule)
    {
        (this.listener, this.acceptRule, this.connectionRule) = (listener, acceptRule, connectionRule);
        thread = new Thread(Run) { IsBackground = true, Name = "failing endpoint" };
        Must(epoll.Add(Fd, ListenerToken, Readiness.None), "epoll_ctl");
    }

    /// <summary>What it has counted.</summary>
    public EndpointCounters Counters { get; } = new();

    /// <summary>True when epoll said that a connection is queued, and no accept4(2) has been tried since.</summary>
    public bool IsListenerReady { get; private set; }

    private int Fd => (int)listener.DangerousGetHandle();

    /// <summary>Runs it.</summary>
    public void Start() => thread.Start();

    /// <summary>Has the thread call this between two waits.</summary>
    /// <returns>What it answers. Fails with an <see cref="EndpointException"/> when the thread has ended by a fault, else when it was disposed.</returns>
    public Task<T> AskAsync<T>(Func<T> command)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        commands.Enqueue((() => answer.TrySetResult(command()), fault => answer.TrySetException(fault)));
        epoll.Wake();
        FailCommandsOf(gone);
        return answer.Task;
    }

    /// <summary>Throws when the thread has ended by a fault.</summary>
    /// <exception cref="EndpointException">It has.</exception>
    public void ThrowIfFailed()
    {
        if (gone is EndpointException fault)
        {
            throw new EndpointException(fault.Message);
        }
    }

    /// <summary>Ends it; returns when it has reset its connections and left.</summary>
    public void Dispose()
    {
        stopping = true;
        epoll.Wake();
        if (!thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            thread.Join();
        }

        epoll.Dispose();
    }

    /// <summary>accept4(2), once.</summary>
    public Errno TryAccept()
    {
        IsListenerReady = false;
        var answer = SocketCalls.Accept(listener, nonBlocking: true);
        if (!answer.IsOk)
        {
            if (answer.Errno == Errno.EMFILE)
            {
                Counters.DescriptorLimitReached++;
            }

            return answer.Errno;
        }

        Counters.Accepted++;
        var connection = new EndpointConnection((int)answer.Value);
        connections.Add(connection.Fd, connection);
        Must(epoll.Add(connection.Fd, connection.Fd, connectionRule.Watches), "epoll_ctl");
        connectionRule.Accepted(connection, this);
        return Errno.None;
    }

    /// <summary>accept4(2) and close(2) of connections that are not clients': those that fill the queue.</summary>
    public void AcceptAndClose(int most)
    {
        for (var i = 0; i < most && SocketCalls.Accept(listener, nonBlocking: true) is { IsOk: true, Value: var fd }; i++)
        {
            _ = SocketCalls.Reset((int)fd);
        }
    }

    /// <summary>Whether epoll reports a queued connection.</summary>
    public void WatchListener(bool watch)
    {
        if (watch != isListenerWatched)
        {
            isListenerWatched = watch;
            Must(epoll.Change(Fd, ListenerToken, watch ? Readiness.Readable : Readiness.None), "epoll_ctl");
        }
    }

    /// <summary>Another rule for accepting, and its first turn.</summary>
    public long Follow(IAcceptRule rule, long nowNs)
    {
        acceptRule = rule;
        return rule.Turn(this, nowNs);
    }

    /// <summary>recv(2) of at most so many bytes; valid until the next call.</summary>
    /// <returns>Empty: nothing is there now, or the connection has ended and was closed.</returns>
    public ReadOnlySpan<byte> Receive(EndpointConnection connection, long most = BufferBytes)
    {
        var answer = SocketCalls.Receive(connection.Fd, buffer.AsSpan(0, (int)Math.Min(most, BufferBytes)));
        if (answer is { IsOk: true, Value: > 0 })
        {
            connection.BytesRead += answer.Value;
            Counters.BytesRead += answer.Value;
            return buffer.AsSpan(0, (int)answer.Value);
        }

        if (answer.Errno != Errno.EAGAIN && answer.Errno != Errno.EINTR)
        {
            End(connection, Ending.Close);
        }

        return default;
    }

    /// <summary>send(2); what the client does not take now is sent when it does.</summary>
    public void Send(EndpointConnection connection, ReadOnlyMemory<byte> bytes)
    {
        connection.Unsent = connection.Unsent.IsEmpty ? bytes : (byte[])[.. connection.Unsent.Span, .. bytes.Span];
        var answer = SocketCalls.Send(connection.Fd, connection.Unsent.Span);
        if (!answer.IsOk && answer.Errno != Errno.EAGAIN && answer.Errno != Errno.EINTR)
        {
            End(connection, Ending.Close);
            return;
        }

        connection.Unsent = connection.Unsent[(int)Math.Max(0, answer.Value)..];
        var watches = connectionRule.Watches | (connection.Unsent.IsEmpty ? Readiness.None : Readiness.Writable);
        Must(epoll.Change(connection.Fd, connection.Fd, watches), "epoll_ctl");
    }

    /// <summary>Ends a connection.</summary>
    public void End(EndpointConnection connection, Ending ending)
    {
        if (!connections.Remove(connection.Fd))
        {
            return;
        }

        _ = ending == Ending.Reset ? SocketCalls.Reset(connection.Fd) : SocketCalls.Close(connection.Fd);
        Counters.Ended(wasReset: ending != Ending.Close);
    }

    /// <summary>Resets all connections; how many.</summary>
    public int ResetAll()
    {
        var open = connections.Values.ToList();
        open.ForEach(connection => End(connection, Ending.Reset));
        return open.Count;
    }

    private static void Must(SyscallResult answer, string call)
    {
        if (!answer.IsOk)
        {
            throw new KernelException(call, answer.Errno);
        }
    }

    private void Run()
    {
        try
        {
            while (!stopping)
            {
                Turn();
            }

            gone = new ObjectDisposedException(nameof(FailingEndpoint));
        }
        catch (Exception e) when (e is KernelException or EndpointException)
        {
            // Thrown to whoever asks the endpoint next: on this thread it would end the tests' process.
            gone = new EndpointException($"The endpoint has ended: {e.Message}.");
        }

        _ = ResetAll();
        FailCommandsOf(gone);
    }

    private void Turn()
    {
        while (commands.TryDequeue(out var command))
        {
            command.Run();
        }

        var until = acceptRule.Turn(this, RunClock.MonotonicNs);
        foreach (var (readiness, token) in epoll.Wait(until))
        {
            if (token == ListenerToken)
            {
                IsListenerReady = true;
            }
            else if (connections.TryGetValue(token, out var connection))
            {
                Ready(connection, readiness);
            }
        }
    }

    private void FailCommandsOf(Exception? fault)
    {
        while (fault is not null && commands.TryDequeue(out var command))
        {
            command.Fail(fault);
        }
    }

    private void Ready(EndpointConnection connection, Readiness readiness)
    {
        // Both directions are closed, or it has failed: epoll tells that unasked, and would do so for ever.
        if (readiness.HasFlag(Readiness.HangUp) && !readiness.HasFlag(Readiness.Readable))
        {
            End(connection, Ending.Close);
            return;
        }

        if (readiness.HasFlag(Readiness.Writable) && !connection.Unsent.IsEmpty)
        {
            Send(connection, default);
        }

        if (readiness.HasFlag(Readiness.Readable))
        {
            connectionRule.Readable(connection, this);
        }
    }
}
