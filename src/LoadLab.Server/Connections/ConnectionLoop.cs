using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>Reads connections for <c>discard</c>, reads and sends back for <c>echo</c>; closes each at end of stream or at its first error.</summary>
/// <remarks>
/// Concurrency: one thread of its own waits in epoll and does everything but <see cref="Read"/>, which the accept threads call and which only adds to
/// that epoll. Figures are
/// written by this thread alone and read by any.
/// What a peer does not take back yet is kept, and nothing more is read from it until it has: memory is bounded by one buffer a connection.
/// </remarks>
internal sealed class ConnectionLoop : IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private readonly DescriptorTable table;
    private readonly FailureCounts failures;
    private readonly bool isEcho;
    private readonly Epoll epoll = new();
    private readonly Thread thread;
    private readonly byte[] buffer = new byte[BufferBytes];
    private readonly Dictionary<int, ReadOnlyMemory<byte>> unsent = [];
    private readonly long[] errors = new long[256];
    private long endOfStream;
    private long bytesRead;
    private volatile bool stopping;

    /// <summary>Makes the thread, which does not run yet.</summary>
    public ConnectionLoop(DescriptorTable table, FailureCounts failures, bool isEcho)
    {
        (this.table, this.failures, this.isEcho) = (table, failures, isEcho);
        thread = new Thread(Run) { IsBackground = true, Name = "connections" };
    }

    /// <summary>Connections on which recv() returned 0: the peer had closed.</summary>
    public long EndOfStream => Volatile.Read(ref endOfStream);

    /// <summary>Bytes read from all.</summary>
    public long BytesRead => Volatile.Read(ref bytesRead);

    /// <summary>Connections that ended with an errno of recv() or send().</summary>
    public ImmutableDictionary<Errno, long> Errors() => Enumerable.Range(1, errors.Length - 1)
        .Where(number => Volatile.Read(ref errors[number]) > 0)
        .ToImmutableDictionary(number => new Errno(number), number => Volatile.Read(ref errors[number]));

    /// <summary>Starts it.</summary>
    public void Start() => thread.Start();

    /// <summary>Another connection to read.</summary>
    public void Read(int fd)
    {
        if (epoll.Add(fd, fd, Readiness.Readable) is { IsOk: false } answer)
        {
            failures.Add("epoll_ctl", answer.Errno);
            table.Close(fd);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (stopping)
        {
            return;
        }

        stopping = true;
        epoll.Wake();
        if (!thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            thread.Join();
        }

        epoll.Dispose();
    }

    private void Run()
    {
        while (!stopping)
        {
            foreach (var ready in epoll.Wait(long.MaxValue))
            {
                if (unsent.TryGetValue(ready.Token, out var rest))
                {
                    SendRest(ready.Token, rest);
                }
                else
                {
                    Receive(ready.Token);
                }
            }
        }
    }

    private void Receive(int fd)
    {
        var answer = SocketCalls.Receive(fd, buffer);
        if (!answer.IsOk)
        {
            EndAfter(fd, answer.Errno);
            return;
        }

        if (answer.Value == 0)
        {
            table.Close(fd);
            Volatile.Write(ref endOfStream, endOfStream + 1);
            return;
        }

        Volatile.Write(ref bytesRead, bytesRead + answer.Value);
        if (!isEcho)
        {
            return;
        }

        var read = buffer.AsSpan(0, (int)answer.Value);
        var sent = SocketCalls.Send(fd, read);
        if (!sent.IsOk && sent.Errno != Errno.EAGAIN)
        {
            EndAfter(fd, sent.Errno);
        }
        else if (Math.Max(0, sent.Value) < read.Length)
        {
            unsent[fd] = read[(int)Math.Max(0, sent.Value)..].ToArray();
            _ = epoll.Change(fd, fd, Readiness.Writable);
        }
    }

    private void SendRest(int fd, ReadOnlyMemory<byte> rest)
    {
        var sent = SocketCalls.Send(fd, rest.Span);
        if (!sent.IsOk)
        {
            EndAfter(fd, sent.Errno);
        }
        else if (sent.Value < rest.Length)
        {
            unsent[fd] = rest[(int)sent.Value..];
        }
        else
        {
            _ = unsent.Remove(fd);
            _ = epoll.Change(fd, fd, Readiness.Readable);
        }
    }

    private void EndAfter(int fd, Errno errno)
    {
        if (errno == Errno.EAGAIN || errno == Errno.EINTR)
        {
            return;
        }

        _ = unsent.Remove(fd);
        table.Close(fd);
        ref var count = ref errors[Math.Clamp(errno.Number, 0, errors.Length - 1)];
        Volatile.Write(ref count, count + 1);
    }
}
