using LoadLab.Kernel;

namespace LoadLab.Testing;

/// <summary>How an endpoint ends a connection.</summary>
internal enum Ending
{
    /// <summary>close(2): FIN, since everything was read.</summary>
    Close,

    /// <summary>close(2) with bytes unread, which the kernel answers with RST (net/ipv4/tcp.c __tcp_close, TCPAbortOnClose).</summary>
    CloseUnread,

    /// <summary>SO_LINGER 0 and close(2): RST.</summary>
    Reset,
}

/// <summary>What an endpoint does to the connections that it has accepted.</summary>
/// <remarks>Called by the endpoint's thread alone; holds nothing of one connection.</remarks>
internal interface IConnectionRule
{
    /// <summary>What the thread waits for on each connection.</summary>
    Readiness Watches => Readiness.Readable;

    /// <summary>A connection was accepted.</summary>
    void Accepted(EndpointConnection connection, EndpointThread thread)
    {
    }

    /// <summary>There is something to read: bytes, the end of the stream, or an error.</summary>
    void Readable(EndpointConnection connection, EndpointThread thread);
}

/// <summary>Resets each at once.</summary>
internal sealed class ResetsAtOnce : IConnectionRule
{
    public void Accepted(EndpointConnection connection, EndpointThread thread) => thread.End(connection, Ending.Reset);

    public void Readable(EndpointConnection connection, EndpointThread thread) => thread.End(connection, Ending.Reset);
}

/// <summary>Reads so many bytes and no more, then resets.</summary>
/// <param name="bytes">At least one.</param>
internal sealed class ResetsAfterBytes(long bytes) : IConnectionRule
{
    public void Readable(EndpointConnection connection, EndpointThread thread)
    {
        _ = thread.Receive(connection, bytes - connection.BytesRead);
        if (connection.BytesRead >= bytes)
        {
            thread.End(connection, Ending.Reset);
        }
    }
}

/// <summary>Closes each as soon as bytes have come, and reads none of them.</summary>
internal sealed class ClosesUnread : IConnectionRule
{
    public void Readable(EndpointConnection connection, EndpointThread thread) =>
        thread.End(connection, SocketCalls.Peek(connection.Fd) is { IsOk: true, Value: > 0 } ? Ending.CloseUnread : Ending.Close);
}

/// <summary>Holds each and reads nothing.</summary>
internal sealed class ReadsNothing : IConnectionRule
{
    public Readiness Watches => Readiness.None;

    public void Readable(EndpointConnection connection, EndpointThread thread)
    {
    }
}

/// <summary>Reads everything and sends nothing.</summary>
internal sealed class AnswersNothing : IConnectionRule
{
    public void Readable(EndpointConnection connection, EndpointThread thread) => _ = thread.Receive(connection);
}

/// <summary>Closes its own direction at once, and reads everything.</summary>
internal sealed class HalfCloses : IConnectionRule
{
    public void Accepted(EndpointConnection connection, EndpointThread thread) => _ = SocketCalls.HalfClose(connection.Fd);

    public void Readable(EndpointConnection connection, EndpointThread thread) => _ = thread.Receive(connection);
}

/// <summary>Answers HTTP/1.1 requests.</summary>
/// <param name="answer">What is sent for each; empty: nothing.</param>
/// <param name="resetsAfter">After so many answers the next byte on the same connection is answered by a RST; null: never.</param>
internal sealed class AnswersRequests(ReadOnlyMemory<byte> answer, int? resetsAfter = null) : IConnectionRule
{
    public void Readable(EndpointConnection connection, EndpointThread thread)
    {
        if (resetsAfter is { } most && connection.Answers >= most && SocketCalls.Peek(connection.Fd) is { IsOk: true, Value: > 0 })
        {
            thread.End(connection, Ending.Reset);
            return;
        }

        var requests = connection.Requests.Take(thread.Receive(connection));
        for (var i = 0; i < requests && !answer.IsEmpty; i++)
        {
            connection.Answers++;
            thread.Counters.Answers++;
            thread.Send(connection, answer);
        }
    }
}
