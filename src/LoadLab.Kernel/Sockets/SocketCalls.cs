using System.Net.Sockets;
using System.Runtime.InteropServices;
using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>System calls on a socket's descriptor, each with the errno the kernel gave.</summary>
/// <remarks>
/// .NET's <c>SocketException</c> maps EMFILE and ENFILE to one code and throws at 0.2 ms a failure; these do neither. Addresses are IPv4 in host order.
/// All are non-throwing; the caller keeps the descriptor open for the duration of the call.
/// </remarks>
public static unsafe class SocketCalls
{
    /// <summary>A new TCP socket: SOCK_CLOEXEC, non-blocking when asked. Errors: EMFILE, ENFILE, ENOBUFS, ENOMEM.</summary>
    public static SyscallResult CreateTcp(bool nonBlocking) =>
        Libc.Result(Libc.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | (nonBlocking ? SOCK_NONBLOCK : 0), IPPROTO_TCP));

    /// <summary>connect(2). Errors: EINPROGRESS and EALREADY while a non-blocking one goes on, EADDRNOTAVAIL, ECONNREFUSED, ETIMEDOUT, ENETUNREACH.</summary>
    public static SyscallResult Connect(int fd, uint address, int port)
    {
        var to = Address(address, port);
        return Libc.Result(Libc.connect(fd, &to, (uint)sizeof(sockaddr_in)));
    }

    /// <summary>bind(2). Errors: EADDRINUSE, EADDRNOTAVAIL, EACCES.</summary>
    public static SyscallResult Bind(int fd, uint address, int port)
    {
        var at = Address(address, port);
        return Libc.Result(Libc.bind(fd, &at, (uint)sizeof(sockaddr_in)));
    }

    /// <summary>
    /// bind(2) to an address only: with IP_BIND_ADDRESS_NO_PORT the kernel still picks the port at connect(), by 4-tuple. Errors: EADDRNOTAVAIL.
    /// </summary>
    /// <remarks>Kernel: net/ipv4/af_inet.c __inet_bind, since 4.2; an older one takes a port here, and its answer is bind's own.</remarks>
    public static SyscallResult BindAddress(int fd, uint address)
    {
        var one = 1;
        _ = Libc.setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(int));
        return Bind(fd, address, 0);
    }

    /// <summary>
    /// IP_LOCAL_PORT_RANGE: the ports that the kernel may pick for this socket, within net.ipv4.ip_local_port_range. Errors: ENOPROTOOPT before Linux
    /// 6.3, EINVAL when the low end is above the high one.
    /// </summary>
    /// <remarks>
    /// Kernel: net/ipv4/ip_sockglue.c do_ip_setsockopt (the low end in the lower half); net/ipv4/inet_connection_sock.c inet_sk_get_local_port_range;
    /// ip(7).
    /// </remarks>
    public static SyscallResult LocalPortRange(int fd, PortRange ports)
    {
        var both = (uint)ports.First | ((uint)ports.Last << 16);
        return Libc.Result(Libc.setsockopt(fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, &both, sizeof(uint)));
    }

    /// <summary>listen(2); again on a live listener resizes its accept queue. Kernel: net/socket.c __sys_listen. Errors: EADDRINUSE.</summary>
    public static SyscallResult Listen(SafeHandle socket, int backlog) => Libc.Result(Libc.listen(socket, backlog));

    /// <summary>
    /// From now on the socket gets no SYN: a listener's queue takes no new connection, while handshakes that have begun come to their end. Errors:
    /// ENOPROTOOPT, ENOMEM.
    /// </summary>
    /// <remarks>
    /// A classic BPF program on the TCP header (SO_ATTACH_FILTER). Kernel: net/ipv4/tcp_ipv4.c tcp_v4_rcv (tcp_filter); each SYN that it drops counts
    /// in sk_drops alone.
    /// </remarks>
    public static SyscallResult RefuseSyns(int fd)
    {
        const int FlagsOfHeader = 13;
        const int Syn = 2;
        var program = stackalloc sock_filter[4];
        program[0] = new sock_filter { code = BPF_LD | BPF_B | BPF_ABS, k = FlagsOfHeader };
        program[1] = new sock_filter { code = BPF_JMP | BPF_JSET | BPF_K, jt = 0, jf = 1, k = Syn };
        program[2] = new sock_filter { code = BPF_RET | BPF_K, k = 0 };
        program[3] = new sock_filter { code = BPF_RET | BPF_K, k = uint.MaxValue };
        var attached = new sock_fprog { len = 4, filter = program };
        return Libc.Result(Libc.setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &attached, (uint)sizeof(sock_fprog)));
    }

    /// <summary>
    /// accept4(2) with SOCK_CLOEXEC; the value is the new descriptor. Errors: EAGAIN, EMFILE, ENFILE, ECONNABORTED, EINTR, EINVAL once shut down.
    /// </summary>
    public static SyscallResult Accept(SafeHandle listener, bool nonBlocking) =>
        Libc.Result(Libc.accept4(listener, null, null, SOCK_CLOEXEC | (nonBlocking ? SOCK_NONBLOCK : 0)));

    /// <summary>close(2).</summary>
    public static SyscallResult Close(int fd) => Libc.Result(Libc.close(fd));

    /// <summary>SO_LINGER 0 and close(2): RST instead of FIN, no TIME-WAIT.</summary>
    public static SyscallResult Reset(int fd)
    {
        var zero = new linger { l_onoff = 1, l_linger = 0 };
        _ = Libc.setsockopt(fd, SOL_SOCKET, SO_LINGER, &zero, (uint)sizeof(linger));
        return Libc.Result(Libc.close(fd));
    }

    /// <summary>shutdown(SHUT_WR): FIN, reading goes on. Errors: ENOTCONN.</summary>
    public static SyscallResult HalfClose(int fd) => Libc.Result(Libc.shutdown(fd, SHUT_WR));

    /// <summary>shutdown(SHUT_RD): on a listening socket it wakes every thread blocked in accept(), which then gets EINVAL.</summary>
    public static SyscallResult WakeListener(int fd) => Libc.Result(Libc.shutdown(fd, SHUT_RD));

    /// <summary>recv(2) without waiting; 0 is end of stream. Errors: EAGAIN, ECONNRESET …</summary>
    public static SyscallResult Receive(int fd, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return Libc.Result(Libc.recv(fd, start, (nuint)buffer.Length, MSG_DONTWAIT));
        }
    }

    /// <summary>
    /// recv(2) of one byte that stays where it is: whether the connection still works. Errors: EAGAIN when all is well and nothing is there;
    /// ECONNRESET, ETIMEDOUT, EPIPE once, when it has failed.
    /// </summary>
    /// <remarks>Kernel: net/ipv4/tcp.c tcp_recvmsg_locked (sock_error, which clears what it tells).</remarks>
    public static SyscallResult Peek(int fd)
    {
        byte one;
        return Libc.Result(Libc.recv(fd, &one, 1, MSG_PEEK | MSG_DONTWAIT));
    }

    /// <summary>send(2) without waiting and without SIGPIPE. Errors: EAGAIN, EPIPE, ECONNRESET …</summary>
    public static SyscallResult Send(int fd, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return Libc.Result(Libc.send(fd, start, (nuint)buffer.Length, MSG_DONTWAIT | MSG_NOSIGNAL));
        }
    }

    /// <summary>ioctl(FIONBIO).</summary>
    public static SyscallResult SetNonBlocking(int fd, bool nonBlocking)
    {
        var on = nonBlocking ? 1 : 0;
        return Libc.Result(Libc.ioctl(fd, FIONBIO, &on));
    }

    /// <summary>An integer option of SOL_SOCKET set to 1: SO_REUSEADDR.</summary>
    public static SyscallResult ReuseAddress(int fd) => SetOne(fd, SO_REUSEADDR);

    /// <summary>SO_REUSEPORT set to 1: a queue per listener.</summary>
    public static SyscallResult ReusePort(int fd) => SetOne(fd, SO_REUSEPORT);

    /// <summary>SO_RCVTIMEO: how long a blocking accept() or recv() waits before EAGAIN.</summary>
    public static SyscallResult ReceiveTimeout(int fd, Nanoseconds timeout)
    {
        var value = new timeval { tv_sec = timeout.Value / 1_000_000_000, tv_usec = timeout.Value % 1_000_000_000 / 1000 };
        return Libc.Result(Libc.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &value, (uint)sizeof(timeval)));
    }

    /// <summary>SO_ERROR, and clears it: how a non-blocking connect ended.</summary>
    public static Errno PendingError(int fd)
    {
        int value = 0;
        var length = (uint)sizeof(int);
        return Libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &length) < 0 ? Libc.LastErrno : new Errno(value);
    }

    /// <summary>How many times this socket has retransmitted anything, SYNs included (tcpi_total_retrans); null when it cannot be read.</summary>
    /// <remarks>Kernel: net/ipv4/tcp.c tcp_get_info.</remarks>
    public static long? TotalRetransmits(int fd) => ReadTcpInfo(fd) is { } info ? info.tcpi_total_retrans : null;

    /// <summary>A listener by its own descriptor: accept queue, live backlog, drops of this one socket; null when it does not listen.</summary>
    /// <remarks>
    /// Unit: connections; packets for drops. Absent drops: a kernel without SO_MEMINFO (before 4.12).
    /// Kernel: net/ipv4/tcp.c tcp_get_info (TCP_LISTEN: tcpi_unacked = sk_ack_backlog, tcpi_sacked = sk_max_ack_backlog), net/core/sock.c
    /// sk_get_meminfo; seen on 6.18.
    /// </remarks>
    public static ListenerView? ReadListener(int fd, int id)
    {
        if (ReadTcpInfo(fd) is not { tcpi_state: TCP_LISTEN } info)
        {
            return null;
        }

        var memory = stackalloc uint[16];
        var length = 16u * sizeof(uint);
        var drops = Libc.getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &length) == 0 && length >= (SK_MEMINFO_DROPS + 1) * sizeof(uint)
            ? memory[SK_MEMINFO_DROPS]
            : (long?)null;
        return new ListenerView(id, info.tcpi_unacked, info.tcpi_sacked, drops);
    }

    private static tcp_info? ReadTcpInfo(int fd)
    {
        tcp_info info;
        var length = (uint)sizeof(tcp_info);
        return Libc.getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 ? info : null;
    }

    private static SyscallResult SetOne(int fd, int option)
    {
        var one = 1;
        return Libc.Result(Libc.setsockopt(fd, SOL_SOCKET, option, &one, sizeof(int)));
    }

    private static sockaddr_in Address(uint address, int port) => new()
    {
        sin_family = AF_INET,
        sin_port = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness((ushort)port),
        sin_addr = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(address),
    };
}
