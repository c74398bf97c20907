using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>What becomes of accepted connections.</summary>
/// <remarks>
/// Concurrency: <see cref="Take"/> runs on the accept threads. <c>close</c> and <c>reset</c> are done there, by system calls on the number alone;
/// <c>hold</c> marks it in a table;
/// <c>echo</c> and <c>discard</c> are read by the one thread of a <see cref="ConnectionLoop"/>.
/// Dispose closes all that is open, after the accept threads have left.
/// </remarks>
internal sealed class ConnectionSink : IDisposable
{
    private readonly ConnectionBehaviour behaviour;
    private readonly Nanoseconds userTimeout;
    private readonly Keepalive? keepalive;
    private readonly FailureCounts failures;
    private readonly DescriptorTable table = new();
    private readonly ConnectionLoop? loop;

    /// <summary>Makes what the server's connections need.</summary>
    public ConnectionSink(ServerSpec spec, FailureCounts failures)
    {
        (behaviour, userTimeout, keepalive, this.failures) = (spec.Connection, spec.UserTimeout, spec.Keepalive, failures);
        loop = behaviour is ConnectionBehaviour.Echo or ConnectionBehaviour.Discard
            ? new ConnectionLoop(table, failures, isEcho: behaviour == ConnectionBehaviour.Echo)
            : null;
    }

    /// <summary>Accepted connections that are still open.</summary>
    public long Open => table.Open;

    /// <summary>Connections on which recv() returned 0.</summary>
    public long EndOfStream => loop?.EndOfStream ?? 0;

    /// <summary>Bytes read.</summary>
    public long BytesRead => loop?.BytesRead ?? 0;

    /// <summary>Segments that the connections have retransmitted; null where they cannot be asked, see <see cref="ServerTally.Retransmits"/>.</summary>
    public long? Retransmits() => behaviour is ConnectionBehaviour.Close or ConnectionBehaviour.Reset ? null : table.Retransmits();

    /// <summary>Connections that ended with an errno.</summary>
    public ImmutableDictionary<Errno, long> Errors() => loop?.Errors() ?? ImmutableDictionary<Errno, long>.Empty;

    /// <summary>Called when a connection was closed while others go on. Before <see cref="Start"/>.</summary>
    public void WhenClosed(Action tell) => table.WhenClosed = tell;

    /// <summary>Starts reading, where the behaviour reads.</summary>
    public void Start() => loop?.Start();

    /// <summary>A connection has been accepted; its descriptor is the sink's from now on.</summary>
    public void Take(int fd)
    {
        if (userTimeout > Nanoseconds.Zero && TcpSocketOptions.UserTimeout(fd, userTimeout) is { IsOk: false } answer)
        {
            failures.Add("setsockopt", answer.Errno);
        }

        if (keepalive is not null && TcpSocketOptions.Keepalive(fd, keepalive) is { IsOk: false } refused)
        {
            failures.Add("setsockopt", refused.Errno);
        }

        switch (behaviour)
        {
            case ConnectionBehaviour.Hold:
                table.Add(fd);
                break;
            case ConnectionBehaviour.Echo:
            case ConnectionBehaviour.Discard:
                table.Add(fd);
                loop!.Read(fd);
                break;
            case ConnectionBehaviour.Close:
                _ = SocketCalls.Close(fd);
                break;
            case ConnectionBehaviour.Reset:
                _ = SocketCalls.Reset(fd);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        loop?.Dispose();
        table.CloseAll();
    }
}
