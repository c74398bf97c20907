using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>
/// What held clients send when they are told to, and how that fares: they wait for nothing, so their kernel alone knows whether it has arrived.
/// Called by one thread alone.
/// </summary>
internal sealed class ClientTraffic(FailureTally failures)
{
    private readonly byte[] outgoing = new byte[SwarmSpec.SendBytes];

    /// <summary>Clients whose send() took every byte.</summary>
    public long Senders { get; private set; }

    /// <summary>Sends as many bytes as the socket takes now.</summary>
    /// <returns>False when the connection is broken; it was counted.</returns>
    public bool Send(ref Connection connection, int bytes, long now)
    {
        connection.HasSent = true;
        while (bytes > 0)
        {
            var sent = SocketCalls.Send(connection.Fd, outgoing.AsSpan(0, Math.Min(outgoing.Length, bytes)));
            if (sent.Errno == Errno.EAGAIN)
            {
                return true;
            }

            if (!sent.IsOk)
            {
                failures.Add(SwarmSyscalls.Send, sent.Errno, now);
                return false;
            }

            bytes -= (int)sent.Value;
        }

        Senders += connection.IsSender ? 0 : 1;
        connection.IsSender = true;
        return true;
    }

    /// <summary>False when the connection has failed since it was established; it was counted, once, since the kernel tells it once.</summary>
    public bool IsWhole(ref Connection connection, long now)
    {
        var answer = SocketCalls.Peek(connection.Fd);
        var errno = answer.IsOk ? SocketCalls.PendingError(connection.Fd) : answer.Errno;
        if (errno.IsNone || errno == Errno.EAGAIN)
        {
            return true;
        }

        failures.Add(answer.IsOk ? SwarmSyscalls.PendingError : SwarmSyscalls.Receive, errno, now);
        return false;
    }

    /// <summary>A connection that has sent ends: what it had to send again stays counted.</summary>
    public void Ends(ref Connection connection) => EndedRetransmits += RetransmitsOf(ref connection);

    /// <summary>Data retransmitted by connections that have ended.</summary>
    public long EndedRetransmits { get; private set; }

    /// <summary>Data that one connection has retransmitted; 0 without asking when it has sent nothing.</summary>
    public static long RetransmitsOf(ref Connection connection) =>
        connection.HasSent ? Math.Max(0, (SocketCalls.TotalRetransmits(connection.Fd) ?? 0) - connection.SynRetransmits) : 0;
}
