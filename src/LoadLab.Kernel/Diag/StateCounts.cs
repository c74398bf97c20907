using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>
/// The sockets of a server's ports, counted by state as they are told: a table of tens of thousands is walked without an object for any of them.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class StateCounts
{
    // One past the largest state there is (TCP_BOUND_INACTIVE is 13 since 6.8), rounded up; idiag_state is a byte.
    private const int States = 256;
    private readonly long[] client = new long[States];
    private readonly long[] server = new long[States];
    private PortRange ports;

    /// <summary>How many sockets were told, those of other ports too.</summary>
    public long Walked { get; private set; }

    /// <summary>Half-open requests of the server.</summary>
    public long Requests { get; private set; }

    /// <summary>How often their SYN-ACKs were retransmitted, together.</summary>
    public long SynAckRetransmits { get; private set; }

    /// <summary>Connections in an accept queue whose client has closed: in CLOSE-WAIT, and no process has them yet.</summary>
    /// <remarks>
    /// Kernel: net/core/sock.c sock_i_ino (0 without a socket of a process); close() would have left CLOSE-WAIT, so it is accept() that has not come.
    /// </remarks>
    public long QueuedClosed { get; private set; }

    /// <summary>Those of the clients, whose peer's port is one of the server's.</summary>
    public ImmutableSortedDictionary<string, long> Client => Named(client);

    /// <summary>Those of the server, whose own port it is.</summary>
    public ImmutableSortedDictionary<string, long> Server => Named(server);

    /// <summary>Begins anew.</summary>
    public void Begin(PortRange of)
    {
        ports = of;
        Walked = Requests = SynAckRetransmits = QueuedClosed = 0;
        Array.Clear(client);
        Array.Clear(server);
    }

    /// <summary>Counts one.</summary>
    public void Take(ReadOnlySpan<byte> body)
    {
        ref readonly var message = ref MemoryMarshal.AsRef<inet_diag_msg>(body);
        Walked++;
        ref readonly var id = ref message.id;
        var (port, peers) = (BinaryPrimitives.ReverseEndianness(id.idiag_sport), BinaryPrimitives.ReverseEndianness(id.idiag_dport));
        if (ports.IsServer(DiagMessages.Address(message.idiag_family, id.idiag_dst, id.idiag_dst1, id.idiag_dst2, id.idiag_dst3), peers, port))
        {
            client[message.idiag_state]++;
        }

        if (!ports.IsServer(DiagMessages.Address(message.idiag_family, id.idiag_src, id.idiag_src1, id.idiag_src2, id.idiag_src3), port, peers))
        {
            return;
        }

        server[message.idiag_state]++;
        if (message.idiag_state == TCP_SYN_RECV)
        {
            Requests++;
            SynAckRetransmits += message.idiag_retrans;
        }
        else if (message is { idiag_state: TCP_CLOSE_WAIT, idiag_inode: 0 })
        {
            QueuedClosed++;
        }
    }

    private static ImmutableSortedDictionary<string, long> Named(long[] counts) =>
        counts.Index().Where(one => one.Item > 0).ToImmutableSortedDictionary(one => TcpStates.NameOf(one.Index), one => one.Item);
}
