using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>Who looked at the listeners: two ways into the kernel that share little.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<ListenerWitness>))]
public enum ListenerWitness
{
    /// <summary>The conductor, over netlink: idiag_rqueue, idiag_wqueue, INET_DIAG_SKMEMINFO (net/ipv4/tcp_diag.c).</summary>
    SockDiag,

    /// <summary>
    /// The server itself: getsockopt TCP_INFO and SO_MEMINFO on its own listener (net/ipv4/tcp.c tcp_get_info, net/core/sock.c sk_get_meminfo).
    /// </summary>
    TcpInfo,
}

/// <summary>One listener at one moment.</summary>
/// <param name="Id">Stable within a run and witness: its place in order of socket inode, from 0.</param>
/// <param name="Queue">Length of the accept queue, in connections.</param>
/// <param name="LiveBacklog">The live backlog, in connections.</param>
/// <param name="Drops">sk_drops: packets this listener has dropped; null when this kernel does not report it.</param>
public readonly record struct ListenerView(int Id, long Queue, long LiveBacklog, long? Drops);

/// <summary>All listeners of the server in one sweep.</summary>
public sealed record ListenersSeen(ListenerWitness Witness, ImmutableArray<ListenerView> Listeners) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.ListenersSeen(this);
}

/// <summary>
/// How many sockets of the server's port are in which TCP state, both ends counted, by the names of the RFC: <c>ESTABLISHED</c>, <c>SYN-SENT</c>,
/// <c>SYN-RECV</c> …
/// </summary>
/// <remarks>Kernel: sock_diag dump, net/ipv4/inet_diag.c. A state that is missing has no socket. SYN-RECV counts request sockets: the SYN queue's length. A
/// socket that
/// was reset or closed while it is in the accept queue is in CLOSE and not listed.</remarks>
/// <param name="Client">Those whose peer has the server's port.</param>
/// <param name="Server">Those that have it.</param>
/// <param name="TimeWait">
/// TCP.tw of /proc/net/sockstat, of the whole namespace: the number that net.ipv4.tcp_max_tw_buckets bounds, FIN-WAIT-2 without a process included;
/// null when it was not read.
/// </param>
public sealed record StatesSeen(
    ImmutableSortedDictionary<string, long> Client,
    ImmutableSortedDictionary<string, long> Server,
    long? TimeWait = null) : Observation
{
    /// <summary>Of the server's in CLOSE-WAIT: those that no process has accepted, so that a client that has closed holds a slot of the accept queue.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long QueuedClosed { get; init; }

    /// <summary>
    /// TCP.orphan of /proc/net/sockstat, of the whole kernel: the number that net.ipv4.tcp_max_orphans bounds; null where the kernel is not the run's
    /// own, or it was not read.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Orphans { get; init; }

    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.StatesSeen(this);
}

/// <summary>
/// Kernel counters of the sandbox that have moved since the variant's start: the whole delta since then, by <c>Prefix.Name</c> as in /proc/net/snmp
/// and /proc/net/netstat.
/// </summary>
/// <param name="Delta">Only those that differ from the start; gauges (CurrEstab) are not among them.</param>
/// <param name="Known">How many counters this kernel has; 0 in all but the first.</param>
/// <param name="Absent">In the first: names that verdicts ask for and this kernel does not have.</param>
public sealed record CountersSeen(ImmutableSortedDictionary<string, ulong> Delta, int Known, ImmutableArray<string> Absent) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.CountersSeen(this);
}

/// <summary>A process's descriptors: open now, soft and hard limit.</summary>
/// <remarks>Kernel: /proc/PID/fd, /proc/PID/limits.</remarks>
public sealed record DescriptorsSeen(Role Role, int Worker, long Open, long Soft, long Hard) : Observation
{
    /// <summary>When the run set this limit: how many numbers below it were free. Null in all other looks.</summary>
    public long? Room { get; init; }

    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.DescriptorsSeen(this);
}

/// <summary>System calls of a role that failed with one errno, since the last such line.</summary>
/// <param name="Role">Who.</param>
/// <param name="Worker">Which.</param>
/// <param name="Syscall">socket, bind, connect, accept4 …</param>
/// <param name="Errno">What the kernel said.</param>
/// <param name="Count">How often.</param>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them.</param>
public sealed record SyscallFailed(Role Role, int Worker, string Syscall, Errno Errno, long Count, Nanoseconds First, Nanoseconds Last) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.SyscallFailed(this);
}
