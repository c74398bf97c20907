using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>What the packet tap has seen since the variant's start, by AF_PACKET on the sandbox's loopback; every figure is a total.</summary>
/// <param name="Segments">TCP segments of the run's ports.</param>
/// <param name="Traced">How many of them are in trace.pcapng, which is bounded.</param>
/// <param name="Sent">
/// Segments by sender and flags: <c>client.SYN</c>, <c>server.SYN-ACK</c>, <c>server.RST</c>, <c>client.FIN</c>, <c>client.DATA</c>,
/// <c>server.ACK</c> …; "server" is who has the server's port.
/// </param>
/// <remarks>What the ring had no room for is a <see cref="SamplesLost"/> of the source "packets" (PACKET_STATISTICS, packet(7)).</remarks>
public sealed record PacketsCounted(long Segments, long Traced, ImmutableSortedDictionary<string, long> Sent) : Observation
{
    /// <summary>
    /// The times between one SYN of a client and the next since the present phase began, by the kernel's packet timestamps; null when there were
    /// fewer than two.
    /// </summary>
    public LatencyHistogram? SynGaps { get; init; }

    /// <summary>Resets of connections of which both FINs had been acknowledged: each may have removed a TIME-WAIT (RFC 1337).</summary>
    public long ResetsAfterClose { get; init; }

    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.PacketsCounted(this);
}

/// <summary>
/// One retransmission on the wire, timed by the kernel: a segment that carries sequence space which its sender had already sent. The first 5,000 of a
/// variant.
/// </summary>
/// <param name="Segment">What it carries.</param>
/// <param name="From">Sender, address:port.</param>
/// <param name="To">Receiver, address:port.</param>
/// <param name="Attempt">1 for the first retransmission of this sequence space.</param>
/// <param name="SinceFirst">Since the first transmission.</param>
/// <param name="SincePrevious">Since the previous transmission.</param>
/// <param name="IsScripted">True when the scripted peer sent it: no kernel's timer is behind it, and no kernel's counter counts it.</param>
public sealed record Retransmitted(
    RetransmitKind Segment,
    string From,
    string To,
    int Attempt,
    Nanoseconds SinceFirst,
    Nanoseconds SincePrevious,
    bool IsScripted) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.Retransmitted(this);
}

/// <summary>
/// All retransmissions since the last such line, by kind and attempt: constant memory whatever their number. Those of the scripted peer are not among
/// them.
/// </summary>
public sealed record RetransmitsCounted(ImmutableArray<RetransmitSum> Sums) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.RetransmitsCounted(this);
}

/// <summary>The n-th retransmissions of one kind.</summary>
/// <param name="Segment">What they carry.</param>
/// <param name="Attempt">1 for the first.</param>
/// <param name="SinceFirst">Since the first transmission; its count is how many there were.</param>
/// <param name="SincePrevious">Since the previous transmission.</param>
public sealed record RetransmitSum(RetransmitKind Segment, int Attempt, LatencyHistogram SinceFirst, LatencyHistogram SincePrevious);

/// <summary>The server's half-open requests, by sock_diag.</summary>
/// <param name="Requests">How many there are: the SYN queue's length.</param>
/// <param name="SynAckRetransmits">
/// idiag_retrans summed over them: SYN-ACKs retransmitted by timer (net/ipv4/inet_diag.c inet_req_diag_fill: num_retrans).
/// </param>
public sealed record HalfOpenSeen(long Requests, long SynAckRetransmits) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.HalfOpenSeen(this);
}

/// <summary>What the scripted peer has sent and been told so far; every figure is a total since the variant's start.</summary>
/// <param name="Flows">Flows that it began.</param>
/// <param name="Sent">Segments it sent, by what it was told: <c>syn</c>, <c>ack</c>, <c>data</c>, <c>fin</c>, <c>rst</c>.</param>
/// <param name="HalfOpen">Flows that have got a SYN-ACK and were not told to send the final ACK.</param>
/// <param name="Answered">Flows that have got at least one SYN-ACK.</param>
/// <param name="SynAcks">SYN-ACK segments received, repeated ones too.</param>
/// <param name="Options">SYN-ACK segments by TCP option they carry: <c>mss</c>, <c>window-scale</c>, <c>sack</c>, <c>timestamps</c>.</param>
/// <param name="Acknowledged">Flows whose data the server has acknowledged, all of it.</param>
/// <param name="Echoed">Flows that have got as many bytes back as they sent, and sent at least one.</param>
/// <param name="Resets">Flows that got RST.</param>
/// <param name="Fins">Flows that got FIN.</param>
public sealed record PeerTally(
    long Flows,
    ImmutableSortedDictionary<string, long> Sent,
    long HalfOpen,
    long Answered,
    long SynAcks,
    ImmutableSortedDictionary<string, long> Options,
    long Acknowledged,
    long Echoed,
    long Resets,
    long Fins) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.PeerTally(this);
}
