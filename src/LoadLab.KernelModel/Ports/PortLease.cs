using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>What becomes of a connection's port.</summary>
internal enum PortEnd
{
    /// <summary>Free at once: reset, refused, given up, or the client closed last and the server's end has no TIME-WAIT.</summary>
    Free,

    /// <summary>The client closed first and both FINs are through: its end is in TIME-WAIT and keeps the port.</summary>
    ClientTimeWait,

    /// <summary>The server closed first and both FINs are through: its end is in TIME-WAIT, and the client's port is free.</summary>
    ServerTimeWait,

    /// <summary>The client's process has closed, and the server sends no FIN: the client's end waits for it in FIN-WAIT-2 and keeps the port.</summary>
    ClientFinWait2,

    /// <summary>Both closed at once, so that their FINs have crossed: both ends are in TIME-WAIT.</summary>
    BothTimeWait,
}

/// <summary>The state of the end that closed first.</summary>
internal enum WaitState
{
    /// <summary>Nothing waits.</summary>
    None,

    /// <summary>TIME-WAIT.</summary>
    TimeWait,

    /// <summary>FIN-WAIT-2 of a socket that no process has any more.</summary>
    FinWait2,
}

/// <summary>A local port that a socket has, from bind() or connect() until nothing of the connection is left.</summary>
/// <remarks>Kernel: a socket or a TIME-WAIT entry in the owners of an inet_bind2_bucket (include/net/inet_hashtables.h).</remarks>
internal sealed class PortLease
{
    /// <summary>The socket's own end; its address is the wildcard until connect() where bind() named none.</summary>
    public Endpoint Source { get; set; }

    /// <summary>Whom it is connected to.</summary>
    public Endpoint Destination { get; set; }

    /// <summary>True when bind() took the port: no connect() may share it then.</summary>
    public bool IsBound { get; init; }

    /// <summary>SO_REUSEADDR.</summary>
    public bool MayShare { get; init; }

    /// <summary>SO_REUSEPORT.</summary>
    public bool IsInGroup { get; init; }

    /// <summary>True for a listener.</summary>
    public bool IsListener { get; init; }

    /// <summary>True when the connection uses timestamps: without them its port is never taken from TIME-WAIT.</summary>
    public bool HasTimestamps { get; set; }

    /// <summary>True when nothing has the port any more.</summary>
    public bool IsReleased { get; set; }

    /// <summary>What the client's own end is in after its close.</summary>
    public WaitState Wait { get; set; }

    /// <summary>When it came into that state.</summary>
    public Nanoseconds Since { get; set; }

    /// <summary>The route that its 4-tuple is on; null for a listener.</summary>
    public PortRoute? Route { get; set; }

    /// <summary>The next owner of the same port.</summary>
    public PortLease? Next { get; set; }

    /// <summary>The owner before it.</summary>
    public PortLease? Previous { get; set; }
}

/// <summary>All connections that differ in nothing but the client's port.</summary>
internal sealed class PortRoute(Endpoint source, Endpoint destination)
{
    /// <summary>True when one of the two addresses is a loopback address.</summary>
    public bool IsLoopback => source.IsLoopback || destination.IsLoopback;

    /// <summary>Ports whose 4-tuple is in use, TIME-WAIT of the client's end included.</summary>
    public PortSet Taken { get; } = new();

    /// <summary>Of those, ports in TIME-WAIT that connect() may take now.</summary>
    public PortSet Reusable { get; } = new();

    /// <summary>Client's ends in TIME-WAIT, the eldest first, that cannot be taken yet.</summary>
    public Queue<PortLease> Waiting { get; } = [];

    /// <summary>The generation of the sysctls that <see cref="Reusable"/> was made by.</summary>
    public int Generation { get; set; }

    /// <summary>Clients' ends that wait, by their port.</summary>
    public Dictionary<int, WaitingEnd> ClientEnds { get; } = [];

    /// <summary>Connections whose client's end is closed while the server's program has its own end still open, by the client's port.</summary>
    public Dictionary<int, Flow> HalfLeft { get; } = [];

    /// <summary>The clients' ports of <see cref="HalfLeft"/> and <see cref="ServerEnds"/>: a SYN from one of them meets that end.</summary>
    public PortSet ServerPorts { get; } = new();

    /// <summary>Server's ends that wait, by the client's port.</summary>
    public Dictionary<int, WaitingEnd> ServerEnds { get; } = [];

    /// <summary>When a client reset its connection while the server's program was about to end it, by the client's port.</summary>
    public Dictionary<int, Nanoseconds> ResetsAtOnce { get; } = [];

    /// <summary>Removes a port from <see cref="ServerPorts"/> once the server has no end with it.</summary>
    public void ReleaseServerPort(int port)
    {
        if (!HalfLeft.ContainsKey(port) && !ServerEnds.ContainsKey(port))
        {
            ServerPorts.Remove(port);
        }
    }
}
