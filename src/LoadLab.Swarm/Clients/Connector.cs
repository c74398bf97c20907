using System.Net.Sockets;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>How far a connect got at once.</summary>
internal enum ConnectStep
{
    /// <summary>Established.</summary>
    Established,

    /// <summary>The handshake goes on.</summary>
    Pending,

    /// <summary>A call failed, and the socket is closed again.</summary>
    Failed,
}

/// <summary>The kernel's answer to a connect: how far it got, and the call that failed.</summary>
internal readonly record struct ConnectAnswer(ConnectStep Step, int Fd, string Syscall, Errno Errno);

/// <summary>Makes a socket and connects it: the hot path, with an exact errno and no exception for a failure. One instance a thread.</summary>
/// <remarks>
/// On loopback the handshake is over when connect(2) returns, but a non-blocking one says EINPROGRESS all the same: the socket's lock was held, and the SYN-ACK
/// was taken from its backlog only on the way out (net/ipv4/af_inet.c __inet_stream_connect, release_sock). So connect() is asked a second time at once:
/// 0 is established, EALREADY is pending. That costs less than epoll_ctl and epoll_wait for a connection that has been there all the time.
/// </remarks>
internal sealed class Connector(DescriptorReserve reserve)
{
    private readonly SocketSource source = new();

    /// <summary>A socket that is connected or connects; null when a call failed.</summary>
    public Socket? Begin(SwarmTarget target, LocalEnds ends, ClientOptions options, long index, out ConnectAnswer answer)
    {
        var socket = reserve.Create(source, out var errno);
        if (socket is null)
        {
            answer = new ConnectAnswer(ConnectStep.Failed, -1, SwarmSyscalls.Socket, errno);
            return null;
        }

        var handle = socket.SafeHandle;
        var fd = (int)handle.DangerousGetHandle();
        _ = SocketCalls.SetNonBlocking(fd, nonBlocking: true);
        if (ends.Binds != BindKind.None)
        {
            var bound = ends.Binds == BindKind.Address
                ? SocketCalls.BindAddress(handle, ends.Address(index))
                : SocketCalls.Bind(handle, ends.Address(index), ends.Port(index));
            if (!bound.IsOk)
            {
                return Fail(socket, SwarmSyscalls.Bind, bound.Errno, out answer);
            }
        }

        if (options.Any && options.Set(fd) is { IsOk: false } refused)
        {
            return Fail(socket, SwarmSyscalls.SetOption, refused.Errno, out answer);
        }

        var said = SocketCalls.Connect(fd, target.Address, target.Port).Errno;
        if (said == Errno.EINPROGRESS)
        {
            said = SocketCalls.Connect(fd, target.Address, target.Port).Errno;
        }

        if (said.IsNone)
        {
            answer = new ConnectAnswer(ConnectStep.Established, fd, "", Errno.None);
            return socket;
        }

        if (said == Errno.EALREADY)
        {
            answer = new ConnectAnswer(ConnectStep.Pending, fd, "", Errno.None);
            return socket;
        }

        return Fail(socket, SwarmSyscalls.Connect, said, out answer);
    }

    private static Socket? Fail(Socket socket, string syscall, Errno errno, out ConnectAnswer answer)
    {
        SocketSource.Close(socket, reset: false);
        answer = new ConnectAnswer(ConnectStep.Failed, -1, syscall, errno);
        return null;
    }
}
