using System.Buffers.Binary;
using System.Collections.Immutable;
using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>
/// The system calls of a TCP session on a descriptor, over IPv4 and IPv6, each by its own function of the C library and with the errno the kernel
/// gave.
/// </summary>
/// <remarks>
/// All are non-throwing. No call raises SIGPIPE: those that take flags have MSG_NOSIGNAL, and .NET ignores the signal for write(2) and writev(2).
/// </remarks>
public static unsafe class StreamCalls
{
    /// <summary>
    /// socket(2), with a number of its own: not under <paramref name="from"/>, so that no other thread gets it again once it is closed. Errors:
    /// EMFILE, ENFILE, EAFNOSUPPORT.
    /// </summary>
    public static SyscallResult Create(SocketFamily family, int from) =>
        Renumber(Libc.Result(Libc.socket(family == SocketFamily.Ipv4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP)), from);

    /// <summary>bind(2). Errors: EADDRINUSE, EADDRNOTAVAIL, EINVAL for a bound one.</summary>
    public static SyscallResult Bind(int fd, SocketEnd at)
    {
        var address = new SocketAddress(at);
        return Libc.Result(Libc.bind(fd, &address, SocketAddress.Bytes));
    }

    /// <summary>connect(2). Errors: ECONNREFUSED, ETIMEDOUT, EADDRNOTAVAIL, EINPROGRESS, EISCONN.</summary>
    public static SyscallResult Connect(int fd, SocketEnd to)
    {
        var address = new SocketAddress(to);
        return Libc.Result(Libc.connect(fd, &address, SocketAddress.Bytes));
    }

    /// <summary>listen(2).</summary>
    public static SyscallResult Listen(int fd, int backlog) => Libc.Result(Libc.listen(fd, backlog));

    /// <summary>accept4(2) with SOCK_CLOEXEC, the descriptor renumbered as <see cref="Create"/> does. Errors: EAGAIN, EINVAL, EMFILE.</summary>
    public static SyscallResult Accept(int fd, int from) => Renumber(Libc.Result(Libc.accept4(fd, null, null, SOCK_CLOEXEC)), from);

    /// <summary>shutdown(2). Errors: ENOTCONN.</summary>
    public static SyscallResult Shutdown(int fd, ShutdownHow how) =>
        Libc.Result(Libc.shutdown(fd, how switch { ShutdownHow.Rd => SHUT_RD, ShutdownHow.Wr => SHUT_WR, ShutdownHow.Rdwr => SHUT_RDWR }));

    /// <summary>read(2).</summary>
    public static SyscallResult Read(int fd, Span<byte> into)
    {
        fixed (byte* start = into)
        {
            return Libc.Result(Libc.read(fd, start, (nuint)into.Length));
        }
    }

    /// <summary>recv(2).</summary>
    public static SyscallResult Receive(int fd, Span<byte> into, ImmutableArray<MessageFlag> flags)
    {
        fixed (byte* start = into)
        {
            return Libc.Result(Libc.recv(fd, start, (nuint)into.Length, Bits(flags)));
        }
    }

    /// <summary>recvmsg(2) with one buffer.</summary>
    public static SyscallResult ReceiveMessage(int fd, Span<byte> into, ImmutableArray<MessageFlag> flags)
    {
        fixed (byte* start = into)
        {
            var buffer = new iovec { iov_base = start, iov_len = (nuint)into.Length };
            var message = new msghdr { msg_iov = &buffer, msg_iovlen = 1 };
            return Libc.Result(Libc.recvmsg(fd, &message, Bits(flags)));
        }
    }

    /// <summary>readv(2) into two buffers, the halves of one.</summary>
    public static SyscallResult ReadVector(int fd, Span<byte> into)
    {
        fixed (byte* start = into)
        {
            var buffers = stackalloc iovec[2];
            Halves(start, into.Length, buffers);
            return Libc.Result(Libc.readv(fd, buffers, 2));
        }
    }

