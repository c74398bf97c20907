using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Testing;

/// <summary>A client of our own, by which an endpoint proves itself: non-blocking, with the errno that the kernel gave.</summary>
/// <remarks>Not thread-safe. Every wait ends after <see cref="Patience"/> at the latest.</remarks>
internal sealed class ProbeConnection : IDisposable
{
    /// <summary>How long at most the kernel, and a thread of this process, may take for what is due at once.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Epoll epoll = new();
    private readonly int fd;
    private readonly SocketEnd to;
    private readonly Errno begun;

    /// <summary>Begins to connect.</summary>
    /// <param name="to">The endpoint.</param>
    /// <param name="passesGate">Whether a gate that is shut lets it in (<see cref="SynGate"/>).</param>
    /// <exception cref="EndpointException">There is no descriptor for it.</exception>
    public ProbeConnection(SocketEnd to, bool passesGate = false)
    {
        this.to = to;
        var family = to.IsIpv4 ? SocketFamily.Ipv4 : SocketFamily.Ipv6;
        var created = StreamCalls.Create(family, 0);
        if (!created.IsOk)
        {
            epoll.Dispose();
            throw new EndpointException(
                $"No socket to try the endpoint at {to} with: socket(2) failed with {created.Errno}. Close files and sockets that are no longer used.");
        }

        fd = (int)created.Value;
        _ = SocketCalls.SetNonBlocking(fd, nonBlocking: true);
        if (passesGate)
        {
            _ = SynGate.PassFrom(fd, family);
        }

        begun = StreamCalls.Connect(fd, to).Errno;
        _ = epoll.Add(fd, 0, Readiness.Writable);
    }

    /// <summary>Its TCP state in the kernel's words: SYN-SENT, ESTABLISHED, CLOSE-WAIT …</summary>
    public string State => StreamCalls.State(fd) ?? "unknown";

    /// <summary>Its own port.</summary>
    public int Port => StreamCalls.Name(fd, out var end).IsOk ? end.Port : 0;

    /// <summary>CLOCK_MONOTONIC at which patience that begins now ends.</summary>
    public static long PatienceEndsNs => RunClock.MonotonicNs + (long)Patience.TotalMilliseconds * 1_000_000;

    /// <summary>How connect(2) ended; null when it has not in time.</summary>
    public Errno? ConnectEnded()
    {
        if (begun != Errno.EINPROGRESS)
        {
            return begun;
        }

        return Wait(Readiness.Writable) ? SocketCalls.PendingError(fd) : null;
    }

    /// <summary>Connects for good.</summary>
    /// <exception cref="EndpointException">It could not.</exception>
    public ProbeConnection Connected()
    {
        var ended = ConnectEnded();
        var found = ended is { } errno ? $"failed with {errno}" : $"has not within {Patience.TotalSeconds} s";
        return ended is { IsNone: true } ? this
            : throw new EndpointException(
                $"A connect to the endpoint at {to} should succeed and {found}. "
                + "A packet filter of this machine or a sandbox without TCP on the loopback interface would do that.");
    }

    /// <summary>Gives back what waiting needs: from now on it only holds its place.</summary>
    public ProbeConnection Parked()
    {
        epoll.Dispose();
        return this;
    }

    /// <summary>send(2) of as much as the kernel takes now.</summary>
    public SyscallResult Send(ReadOnlySpan<byte> bytes) => SocketCalls.Send(fd, bytes);

    /// <summary>Sends all of them, waiting for room.</summary>
    /// <returns>None, or what ended it.</returns>
    public Errno SendAll(long count)
    {
        var chunk = new byte[(int)Math.Min(count, 64 * 1024)];
        while (count > 0)
        {
            var sent = Send(chunk.AsSpan(0, (int)Math.Min(count, chunk.Length)));
            if (sent.IsOk)
            {
                count -= sent.Value;
            }
            else if (sent.Errno != Errno.EAGAIN || !Wait(Readiness.Writable))
            {
                return sent.Errno;
            }
        }

        return Errno.None;
    }

    /// <summary>What recv(2) tells first: bytes (their number), the end of the stream (0), or an errno; EAGAIN when nothing came in time.</summary>
    public SyscallResult Receive(Span<byte> into) => Wait(Readiness.Readable) ? SocketCalls.Receive(fd, into) : new SyscallResult(-1, Errno.EAGAIN);

    /// <summary>The same without waiting.</summary>
    public SyscallResult ReceiveNow(Span<byte> into) => SocketCalls.Receive(fd, into);

    /// <inheritdoc/>
    public void Dispose()
    {
        // RST where there is a connection: no TIME-WAIT is left of a proof.
        _ = SocketCalls.Reset(fd);
        epoll.Dispose();
    }

    private bool Wait(Readiness readiness)
    {
        _ = epoll.Change(fd, 0, readiness);
        var until = PatienceEndsNs;
        while (RunClock.MonotonicNs < until)
        {
            if (!epoll.Wait(until).IsEmpty)
            {
                return true;
            }
        }

        return false;
    }
}
