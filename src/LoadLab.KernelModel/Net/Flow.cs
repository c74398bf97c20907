using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>Where the client's end is.</summary>
internal enum ClientState
{
    /// <summary>No SYN was answered yet.</summary>
    SynSent,

    /// <summary>The SYN-ACK came; its program has it open.</summary>
    Established,

    /// <summary>Its program has sent FIN and keeps it open for reading.</summary>
    HalfClosed,

    /// <summary>Its program has closed it, or it never got a socket.</summary>
    Closed,
}

/// <summary>Where the server has the connection.</summary>
internal enum ServerState
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>A request in SYN-RECV.</summary>
    HalfOpen,

    /// <summary>In the accept queue.</summary>
    Queued,

    /// <summary>accept() has given it to the program.</summary>
    Accepted,

    /// <summary>The program has closed it, or it was reset: later segments find nobody.</summary>
    Gone,
}

/// <summary>One connection, or an attempt at one: both ends.</summary>
/// <remarks>Concurrency: one run, one thread.</remarks>
internal sealed class Flow(int index, Nanoseconds begun)
{
    /// <summary>Its place among all flows of the run.</summary>
    public int Index => index;

    /// <summary>When it began.</summary>
    public Nanoseconds Begun => begun;

    /// <summary>Its load; null for a flow of the scripted peer.</summary>
    public LoadState? Load { get; init; }

    /// <summary>What the scripted peer knows of it; null for a client of the swarm.</summary>
    public PeerFlow? Peer { get; init; }

    /// <summary>The group of listeners that its destination port has.</summary>
    public required ReuseportGroup Group { get; init; }

    /// <summary>The connects that are under way at the same time as this one, on other processors, and whose final ACKs meet its own; 0: none do.</summary>
    public int Together { get; init; }

    /// <summary>The listener that its SYN went to.</summary>
    public Listener Listener { get; set; } = null!;

    /// <summary>The client's end.</summary>
    public ClientState Client { get; set; }

    /// <summary>When the client's program closed it or shut it down; null: it has not.</summary>
    public Nanoseconds? ClosedAt { get; set; }

    /// <summary>The worker process that has it.</summary>
    public int Worker { get; init; }

    /// <summary>When its connect() succeeded; null: it has not.</summary>
    public Nanoseconds? EstablishedAt { get; set; }

    /// <summary>The client's port; null for a peer's flow.</summary>
    public PortLease? Lease { get; set; }

    /// <summary>An older connection of the same four numbers whose server's end is still there and gets the first SYN; null: there is none.</summary>
    public Flow? Meets { get; set; }

    /// <summary>Its first SYN finds the server's socket of an older connection, locked by its process, so that the RST for it waits.</summary>
    public bool MeetsHeldEnd { get; set; }

    /// <summary>The client's SYN timer; null while none is armed.</summary>
    public SynTimer? SynTimer { get; set; }

    /// <summary>Its SYN was retransmitted.</summary>
    public bool IsResent { get; set; }

    /// <summary>The timer of what the client's end has sent and the server has not acknowledged; null: it never sent anything.</summary>
    public SegmentTimer? SegmentTimer { get; set; }

    /// <summary>What the client's end has written and the server has not acknowledged; null: it never wrote anything.</summary>
    public SendQueue? Unacknowledged { get; set; }

    /// <summary>The client's end was reset by the server.</summary>
    public bool GotReset { get; set; }

    /// <summary>The server's end.</summary>
    public ServerState Server { get; set; }

    /// <summary>When the last segment has come to the server's end.</summary>
    public Nanoseconds HeardAt { get; set; }

    /// <summary>The keepalive timer of the server's end; null: it has none.</summary>
    public KeepaliveTimer? Keepalive { get; set; }

    /// <summary>The server has ended its handshake.</summary>
    public bool HasBeenQueued { get; set; }

    /// <summary>It has got a SYN-ACK with a cookie.</summary>
    public bool HasCookie { get; set; }

    /// <summary>Time-outs of its request's SYN-ACK.</summary>
    public int Timeouts { get; set; }

    /// <summary>SYN-ACKs retransmitted for its half-open request, by the timer or in reply to a retransmitted SYN: num_retrans.</summary>
    public int SynAcksAgain { get; set; }

    /// <summary>A final ACK of its request was seen and ignored.</summary>
    public bool IsAcked { get; set; }

    /// <summary>Bytes that the client's program has sent.</summary>
    public long SentBytes { get; set; }

    /// <summary>Those of them that the server's end has acknowledged.</summary>
    public long AckedBytes { get; set; }

    /// <summary>Those of them that the server's program has read.</summary>
    public long ReadBytes { get; set; }

    /// <summary>The client's end has sent its FIN, or has it ready to be sent.</summary>
    public bool HasSentFin { get; set; }

    /// <summary>The server's end has that FIN.</summary>
    public bool HasFin { get; set; }

    /// <summary>The server's end has sent its FIN.</summary>
    public bool IsServerClosed { get; set; }

    /// <summary>The client's end was reset by its program; the server's queue keeps its slot.</summary>
    public bool IsDead { get; set; }
}