    /// <summary>write(2).</summary>
    public static SyscallResult Write(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            return Libc.Result(Libc.write(fd, start, (nuint)bytes.Length));
        }
    }

    /// <summary>send(2).</summary>
    public static SyscallResult Send(int fd, ReadOnlySpan<byte> bytes, ImmutableArray<MessageFlag> flags)
    {
        fixed (byte* start = bytes)
        {
            return Libc.Result(Libc.send(fd, start, (nuint)bytes.Length, Bits(flags) | MSG_NOSIGNAL));
        }
    }

    /// <summary>sendmsg(2) with one buffer.</summary>
    public static SyscallResult SendMessage(int fd, ReadOnlySpan<byte> bytes, ImmutableArray<MessageFlag> flags)
    {
        fixed (byte* start = bytes)
        {
            var buffer = new iovec { iov_base = start, iov_len = (nuint)bytes.Length };
            var message = new msghdr { msg_iov = &buffer, msg_iovlen = 1 };
            return Libc.Result(Libc.sendmsg(fd, &message, Bits(flags) | MSG_NOSIGNAL));
        }
    }

    /// <summary>writev(2) of two buffers, the halves of one.</summary>
    public static SyscallResult WriteVector(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            var buffers = stackalloc iovec[2];
            Halves(start, bytes.Length, buffers);
            return Libc.Result(Libc.writev(fd, buffers, 2));
        }
    }

    /// <summary>setsockopt(2), or ioctl(FIONBIO) for <see cref="SessionOption.Nonblock"/>. Errors: EINVAL, ENOPROTOOPT.</summary>
    public static SyscallResult Set(int fd, SessionOption option, int value) => option switch
    {
        SessionOption.Nonblock => SocketCalls.SetNonBlocking(fd, value != 0),
        SessionOption.Reuseaddr => SetNumber(fd, SOL_SOCKET, SO_REUSEADDR, value),
        SessionOption.Linger => SetLinger(fd, value),
        SessionOption.Oobinline => SetNumber(fd, SOL_SOCKET, SO_OOBINLINE, value),
        SessionOption.Linger2 => SetNumber(fd, IPPROTO_TCP, TCP_LINGER2, value),
        SessionOption.Syncnt => SetNumber(fd, IPPROTO_TCP, TCP_SYNCNT, value),
        SessionOption.UserTimeout => SetNumber(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, value),
        SessionOption.Rcvbuf => SetNumber(fd, SOL_SOCKET, SO_RCVBUF, value),
        SessionOption.Nodelay => SetNumber(fd, IPPROTO_TCP, TCP_NODELAY, value),
    };

    /// <summary>getsockname(2): its own end. Errors: EBADF.</summary>
    public static SyscallResult Name(int fd, out SocketEnd end)
    {
        SocketAddress address;
        uint length = SocketAddress.Bytes;
        var answer = Libc.Result(Libc.getsockname(fd, &address, &length));
        end = answer.IsOk ? address.End : default;
        return answer;
    }

    /// <summary>getpeername(2): the other end. Errors: ENOTCONN.</summary>
    public static SyscallResult PeerName(int fd, out SocketEnd end)
    {
        SocketAddress address;
        uint length = SocketAddress.Bytes;
        var answer = Libc.Result(Libc.getpeername(fd, &address, &length));
        end = answer.IsOk ? address.End : default;
        return answer;
    }

    /// <summary>The TCP state by TCP_INFO on the descriptor itself; null when it cannot be read. Kernel: net/ipv4/tcp.c tcp_get_info.</summary>
    public static string? State(int fd)
    {
        tcp_info info;
        var length = (uint)sizeof(tcp_info);
        return Libc.getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 ? TcpStates.NameOf(info.tcpi_state) : null;
    }

    private static SyscallResult Renumber(SyscallResult made, int from)
    {
        if (!made.IsOk)
        {
            return made;
        }

        var moved = Libc.Result(Libc.fcntl((int)made.Value, F_DUPFD_CLOEXEC, from));
        _ = Libc.close((int)made.Value);
        return moved;
    }

    private static SyscallResult SetNumber(int fd, int level, int name, int value) => Libc.Result(Libc.setsockopt(fd, level, name, &value, sizeof(int)));

    private static SyscallResult SetLinger(int fd, int seconds)
    {
        var value = new linger { l_onoff = 1, l_linger = seconds };
        return Libc.Result(Libc.setsockopt(fd, SOL_SOCKET, SO_LINGER, &value, (uint)sizeof(linger)));
    }

    private static void Halves(byte* start, int length, iovec* buffers)
    {
        buffers[0] = new iovec { iov_base = start, iov_len = (nuint)(length / 2) };
        buffers[1] = new iovec { iov_base = start + (length / 2), iov_len = (nuint)(length - (length / 2)) };
    }

    private static int Bits(ImmutableArray<MessageFlag> flags)
    {
        var bits = 0;
        foreach (var flag in flags)
        {
            bits |= flag switch
            {
                MessageFlag.Peek => MSG_PEEK,
                MessageFlag.Oob => MSG_OOB,
                MessageFlag.Dontwait => MSG_DONTWAIT,
                MessageFlag.Waitall => MSG_WAITALL,
            };
        }

        return bits;
    }
}
