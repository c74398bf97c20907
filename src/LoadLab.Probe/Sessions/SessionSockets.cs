using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Probe;

/// <summary>The named sockets of a session: descriptors while they are open, both ends of the connection also when they are closed.</summary>
/// <remarks>Not thread-safe: the session's own thread has it.</remarks>
internal sealed class SessionSockets : IDisposable
{
    /// <summary>What a name has before it that means the other end of its connection.</summary>
    public const string OtherEnd = "other.";

    private readonly Dictionary<string, Entry> byName = [];
    private readonly List<RawPeer> peers = [];

    /// <summary>The scripted peers.</summary>
    public IReadOnlyList<RawPeer> Peers => peers;

    /// <summary>Names a new socket. One that had the name before is closed: nothing can refer to it any more.</summary>
    public void Add(string name, int fd)
    {
        if (byName.TryGetValue(name, out var before) && before.IsOpen)
        {
            _ = SocketCalls.Reset(before.Fd);
        }

        byName[name] = new Entry(fd);
    }

    /// <summary>Names a peer.</summary>
    public void Add(RawPeer peer) => peers.Add(peer);

    /// <summary>A socket's descriptor: also after its close, when no socket has it any more.</summary>
    /// <exception cref="ProbeFailureException">No step has made it.</exception>
    public int Fd(string? name) =>
        name is not null && byName.TryGetValue(name, out var entry) ? entry.Fd
            : throw new ProbeFailureException($"no step before it has made a socket '{name}'");

    /// <summary>A peer; null when there is none of this name.</summary>
    public RawPeer? Peer(string? name) => peers.Find(peer => peer.Name == name);

    /// <summary>Where a connect to a name goes: a peer, or what a socket is bound to.</summary>
    public SocketEnd EndOf(string? name) =>
        Peer(name)?.Own ?? (name is not null && byName.TryGetValue(name, out var entry) ? entry.Local
            : throw new ProbeFailureException($"no step before it has made '{name}'"));

    /// <summary>Notes that a socket listens.</summary>
    public void Listens(string name) => byName[name].IsListener = true;

    /// <summary>Notes that a socket's descriptor was closed.</summary>
    public void Closed(string name) => byName[name].IsOpen = false;

    /// <summary>Notes to where a socket connects: getpeername() tells it only once it is connected.</summary>
    public void Connects(string name, SocketEnd to) => byName[name].Remote = to;

    /// <summary>Asks each open socket for its ends.</summary>
    public void Refresh()
    {
        foreach (var entry in byName.Values.Where(entry => entry.IsOpen))
        {
            if (StreamCalls.Name(entry.Fd, out var local).IsOk && !local.IsNone)
            {
                entry.Local = local;
            }

            if (StreamCalls.PeerName(entry.Fd, out var remote).IsOk)
            {
                entry.Remote = remote;
            }
        }
    }

    /// <summary>
    /// Every socket as the kernel has it now, by sock_diag, /proc and TCP_INFO; and the other end of each connection as <c>other.NAME</c>, also where
    /// accept() has given it a name of its own.
    /// </summary>
    public IEnumerable<SocketSeen> Look(IReadOnlyList<DiagSocket> diag, IReadOnlyList<SocketTableRow> proc)
    {
        foreach (var (name, entry) in byName)
        {
            yield return Seen(name, entry.Local, entry.IsListener ? default : entry.Remote, entry.IsOpen ? StreamCalls.State(entry.Fd) : null, diag, proc);
        }

        foreach (var (name, local, remote) in OtherEnds())
        {
            var own = byName.Values.FirstOrDefault(entry => entry.IsOpen && IsEnd(entry, local, remote));
            yield return Seen(OtherEnd + name, local, remote, own is null ? null : StreamCalls.State(own.Fd), diag, proc);
        }
    }

    /// <summary>Who sent a segment: a peer, a listener's port, a socket.</summary>
    public string Sender(in TcpSegment segment)
    {
        var from = new SocketEnd(segment.Source, segment.SourcePort);
        var to = new SocketEnd(segment.Destination, segment.DestinationPort);
        return peers.Find(peer => peer.Own == from)?.Name
            ?? Name(entry => entry.IsListener && entry.Local == from)
            ?? Name(entry => entry.Local == from)

            // A connect that has failed leaves the socket without its address (net/ipv4/tcp.c tcp_disconnect).
            ?? Name(entry => !entry.IsListener && entry.Remote == to && (entry.Local.IsNone || entry.Local.Port == from.Port))
            ?? $"port-{from.Port}";
    }

    /// <summary>
    /// Closes what the session left open, with RST: a FIN would be retransmitted to peers that no longer answer, and counted in the next session.
    /// </summary>
    public void Dispose()
    {
        foreach (var entry in byName.Values.Where(entry => entry.IsOpen))
        {
            // A call that is still blocked holds a reference to its socket, and close() would not wake it.
            _ = StreamCalls.Shutdown(entry.Fd, ShutdownHow.Rdwr);
            _ = SocketCalls.Reset(entry.Fd);
            entry.IsOpen = false;
        }
    }

    private string? Name(Func<Entry, bool> isIt)
    {
        foreach (var (name, entry) in byName)
        {
            if (isIt(entry))
            {
                return name;
            }
        }

        return null;
    }

    private IEnumerable<(string Name, SocketEnd Local, SocketEnd Remote)> OtherEnds()
    {
        foreach (var peer in peers.Where(peer => !peer.Other.IsNone))
        {
            yield return (peer.Name, peer.Other, peer.Own);
        }

        foreach (var (name, entry) in byName.Where(pair => pair.Value is { IsListener: false, Remote.IsNone: false, Local.IsNone: false }))
        {
            if (!peers.Exists(peer => peer.Own == entry.Remote))
            {
                yield return (name, entry.Remote, entry.Local);
            }
        }
    }

    private static bool IsEnd(Entry entry, SocketEnd local, SocketEnd remote) => !entry.IsListener && entry.Local == local && entry.Remote == remote;

    private static SocketSeen Seen(string name, SocketEnd local, SocketEnd remote, string? info, IReadOnlyList<DiagSocket> diag,
        IReadOnlyList<SocketTableRow> proc)
    {
        // A socket that is only bound is in sock_diag's table of bound ones since 6.8 and in no other before.
        var ofDiag = local.IsNone ? default : diag.FirstOrDefault(row => row.SourcePort == local.Port && row.DestinationPort == remote.Port
            && row.Source == local.Address && (remote.IsNone || row.Destination == remote.Address));
        var ofProc = local.IsNone ? default : proc.FirstOrDefault(row => row.Local == local && row.Remote.Port == remote.Port
            && (remote.IsNone || row.Remote == remote));
        return new SocketSeen(
            name,
            ofDiag.State == 0 ? SocketSeen.NotListed : TcpStates.NameOf(ofDiag.State),
            ofProc.State == 0 ? SocketSeen.NotListed : TcpStates.NameOf(ofProc.State),
            info,
            ofDiag.TimerMs / 1000d,
            ofProc.TimerS);
    }

    private sealed class Entry(int fd)
    {
        public int Fd => fd;

        public bool IsOpen { get; set; } = true;

        public bool IsListener { get; set; }

        public SocketEnd Local { get; set; }

        public SocketEnd Remote { get; set; }
    }
}
