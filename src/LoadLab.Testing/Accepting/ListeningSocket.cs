using System.Net;
using LoadLab.Kernel;
using LoadLab.Model;
using Microsoft.Win32.SafeHandles;

namespace LoadLab.Testing;

/// <summary>A TCP socket on a loopback port that the kernel picked: bound, and listening where it is to.</summary>
/// <remarks>It has no SO_REUSEADDR, so no other socket can bind to its port, whatever that one sets (net/ipv4/inet_connection_sock.c).</remarks>
internal sealed class ListeningSocket : IDisposable
{
    private const int HighestBacklog = ushort.MaxValue;
    private readonly string backlogAsked;
    private long dropsBefore;

    private ListeningSocket(SafeFileHandle handle, SocketEnd at, int? backlog)
    {
        (Handle, At) = (handle, at);
        backlogAsked = backlog is { } asked ? $"{asked}" : "none";
        EndPoint = new IPEndPoint(at.IsIpv4 ? IPAddress.Loopback : IPAddress.IPv6Loopback, at.Port);
    }

    /// <summary>Its descriptor.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Its number.</summary>
    public int Fd => (int)Handle.DangerousGetHandle();

    /// <summary>Where it is.</summary>
    public SocketEnd At { get; }

    /// <summary>The same for .NET.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The listener as the kernel sees it now, by its own descriptor; drops since <see cref="ForgetDrops"/>.</summary>
    /// <exception cref="EndpointException">The kernel does not tell.</exception>
    public ListenerView View
    {
        get
        {
            var view = SocketCalls.ReadListener(Fd, 0)
                ?? throw new EndpointException(
                    $"The kernel does not tell the accept queue of the listener at {At}: TCP_INFO was refused. This sandbox has no TCP of Linux; use another.");
            return view with { Drops = view.Drops - dropsBefore };
        }
    }

    /// <summary>Bound and, with a backlog, listening.</summary>
    /// <param name="family">Of the loopback address.</param>
    /// <param name="backlog">For listen(2); null: does not listen.</param>
    /// <param name="receiveBuffer">SO_RCVBUF of its connections in bytes; null: the system's.</param>
    /// <exception cref="EndpointException">The kernel refused.</exception>
    public static ListeningSocket Open(SocketFamily family, int? backlog, int? receiveBuffer = null)
    {
        if (backlog is < 0 or > HighestBacklog)
        {
            throw new ArgumentOutOfRangeException(nameof(backlog), backlog, $"A backlog is from 0 to {HighestBacklog}.");
        }

        var any = SocketEnd.Loopback(family, 0);
        var created = StreamCalls.Create(family, 0);
        Must(created, "socket", any);
        var fd = (int)created.Value;
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        try
        {
            Must(SocketCalls.SetNonBlocking(fd, nonBlocking: true), "ioctl(FIONBIO)", any);
            if (receiveBuffer is { } bytes)
            {
                Must(StreamCalls.Set(fd, SessionOption.Rcvbuf, bytes), "setsockopt(SO_RCVBUF)", any);
            }

            Must(StreamCalls.Bind(fd, any), "bind", any);
            if (backlog is { } queue)
            {
                Must(StreamCalls.Listen(fd, queue), "listen", any);
            }

            Must(StreamCalls.Name(fd, out var at), "getsockname", any);
            return new ListeningSocket(handle, at, backlog);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Drops are counted from now on.</summary>
    public void ForgetDrops() => dropsBefore += View.Drops ?? 0;

    /// <summary>listen(2) again, with another backlog: resizes the accept queue; what is in it stays.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public void Resize(int backlog) => Done(StreamCalls.Listen(Fd, backlog), "listen");

    /// <summary>From now on SYNs are dropped.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public void ShutGate() => Done(SynGate.Shut(Fd, Family), "setsockopt(IP_MINTTL)");

    /// <summary>From now on SYNs come in.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public void OpenGate() => Done(SynGate.Open(Fd, Family), "setsockopt(IP_MINTTL)");

    /// <summary>As words for an exception: what the kernel says now.</summary>
    public string Description()
    {
        var view = View;
        return $"accept queue {view.Queue} of {view.LiveBacklog + 1}, backlog {backlogAsked} asked and {view.LiveBacklog} live, "
            + $"{view.Drops?.ToString() ?? "unknown"} packets dropped";
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private SocketFamily Family => At.IsIpv4 ? SocketFamily.Ipv4 : SocketFamily.Ipv6;

    private static void Done(SyscallResult answer, string call)
    {
        if (!answer.IsOk)
        {
            throw new KernelException(call, answer.Errno);
        }
    }

    private static void Must(SyscallResult answer, string call, SocketEnd at)
    {
        if (answer.IsOk)
        {
            return;
        }

        var cure = answer.Errno == Errno.EADDRNOTAVAIL && !at.IsIpv4
            ? "This machine or container has no IPv6 loopback address: use AddressFamily.InterNetwork, or set net.ipv6.conf.lo.disable_ipv6=0."
            : answer.Errno == Errno.EADDRINUSE ? "No port of net.ipv4.ip_local_port_range is free: end programs that hold ports, or widen the range."
            : answer.Errno == Errno.EMFILE || answer.Errno == Errno.ENFILE ? "Close files and sockets that are no longer used, or raise 'ulimit -n'."
            : "This sandbox does not permit an ordinary TCP server on the loopback interface.";
        throw new EndpointException($"{call} for an endpoint at {at} failed with {answer.Errno}. {cure}");
    }
}
