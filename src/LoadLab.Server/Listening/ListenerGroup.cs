using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>
/// The server's listening sockets on one address and one port, or some that follow each other, in the order of their creation, which is that of their
/// inodes.
/// </summary>
/// <remarks>
/// Concurrency: after <see cref="TryOpen"/> only the kernel's side changes, so any thread may call anything; the disposing thread has joined the accept
/// threads first.
/// </remarks>
internal sealed class ListenerGroup : IDisposable
{
    /// <summary>
    /// How long a blocking accept() waits before it looks whether it should still accept: it bounds the time until another policy is followed.
    /// </summary>
    private static readonly Nanoseconds AcceptTimeout = Nanoseconds.FromMilliseconds(50);

    private readonly Socket[] sockets;
    private ImmutableDictionary<int, long?>? dropsBefore;

    private ListenerGroup(Socket[] sockets) => this.sockets = sockets;

    /// <summary>How many.</summary>
    public int Count => sockets.Length;

    /// <summary>The first port: the one asked for, or the one that the kernel picked.</summary>
    public int Port => ((IPEndPoint)sockets[0].LocalEndPoint!).Port;

    /// <summary>The socket of one, for accept().</summary>
    public SafeSocketHandle this[int id] => sockets[id].SafeHandle;

    /// <summary>Binds and listens; null and a sentence for the user when the kernel would not.</summary>
    public static ListenerGroup? TryOpen(ServerSpec spec, out string? refusal)
    {
        if (!AddressRange.TryAddress(spec.Address, out var address))
        {
            refusal = $"server.address '{spec.Address}' is no IPv4 address in dotted form, like 127.0.0.1";
            return null;
        }

        var opened = new List<Socket>(spec.Listeners * spec.Ports);
        var first = spec.Port;
        for (var id = 0; id < spec.Listeners * spec.Ports; id++)
        {
            if (TryOpenOne(spec, address, first == 0 ? 0 : first + (id / spec.Listeners), out refusal) is not { } socket)
            {
                opened.ForEach(earlier => earlier.Dispose());
                return null;
            }

            opened.Add(socket);
            first = opened.Count == 1 ? ((IPEndPoint)socket.LocalEndPoint!).Port : first;
        }

        refusal = null;
        return new ListenerGroup([.. opened]);
    }

    /// <summary>listen() again on each, which resizes its accept queue; null, or why not, as a sentence.</summary>
    public string? Listen(int backlog)
    {
        for (var id = 0; id < Count; id++)
        {
            if (SocketCalls.Listen(this[id], backlog) is { IsOk: false } answer)
            {
                return $"listen() with backlog {backlog} on listener {id} failed with {answer.Errno}";
            }
        }

        return null;
    }

    /// <summary>
    /// From now on no new connection comes into any queue: what is there can be counted. Packets that are refused for that are not among the drops of a
    /// later <see cref="Sweep"/>.
    /// </summary>
    public void RefuseSyns()
    {
        dropsBefore = Sweep().ToImmutableDictionary(view => view.Id, view => view.Drops);
        for (var id = 0; id < Count; id++)
        {
            _ = SocketCalls.RefuseSyns(Fd(id));
        }
    }

    /// <summary>TCP_DEFER_ACCEPT on each, from now on; null, or why not, as a sentence.</summary>
    public string? DeferAccept(Nanoseconds time)
    {
        for (var id = 0; id < Count; id++)
        {
            if (TcpSocketOptions.DeferAccept(Fd(id), time) is { IsOk: false } answer)
            {
                return $"TCP_DEFER_ACCEPT {time} on listener {id} failed with {answer.Errno}";
            }
        }

        return null;
    }

    /// <summary>TCP_DEFER_ACCEPT as the kernel has it, the same on each.</summary>
    public Nanoseconds? LiveDeferAccept => TcpSocketOptions.LiveDeferAccept(Fd(0));

    /// <summary>Each listener as the kernel sees it now: TCP_INFO and SO_MEMINFO.</summary>
    public ImmutableArray<ListenerView> Sweep()
    {
        var views = ImmutableArray.CreateBuilder<ListenerView>(Count);
        for (var id = 0; id < Count; id++)
        {
            if (SocketCalls.ReadListener(Fd(id), id) is { } view)
            {
                views.Add(dropsBefore is { } before ? view with { Drops = before.GetValueOrDefault(id) } : view);
            }
        }

        return views.DrainToImmutable();
    }

    /// <summary>SO_COOKIE of each; none from a kernel that has no such numbers.</summary>
    public IEnumerable<ulong> Cookies => Enumerable.Range(0, Count).Select(id => PortListeners.CookieOf(Fd(id))).OfType<ulong>();

    /// <summary>Whether accept() on it waits (up to 50 ms) or answers EAGAIN at once.</summary>
    public void SetNonBlocking(int id, bool nonBlocking) => _ = SocketCalls.SetNonBlocking(Fd(id), nonBlocking);

    /// <summary>The number of a listener's descriptor, for epoll.</summary>
    public int Fd(int id) => (int)this[id].DangerousGetHandle();

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(sockets, socket => socket.Dispose());

    private static Socket? TryOpenOne(ServerSpec spec, uint address, int port, out string? refusal)
    {
        var created = SocketCalls.CreateTcp(nonBlocking: false);
        if (!created.IsOk)
        {
            refusal = $"no socket for the listener: {created.Errno}";
            return null;
        }

        var fd = (int)created.Value;
        var handle = new SafeSocketHandle(fd, ownsHandle: true);
        if (spec.Port != 0)
        {
            _ = SocketCalls.ReuseAddress(fd);
        }

        if (spec.ReusePort || spec.Listeners > 1)
        {
            _ = SocketCalls.ReusePort(fd);
        }

        _ = SocketCalls.ReceiveTimeout(fd, AcceptTimeout);

        // Before listen(): the first SYN finds it.
        if (spec.DeferAccept > Nanoseconds.Zero && TcpSocketOptions.DeferAccept(fd, spec.DeferAccept) is { IsOk: false } deferred)
        {
            handle.Dispose();
            refusal = $"server.defer-accept {spec.DeferAccept}: TCP_DEFER_ACCEPT failed with {deferred.Errno}";
            return null;
        }

        if (port > ushort.MaxValue)
        {
            handle.Dispose();
            refusal = $"server.ports is {spec.Ports}, but {port} is no port: the last one is {ushort.MaxValue}; begin at a lower server.port";
            return null;
        }

        var answer = SocketCalls.Bind(fd, address, port);
        if (answer.IsOk)
        {
            answer = SocketCalls.Listen(handle, spec.Backlog);
        }

        if (!answer.IsOk)
        {
            handle.Dispose();
            refusal = ListenRefusal.Sentence(spec.Address, port, answer.Errno);
            return null;
        }

        refusal = null;
        return new Socket(handle);
    }
}
