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

/// <summary>The kernel's answer to a connect: how far it got, and the call that failed. The object is null where none was made.</summary>
internal readonly record struct ConnectAnswer(ConnectStep Step, Socket? Socket, int Fd, string Syscall, Errno Errno);

/// <summary>Makes a socket and connects it: the hot path, with an exact errno and no exception for a failure. One instance a thread.</summary>
/// <remarks>
/// A connection that lives has a <see cref="Socket"/>, as .NET programs have it. One that is to end in the call that makes it (churn) is a
/// descriptor, and gets its object
/// only if it lives on after all: an object with a finalizer for each costs more than the calls around it.
/// On loopback the handshake is over when connect(2) returns, but a non-blocking one says EINPROGRESS nevertheless: the socket's lock was held, and the SYN-ACK
/// was taken from its backlog only on the way out (net/ipv4/af_inet.c __inet_stream_connect, release_sock). So connect() is asked a second time at once:
/// 0 is established, EALREADY is pending. That costs less than epoll_ctl and epoll_wait for a connection that has been there all the time.
/// </remarks>
internal sealed class Connector(DescriptorReserve reserve)
{
    private readonly SocketSource source = new();

    /// <summary>A socket that is connected or connects, or the call that failed.</summary>
    /// <param name="target">Whom.</param>
    /// <param name="ends">From where.</param>
    /// <param name="options">Its options.</param>
    /// <param name="index">Which connect.</param>
    /// <param name="isBrief">True when it is to end as soon as it is established.</param>
    public ConnectAnswer Begin(SwarmTarget target, LocalEnds ends, ClientOptions options, long index, bool isBrief)
    {
        var made = isBrief ? new ConnectAnswer(ConnectStep.Pending, null, CreateBare(out var errno), "", errno) : Create();
        if (!made.Errno.IsNone)
        {
            return made with { Step = ConnectStep.Failed, Syscall = SwarmSyscalls.Socket };
        }

        // Before bind(), which may be what picks the port.
        if (options.Any && options.Set(made.Fd) is { IsOk: false } refused)
        {
            return Fail(made, SwarmSyscalls.SetOption, refused.Errno);
        }

        if (ends.Binds != BindKind.None)
        {
            var bound = ends.Binds switch
            {
                BindKind.Address => SocketCalls.BindAddress(made.Fd, ends.Address(index)),
                BindKind.AddressFirst => SocketCalls.Bind(made.Fd, ends.Address(index), 0),
                BindKind.AddressAndPort or BindKind.None => SocketCalls.Bind(made.Fd, ends.Address(index), ends.Port(index)),
            };
            if (!bound.IsOk)
            {
                return Fail(made, SwarmSyscalls.Bind, bound.Errno);
            }
        }

        var said = SocketCalls.Connect(made.Fd, target.Address, target.Port).Errno;
        if (said == Errno.EINPROGRESS)
        {
            said = SocketCalls.Connect(made.Fd, target.Address, target.Port).Errno;
        }

        return said.IsNone ? made with { Step = ConnectStep.Established }
            : said == Errno.EALREADY ? made
            : Fail(made, SwarmSyscalls.Connect, said);
    }

    /// <summary>Closes or resets what was begun, whether it has an object or not.</summary>
    public static void Close(Socket? socket, int fd, bool reset)
    {
        if (socket is not null)
        {
            SocketSource.Close(socket, reset);
        }
        else
        {
            _ = reset ? SocketCalls.Reset(fd) : SocketCalls.Close(fd);
        }
    }

    private static ConnectAnswer Fail(in ConnectAnswer made, string syscall, Errno errno)
    {
        Close(made.Socket, made.Fd, reset: false);
        return new ConnectAnswer(ConnectStep.Failed, null, -1, syscall, errno);
    }

    private int CreateBare(out Errno errno)
    {
        var made = reserve.CreateBare();
        errno = made.Errno;
        return (int)made.Value;
    }

    private ConnectAnswer Create()
    {
        var socket = reserve.Create(source, out var errno);
        if (socket is null)
        {
            return new ConnectAnswer(ConnectStep.Failed, null, -1, "", errno);
        }

        var fd = (int)socket.SafeHandle.DangerousGetHandle();
        _ = SocketCalls.SetNonBlocking(fd, nonBlocking: true);
        return new ConnectAnswer(ConnectStep.Pending, socket, fd, "", Errno.None);
    }
}
