using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>What became of a connect.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<ConnectOutcome>))]
public enum ConnectOutcome
{
    /// <summary>Established.</summary>
    Established,

    /// <summary>A system call failed; see its errno.</summary>
    Failed,

    /// <summary>Given up by the swarm's own connect time-out; recorded with ETIMEDOUT.</summary>
    TimedOut,

    /// <summary>Not answered when the run ended.</summary>
    Pending,
}

/// <summary>
/// Connects of one thread over 10 ms, or since the last line when nothing happened in between: what the swarm did, in constant memory whatever the
/// load.
/// </summary>
/// <param name="Worker">Worker process, from 0.</param>
/// <param name="Thread">Thread in it, from 0.</param>
/// <param name="Wave">Which load phase, from 0.</param>
/// <param name="Attempted">Connects issued.</param>
/// <param name="Established">Connects that finished the handshake.</param>
/// <param name="Ended">Connections that the client then closed, reset or half-closed.</param>
/// <param name="Failures">Connects that failed, by system call and errno. The swarm's own time-out is syscall "connect (given up)".</param>
/// <param name="Latency">
/// Of the established ones: from the intended start to the end of the handshake, so that a late swarm is not taken for a fast kernel.
/// </param>
/// <param name="Lateness">From intended to actual start of the issued ones: how late the swarm itself was.</param>
public sealed record ConnectsCounted(
    int Worker,
    int Thread,
    int Wave,
    long Attempted,
    long Established,
    long Ended,
    ImmutableArray<FailureCount> Failures,
    LatencyHistogram Latency,
    LatencyHistogram Lateness) : Observation
{
    /// <summary>
    /// Those of the established ones whose SYN was retransmitted, by how often (tcpi_total_retrans); the others were answered by their first SYN.
    /// </summary>
    public ImmutableArray<ResentConnects>? Resent { get; init; }

    /// <summary>
    /// How long connects took in the kernel, bind() and connect() themselves, by how far the load was: only those of a burst that were answered at
    /// once.
    /// </summary>
    public ImmutableArray<OwnTime> OwnTimes { get => field.IsDefault ? [] : field; init; } = [];

    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.ConnectsCounted(this);
}

/// <summary>Connects whose SYN was retransmitted before it was answered.</summary>
/// <param name="Retransmits">How often; <see cref="Most"/> stands for that and more.</param>
/// <param name="Latency">Of each, from the intended start to the end of the handshake.</param>
public readonly record struct ResentConnects(int Retransmits, LatencyHistogram Latency)
{
    /// <summary>So many and more are one class.</summary>
    public const int Most = 3;
}

/// <summary>How long the calls of some connects took: from the socket's creation to the kernel's answer.</summary>
/// <param name="Tenth">Which tenth of the load they belong to, by index, 1 to 10.</param>
/// <param name="IsFailed">True for those that failed.</param>
/// <param name="Times">Of each.</param>
public sealed record OwnTime(int Tenth, bool IsFailed, LatencyHistogram Times);

/// <summary>How often one system call failed with one errno.</summary>
/// <param name="Syscall">socket, bind, connect …</param>
/// <param name="Errno">What the kernel said.</param>
/// <param name="Count">How often.</param>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them.</param>
/// <param name="Duration">Of failed connects: from the intended start to the failure; its count is <paramref name="Count"/>. Null for other calls.</param>
public readonly record struct FailureCount(string Syscall, Errno Errno, long Count, Nanoseconds First, Nanoseconds Last, LatencyHistogram? Duration = null);

/// <summary>Single connects: the first 20,000 of a run, then the first and last 1,000 of each outcome and errno.</summary>
/// <param name="Worker">Worker process.</param>
/// <param name="Rows">One each.</param>
public sealed record ConnectRecords(int Worker, ImmutableArray<ConnectRecord> Rows) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.ConnectRecords(this);
}

