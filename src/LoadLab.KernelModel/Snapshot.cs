using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>Every figure of a run at one moment. Queue, half-open, waiting, open, live backlog, TIME-WAIT are of that moment; the others count from the run's
/// start.</summary>
public sealed record Snapshot
{
    /// <summary>The phase that ended then.</summary>
    public required string Phase { get; init; }

    /// <summary>Since the run's start.</summary>
    public required Nanoseconds At { get; init; }

    /// <summary>The live backlog of the first listener.</summary>
    public int LiveBacklog { get; init; }

    /// <summary>TCP_DEFER_ACCEPT as getsockopt() tells it.</summary>
    public Nanoseconds DeferAccept { get; init; }

    /// <summary>Connections in each accept queue.</summary>
    public ImmutableArray<int> Queues { get; init; } = [];

    /// <summary>The longest accept queue that a sampler has seen since the run began, at least and at most, of the fullest listener.</summary>
    public (int Least, int Most) QueuePeak { get; init; }

    /// <summary>Sockets of the clients by TCP state; empty where a load connects to an address of its own.</summary>
    public ImmutableSortedDictionary<string, long> ClientStates { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Sockets of the server by TCP state, its listeners not among them.</summary>
    public ImmutableSortedDictionary<string, long> ServerStates { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Ends that no process has, in TIME-WAIT and in FIN-WAIT-2: what tcp_max_tw_buckets bounds.</summary>
    public long Buckets { get; init; }

    /// <summary>Connects issued.</summary>
    public long Attempted { get; init; }

    /// <summary>Clients that have sent a SYN (ActiveOpens).</summary>
    public long ActiveOpens { get; init; }

    /// <summary>Handshakes that the server's kernel has finished (PassiveOpens).</summary>
    public long PassiveOpens { get; init; }

    /// <summary>Connections that the server's program has accepted and not closed.</summary>
    public long ServerOpen { get; init; }

    /// <summary>Half-open requests of all listeners.</summary>
    public long HalfOpen { get; init; }

    /// <summary>Clients whose connect() succeeded.</summary>
    public long Established { get; init; }

    /// <summary>Clients that wait for an answer.</summary>
    public long Waiting { get; init; }

    /// <summary>Clients that gave up.</summary>
    public long GaveUp { get; init; }

    /// <summary>socket() that found no descriptor.</summary>
    public long Refused { get; init; }

    /// <summary>bind() or connect() that found no port.</summary>
    public long WithoutPort { get; init; }

    /// <summary>Those of them whose bind() failed with EADDRINUSE.</summary>
    public long PortInUse { get; init; }

    /// <summary>Clients that hold their connection.</summary>
    public long Open { get; init; }

    /// <summary>SYNs retransmitted by clients.</summary>
    public long SynRetransmits { get; init; }

    /// <summary>Data segments retransmitted by clients.</summary>
    public long DataRetransmits { get; init; }

    /// <summary>FINs retransmitted by clients.</summary>
    public long FinRetransmits { get; init; }

    /// <summary>Data and FINs retransmitted by clients that have sent data, while their program had the socket.</summary>
    public long RetransmitsOfOpen { get; init; }

    /// <summary>FINs sent by clients, retransmitted ones among them.</summary>
    public long ClientFins { get; init; }

    /// <summary>Clients that have sent and were reset: their next call fails with ECONNRESET.</summary>
    public long ResetSenders { get; init; }

    /// <summary>Clients whose send() took every byte.</summary>
    public long Senders { get; init; }

    /// <summary>accept() that gave a connection.</summary>
    public long Accepted { get; init; }

    /// <summary>Connections accepted at the fd limit and closed at once.</summary>
    public long Shed { get; init; }

    /// <summary>accept() that found no descriptor; null where their number has no rule.</summary>
    public long? FailedAccepts { get; init; }

    /// <summary>When the queue was last emptied, since the phase began; null: never, or before it.</summary>
    public Nanoseconds? Emptied { get; init; }

    /// <summary>Bytes that the server's program has read.</summary>
    public long BytesRead { get; init; }

    /// <summary>Connections of which the server's program has read the end.</summary>
    public long EndOfStream { get; init; }

    /// <summary>Connections of which the server's recv() failed with ECONNRESET.</summary>
    public long ServerResets { get; init; }

    /// <summary>Keepalive probes sent (TCPKeepAlive).</summary>
    public long KeepaliveProbes { get; init; }

    /// <summary>Connections given up because no keepalive probe was answered.</summary>
    public long KeepaliveGivenUp { get; init; }

    /// <summary>Ends in TIME-WAIT, of clients and server.</summary>
    public long TimeWait { get; init; }

    /// <summary>TCPTimeWaitOverflow.</summary>
    public long TimeWaitOverflows { get; init; }

    /// <summary>SYN-ACKs retransmitted for the requests that are half-open now.</summary>
    public long SynAcksAgainOfRequests { get; init; }

    /// <summary>Connections that one end reset while the other's FIN may still have been on its way.</summary>
    public long CrossedResets { get; init; }

    /// <summary>RSTs that may have reached the listener, since their connection was gone.</summary>
    public long Stray => TimeWaitOverflows + CrossedResets;

    /// <summary>TCPReqQFullDrop.</summary>
    public long FullDrops { get; init; }

    /// <summary>SYNs dropped for the last quarter of tcp_max_syn_backlog.</summary>
    public long QuarterDrops { get; init; }

    /// <summary>TCPReqQFullDoCookies.</summary>
    public long FullDoCookies { get; init; }

    /// <summary>SyncookiesSent.</summary>
    public long CookiesSent { get; init; }

    /// <summary>SyncookiesRecv.</summary>
    public long CookiesReceived { get; init; }

    /// <summary>ListenOverflows.</summary>
    public long Overflows { get; init; }

    /// <summary>ListenDrops.</summary>
    public long Drops { get; init; }

    /// <summary>sk_drops of all listeners.</summary>
    public long ListenerDrops { get; init; }

    /// <summary>TCPDeferAcceptDrop.</summary>
    public long Deferred { get; init; }

    /// <summary>EmbryonicRsts.</summary>
    public long EmbryonicResets { get; init; }

    /// <summary>SYN-ACKs sent, retransmitted ones and those with a cookie included.</summary>
    public long SynAcksSent { get; init; }

    /// <summary>SYN-ACKs retransmitted by timer.</summary>
    public long SynAcksAgain { get; init; }

    /// <summary>Timers of half-open requests that fired.</summary>
    public long SynAckTimeouts { get; init; }

    /// <summary>Half-open requests given up.</summary>
    public long Expired { get; init; }

    /// <summary>RSTs that the kernel has sent for clients and server (OutRsts).</summary>
    public long Resets { get; init; }

    /// <summary>The scripted peer's flows.</summary>
    public PeerFigures Peer { get; init; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ImmutableSortedDictionary<string, long>.Empty);

    /// <summary>True once SYNs of one slot of the timer wheel have competed for fewer places than they need.</summary>
    public bool IsContested { get; init; }
}

/// <summary>The scripted peer's flows at one moment.</summary>
/// <param name="Flows">Begun.</param>
/// <param name="Answered">Those that got a SYN-ACK.</param>
/// <param name="HalfOpen">Those that got one and were not told to send the final ACK.</param>
/// <param name="SynAcks">SYN-ACKs that came.</param>
/// <param name="WithWindowScale">SYN-ACKs that carried window scale.</param>
/// <param name="WithSack">SYN-ACKs that carried SACK.</param>
/// <param name="Established">Those whose handshake the server has ended.</param>
/// <param name="Resets">Those that got a RST.</param>
/// <param name="Acknowledged">Those that have sent data, all of which the server's end has acknowledged.</param>
/// <param name="Read">Those that have sent data, all of which the server's program has read.</param>
/// <param name="Sent">Segments sent, by the word of their kind.</param>
public sealed record PeerFigures(
    long Flows, long Answered, long HalfOpen, long SynAcks, long WithWindowScale, long WithSack, long Established, long Resets, long Acknowledged, long Read,
    ImmutableSortedDictionary<string, long> Sent);

/// <summary>What one draw of the model gave.</summary>
/// <param name="Phases">A snapshot at each phase's end; never empty where there are phases.</param>
/// <param name="FirstOverflow">The first SYN that met a full accept queue, since the first load or peer began; null: none did.</param>
/// <param name="FirstExpiry">The first half-open request given up, since then; null: none was.</param>
/// <param name="LongestQueueMet">The longest accept queue that a SYN met.</param>
/// <param name="Latencies">How long each successful connect took, sorted.</param>
public sealed record ModelRun(ImmutableArray<Snapshot> Phases, Nanoseconds? FirstOverflow, Nanoseconds? FirstExpiry, long LongestQueueMet,
    ImmutableArray<Nanoseconds> Latencies)
{
    /// <summary>How much longer each phase took than it says, see <see cref="Timing.PhaseSlack"/>.</summary>
    public Nanoseconds Slack { get; init; }

    /// <summary>Free slots of all listeners of a port together when the first packet was dropped; null: none was.</summary>
    public long? RoomAtFirstDrop { get; init; }

    /// <summary>The figures over the time of each phase.</summary>
    public ImmutableArray<PhaseTrace> Traces { get; init; } = [];

    /// <summary>As it was at the end.</summary>
    public Snapshot Last => Phases[^1];

    /// <summary>The latency that a share of the established does not exceed; null when none was established.</summary>
    public Nanoseconds? Latency(double share) =>
        Latencies.IsEmpty ? null : Latencies[(int)Math.Clamp((long)Math.Ceiling(share * Latencies.Length), 1, Latencies.Length) - 1];
}
