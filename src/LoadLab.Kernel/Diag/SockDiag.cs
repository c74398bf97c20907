using System.Buffers.Binary;
using System.Collections.Immutable;
using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>The kernel's own table of TCP sockets, by NETLINK_SOCK_DIAG, of the network namespace it was opened in.</summary>
/// <remarks>
/// Not thread-safe. Listeners are found without walking the table of connections (lhash2); <see cref="States"/> walks it, which costs about as much
/// as the table is long.
/// Those over IPv4 are asked for; of a server whose listener is an IPv6 one that takes IPv4 too (most runtimes' "any address"), both.
/// Kernel: net/ipv4/inet_diag.c inet_diag_dump_icsk; sock_diag(7).
/// </remarks>
public sealed unsafe class SockDiag : IDisposable
{
    private const int RequestLength = 72;
    private readonly OwnedDescriptor socket;
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly List<DiagSocket> found = [];
    private readonly HashSet<ulong> told = [];
    private readonly StateCounts counts = new();
    private readonly DiagMessages.TakeBody intoFound;
    private readonly DiagMessages.TakeBody intoCounts;
    private uint sequence;
    private bool isDual;

    /// <summary>Opens the netlink socket.</summary>
    /// <exception cref="KernelException">The kernel gave none.</exception>
    public SockDiag()
    {
        socket = new OwnedDescriptor(Libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG), "netlink socket for sock_diag");
        intoFound = body => found.Add(DiagMessages.Socket(body));
        intoCounts = counts.Take;
    }

    /// <summary>The listeners of some ports, by socket inode: accept queue, live backlog, drops. Their ids are their place.</summary>
    public ImmutableArray<ListenerView> Listeners(PortRange ports)
    {
        var port = ports.Count == 1 ? ports.First : 0;
        found.Clear();
        Dump(1u << TCP_LISTEN, port, 0, withMemory: true, intoFound);
        if (!found.Exists(s => ports.Contains(s.SourcePort)))
        {
            found.Clear();
            DumpOf(AF_INET6, 1u << TCP_LISTEN, port, 0, withMemory: true, intoFound);
            isDual = found.Count > 0;
        }

        found.Sort((a, b) => a.Inode.CompareTo(b.Inode));
        return [.. found.Where(s => ports.Contains(s.SourcePort)).Select((s, i) => new ListenerView(i, s.ReceiveQueue, s.WriteQueue, s.Drops))];
    }

    /// <summary>The sockets of a server's ports by state: those of the clients (peer's port) and of the server (own port).</summary>
    /// <remarks>
    /// Asked without the kernel's port filter, which takes one port of one side: walking the table once and choosing here is half the work of asking
    /// twice.
    /// </remarks>
    public (ImmutableSortedDictionary<string, long> Client, ImmutableSortedDictionary<string, long> Server) States(PortRange ports)
    {
        counts.Begin(ports);
        Dump(~0u, 0, 0, withMemory: false, intoCounts);
        return (counts.Client, counts.Server);
    }

    /// <summary>How many sockets <see cref="States"/> walked past at its last call: what it costs.</summary>
    public long Walked => counts.Walked;

    /// <summary>
    /// The half-open requests among what <see cref="States"/> last counted: how many, and how often their SYN-ACKs were retransmitted together.
    /// </summary>
    /// <remarks>Unit: connections, packets. Kernel: net/ipv4/inet_diag.c inet_req_diag_fill (idiag_retrans is num_retrans).</remarks>
    public (long Requests, long SynAckRetransmits) HalfOpen => (counts.Requests, counts.SynAckRetransmits);

    /// <summary>Of what <see cref="States"/> last counted: connections in an accept queue whose client has closed.</summary>
    public long QueuedClosed => counts.QueuedClosed;

    /// <summary>Every socket in one of the states of a mask (bit n for state n) whose own port and peer's port are those given (0: any).</summary>
    public IReadOnlyList<DiagSocket> Sockets(uint states, int sourcePort, int destinationPort)
    {
        found.Clear();
        Dump(states, sourcePort, destinationPort, withMemory: true, intoFound);
        return [.. found];
    }

    /// <summary>Every socket in one of the states of a mask, with both addresses, of IPv4 and of IPv6; of one own port, or of all (0).</summary>
    /// <remarks>For a look at a whole machine: it walks the table of connections and makes objects, which a sampler must not do.</remarks>
    public IReadOnlyList<DiagConnection> Connections(uint states = ~0u, int sourcePort = 0)
    {
        var all = new List<DiagConnection>();
        DumpOf(AF_INET, states, sourcePort, 0, withMemory: true, body => all.Add(DiagMessages.Connection(body)));
        DumpOf(AF_INET6, states, sourcePort, 0, withMemory: true, body => all.Add(DiagMessages.Connection(body)));
        return all;
    }

    /// <summary>Hands over every socket in one of the states of a mask, of IPv4 and of IPv6, as it comes: nothing is kept.</summary>
    internal void Walk(uint states, bool withMemory, DiagMessages.TakeBody take)
    {
        DumpOf(AF_INET, states, 0, 0, withMemory, take);
        DumpOf(AF_INET6, states, 0, 0, withMemory, take);
    }

    /// <summary>Every socket over IPv4 and IPv6, in any state, with addresses and timers.</summary>
    public IReadOnlyList<DiagSocket> All()
    {
        found.Clear();
        DumpOf(AF_INET, ~0u, 0, 0, withMemory: false, intoFound);
        DumpOf(AF_INET6, ~0u, 0, 0, withMemory: false, intoFound);
        return [.. found];
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private void Dump(uint states, int sourcePort, int destinationPort, bool withMemory, DiagMessages.TakeBody take)
    {
        DumpOf(AF_INET, states, sourcePort, destinationPort, withMemory, take);
        if (isDual)
        {
            DumpOf(AF_INET6, states, sourcePort, destinationPort, withMemory, take);
        }
    }

    private void DumpOf(byte family, uint states, int sourcePort, int destinationPort, bool withMemory, DiagMessages.TakeBody take)
    {
        told.Clear();
        Send(family, states, sourcePort, destinationPort, withMemory);
        while (true)
        {
            SyscallResult received;
            fixed (byte* start = buffer)
            {
                received = Libc.Result(Libc.recv(socket.Fd, start, (nuint)buffer.Length, 0));
            }

            if (!received.IsOk && received.Errno != Errno.EINTR)
            {
                throw new KernelException("reading from sock_diag", received.Errno);
            }

            if (received.IsOk && !DiagMessages.Parse(buffer.AsSpan(0, (int)received.Value), take, told))
            {
                return;
            }
        }
    }

    private void Send(byte family, uint states, int sourcePort, int destinationPort, bool withMemory)
    {
        var request = stackalloc byte[RequestLength];
        *(nlmsghdr*)request = new nlmsghdr { nlmsg_len = RequestLength, nlmsg_type = SOCK_DIAG_BY_FAMILY, nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
            nlmsg_seq = ++sequence };
        *(inet_diag_req_v2*)(request + sizeof(nlmsghdr)) = new inet_diag_req_v2
        {
            sdiag_family = family,
            sdiag_protocol = IPPROTO_TCP,
            idiag_ext = (byte)(withMemory ? 1 << (INET_DIAG_SKMEMINFO - 1) : 0),
            idiag_states = states,
            id = new inet_diag_sockid
            {
                idiag_sport = BinaryPrimitives.ReverseEndianness((ushort)sourcePort),
                idiag_dport = BinaryPrimitives.ReverseEndianness((ushort)destinationPort),
            },
        };
        var sent = Libc.Result(Libc.send(socket.Fd, request, RequestLength, 0));
        if (!sent.IsOk)
        {
            throw new KernelException("asking sock_diag", sent.Errno);
        }
    }
}