/// <summary>When the server's accept() gave a connection: the first 20,000 of a run one by one, then as many as there were since the last line.</summary>
/// <param name="At">When each returned, in no order where several threads accept; ns since the run's start, as the other moments.</param>
/// <param name="More">Those that were only counted.</param>
public sealed record AcceptRecords(ImmutableArray<long> At, long More = 0) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.AcceptRecords(this);
}

/// <summary>The clients' own view when a report was asked for: each socket of the worker, by TCP_INFO.</summary>
/// <param name="Worker">Worker process.</param>
/// <param name="Open">Established connections still held.</param>
/// <param name="Pending">Connects not yet answered.</param>
/// <param name="SynRetransmits">
/// tcpi_total_retrans summed over the pending ones and, for those established, as it was when they were: SYNs retransmitted (net/ipv4/tcp.c
/// tcp_get_info).
/// </param>
/// <param name="Senders">Clients told to send whose send() took every byte: as far as the program knows, it is sent.</param>
/// <param name="DataRetransmits">tcpi_total_retrans summed over the established ones, without the SYNs: data retransmitted.</param>
public sealed record ClientsSeen(int Worker, long Open, long Pending, long SynRetransmits, long Senders = 0, long DataRetransmits = 0) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.ClientsSeen(this);
}

/// <summary>
/// Local ports that one thread's sockets hold now, and how many there are for such a load: those of the ephemeral range, once for each source
/// address.
/// </summary>
/// <param name="Worker">Worker process.</param>
/// <param name="Thread">Thread in it.</param>
/// <param name="InUse">
/// Sockets of this thread that connect or are connected: each has a port of its own for the load's destination. Ports in TIME-WAIT have no socket any
/// more.
/// </param>
/// <param name="Available">Ports of net.ipv4.ip_local_port_range, without ip_local_reserved_ports where the kernel picks (net/ipv4/inet_hashtables.c
/// __inet_hash_connect),
/// times the source addresses; the same for all threads, since they share them.</param>
public sealed record PortsSeen(int Worker, int Thread, long InUse, long Available) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.PortsSeen(this);
}

/// <summary>A pending client that is watched as an example (the first of its wave) has sent its SYN again, by its TCP_INFO.</summary>
/// <param name="Worker">Worker process.</param>
/// <param name="Wave">Which load phase.</param>
/// <param name="Attempt">1 for the first retransmission.</param>
/// <param name="SinceFirst">Since the connect was issued; seen up to 10 ms late.</param>
public sealed record SynResent(int Worker, int Wave, int Attempt, Nanoseconds SinceFirst) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.SynResent(this);
}

/// <summary>What the server has done so far, since its start.</summary>
/// <param name="Accepted">accept() that gave a connection.</param>
/// <param name="PerListener">The same by listener.</param>
/// <param name="Open">Accepted connections still open.</param>
/// <param name="EndOfStream">Connections on which recv() returned 0: the peer had closed.</param>
/// <param name="Errors">Connections on which recv() or send() failed, by errno.</param>
/// <param name="BytesRead">Bytes read.</param>
/// <param name="Retransmits">tcpi_total_retrans summed over the accepted connections that are open, and over those closed as it was then: segments
/// retransmitted, a connection's
/// SYN-ACKs too (net/ipv4/tcp_minisocks.c tcp_create_openreq_child). null when they were not asked: between reports, with very many open, and where
/// the server closes each at once.</param>
/// <param name="DeferAccept">TCP_DEFER_ACCEPT of the listeners as the kernel has it; null when it cannot be read.</param>
/// <param name="Shed">Of the accepted: those accepted at the fd limit with the descriptor in reserve, and closed at once.</param>
/// <param name="FailedAccepts">accept() that failed, EAGAIN and EINTR apart.</param>
public sealed record ServerTally(
    long Accepted,
    ImmutableArray<long> PerListener,
    long Open,
    long EndOfStream,
    ImmutableDictionary<Errno, long> Errors,
    long BytesRead,
    long? Retransmits = null,
    Nanoseconds? DeferAccept = null,
    long Shed = 0,
    long FailedAccepts = 0) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.ServerTally(this);
}
