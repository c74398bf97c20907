using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>A system call of an accept loop that failed.</summary>
/// <param name="Syscall">Its name: <c>accept4</c>.</param>
/// <param name="Errno">How.</param>
/// <param name="Count">How often since the start.</param>
public sealed record AcceptLoopFailure(string Syscall, Errno Errno, long Count);

/// <summary>What an accept loop has done, and what the kernel says of its listeners.</summary>
/// <param name="Accepted">Calls of accept() that gave a connection, since the start.</param>
/// <param name="Open">Accepted connections that are open now.</param>
/// <param name="EndedByPeer">Accepted connections on which recv() returned 0; only <c>echo</c> and <c>discard</c> read.</param>
/// <param name="BytesRead">Bytes read from all of them.</param>
/// <param name="Shed">Connections that were accepted at the fd limit and closed at once.</param>
/// <param name="Failures">System calls that failed, by errno, since the start.</param>
/// <param name="Listeners">Each listener as the kernel sees it: accept queue, live backlog, drops.</param>
public sealed record AcceptLoopCounts(
    long Accepted,
    long Open,
    long EndedByPeer,
    long BytesRead,
    long Shed,
    ImmutableArray<AcceptLoopFailure> Failures,
    ImmutableArray<ListenerView> Listeners)
{
    /// <summary>Connections that finished the handshake and wait for accept(), of all listeners together.</summary>
    /// <remarks>Kernel: net/ipv4/tcp.c tcp_get_info of the listening socket (tcpi_unacked).</remarks>
    public long Queue => Listeners.Sum(listener => listener.Queue);

    /// <summary>The live backlogs together; each queue holds one connection more than its own.</summary>
    /// <remarks>Kernel: net/ipv4/tcp.c tcp_get_info of the listening socket (tcpi_sacked); include/net/sock.h sk_acceptq_is_full.</remarks>
    public long Limit => Listeners.Sum(listener => listener.LiveBacklog);
}
