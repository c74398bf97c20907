using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>How an exchange of bytes stands.</summary>
internal enum ExchangeStep
{
    /// <summary>It waits for the socket.</summary>
    Waiting,

    /// <summary>All is sent and all is back.</summary>
    Finished,

    /// <summary>A call failed or the peer closed early; it was counted.</summary>
    Failed,
}

/// <summary>Sends so many bytes and reads as many back, without ever waiting in a call. One instance a thread.</summary>
internal sealed class ByteExchange(FailureTally failures)
{
    private readonly byte[] outgoing = new byte[SwarmSpec.SendBytes];
    private readonly byte[] incoming = new byte[16 * 1024];

    /// <summary>Goes as far as the socket lets it.</summary>
    /// <param name="connection">Whose bytes.</param>
    /// <param name="mayRead">False right after connecting, when nothing can be there to read.</param>
    /// <param name="now">For the failure's moment.</param>
    public ExchangeStep Continue(ref Connection connection, bool mayRead, long now)
    {
        while (connection.BytesToSend > 0)
        {
            var sent = SocketCalls.Send(connection.Fd, outgoing.AsSpan(0, Math.Min(outgoing.Length, connection.BytesToSend)));
            if (sent.Errno == Errno.EAGAIN)
            {
                break;
            }

            if (!sent.IsOk)
            {
                return Fail(SwarmSyscalls.Send, sent.Errno, now);
            }

            connection.BytesToSend -= (int)sent.Value;
        }

        while (mayRead && connection.BytesToRead > 0)
        {
            var read = SocketCalls.Receive(connection.Fd, incoming.AsSpan(0, Math.Min(incoming.Length, connection.BytesToRead)));
            if (read.Errno == Errno.EAGAIN)
            {
                break;
            }

            if (!read.IsOk || read.Value == 0)
            {
                return read.IsOk ? Fail(SwarmSyscalls.ReceiveEnd, Errno.None, now) : Fail(SwarmSyscalls.Receive, read.Errno, now);
            }

            connection.BytesToRead -= (int)read.Value;
        }

        return connection.BytesToSend + connection.BytesToRead == 0 ? ExchangeStep.Finished : ExchangeStep.Waiting;
    }

    /// <summary>True when the peer has closed and nothing is left to read, or the connection is dead; reads and forgets what comes before.</summary>
    public bool IsAtEnd(int fd)
    {
        SyscallResult read;
        do
        {
            read = SocketCalls.Receive(fd, incoming);
        }
        while (read is { IsOk: true, Value: > 0 });

        return read.Errno != Errno.EAGAIN;
    }

    private ExchangeStep Fail(string syscall, Errno errno, long now)
    {
        failures.Add(syscall, errno, now);
        return ExchangeStep.Failed;
    }
}
