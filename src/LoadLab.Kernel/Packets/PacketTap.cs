using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>One packet as the tap's ring has it; valid during the call only.</summary>
/// <param name="realtimeNs">When the kernel received it, on CLOCK_REALTIME.</param>
/// <param name="wireBytes">How long it was, its payload included.</param>
/// <param name="headers">From the Ethernet header to the end of the TCP header.</param>
public readonly ref struct CapturedPacket(long realtimeNs, int wireBytes, ReadOnlySpan<byte> headers)
{
    /// <summary>When the kernel received it: nanoseconds on CLOCK_REALTIME.</summary>
    public long RealtimeNs { get; } = realtimeNs;

    /// <summary>How long it was, its payload included, in bytes.</summary>
    public int WireBytes { get; } = wireBytes;

    /// <summary>From the Ethernet header to the end of the TCP header; no payload.</summary>
    public ReadOnlySpan<byte> Headers { get; } = headers;
}

/// <summary>Takes one packet.</summary>
public delegate void PacketTaker(CapturedPacket packet);

/// <summary>What the kernel has done with packets that passed the filter, since the last time it was asked.</summary>
/// <param name="Captured">Put into the ring.</param>
/// <param name="Dropped">Not put there, since it was full.</param>
public readonly record struct TapStatistics(long Captured, long Dropped);

/// <summary>
/// Sees each TCP segment of a server's ports on <c>lo</c> of the caller's network namespace, headers only, with the kernel's nanosecond timestamps:
/// AF_PACKET with a TPACKET_V3 ring.
/// </summary>
/// <remarks>
/// Reads only: nothing is sent, and a packet goes its way whether or not it could be seen. Not thread-safe. Errors at opening: EPERM without
/// CAP_NET_RAW in the namespace's user namespace.
/// A packet is stamped when the tap gets it, before TCP does. SO_TIMESTAMPNS would not make it earlier: since 5.18 lo keeps the departure time of a
/// TCP segment where a stamp would go
/// (skb_clear_tstamp), so each tap takes its own, half a microsecond apart (beside tcpdump 8 of 196,000 segments more than 50 us, where a timer's
/// interrupt came between).
/// A block of the ring is handed over when it is full or 10 ms old: <see cref="Statistics"/> tells how many packets there are, so the reader knows
/// when it has had them all.
/// Kernel: net/packet/af_packet.c tpacket_rcv, prb_retire_rx_blk_timer_expired, packet_getsockopt; packet(7); seen on 6.18.
/// </remarks>
public sealed unsafe class PacketTap : IDisposable
{
    /// <summary>A block with packets in it is handed over after this at the latest, in milliseconds.</summary>
    public const int RetireMs = 10;

    // 32 MB: half a second of 45,000 connections a second, when the reader gets no processor. Small blocks, so that a trickle, which takes a block
    // every 10 ms, has over two seconds.
    private const int BlockBytes = 128 * 1024;
    private const int BlockCount = 256;
    private const int FrameBytes = 512;

    private readonly OwnedDescriptor socket;
    private readonly PacketRing ring;
    private int next;

    private PacketTap(OwnedDescriptor socket, PacketRing ring)
    {
        this.socket = socket;
        this.ring = ring;
    }

    /// <summary>How much of a packet is kept at most, in bytes.</summary>
    public const int MostBytes = PacketFilter.MostBytes;

    /// <summary>How much the ring holds, in bytes.</summary>
    public static int RingBytes => BlockBytes * BlockCount;

    /// <summary>Opens it for some ports; from the return on every segment is seen, and none from before.</summary>
    /// <exception cref="KernelException">The kernel refused; EPERM without CAP_NET_RAW.</exception>
    public static PacketTap Open(PortRange ports)
    {
        // Protocol 0 and no interface: nothing comes in before the filter is there and the socket is bound.
        var opened = new OwnedDescriptor(Libc.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), "socket(AF_PACKET)");
        PacketRing? mapped = null;
        try
        {
            var program = PacketFilter.ForPorts(ports);
            fixed (sock_filter* filter = program)
            {
                Set(opened, SOL_SOCKET, SO_ATTACH_FILTER, new sock_fprog { len = (ushort)program.Length, filter = filter }, "SO_ATTACH_FILTER");
            }

            Set(opened, SOL_PACKET, PACKET_VERSION, TPACKET_V3, "PACKET_VERSION TPACKET_V3");

            // ENOPROTOOPT before 4.20: then the filter alone refuses the outgoing copies.
            var ignore = 1;
            _ = Libc.setsockopt(opened.Fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &ignore, sizeof(int));
            var request = new tpacket_req3 { tp_block_size = BlockBytes, tp_block_nr = BlockCount, tp_frame_size = FrameBytes,
                tp_frame_nr = BlockBytes / FrameBytes * BlockCount, tp_retire_blk_tov = RetireMs };
            Set(opened, SOL_PACKET, PACKET_RX_RING, request, $"PACKET_RX_RING of {RingBytes >> 20} MB");
            mapped = new PacketRing(opened, BlockBytes, BlockCount);
            Bind(opened);
            return new PacketTap(opened, mapped);
        }
        catch
        {
            mapped?.Dispose();
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Hands over each packet of the blocks that are ready, in the ring's order, and gives the blocks back.</summary>
    /// <returns>How many packets; 0 when no block is ready.</returns>
    public int Take(PacketTaker take)
    {
        var taken = 0;
        for (var blocks = 0; blocks < BlockCount && ring.IsReady(next); blocks++)
        {
            taken += ring.Walk(next, take);
            ring.Release(next);
            next = (next + 1) % BlockCount;
        }

        return taken;
    }

    /// <summary>Waits until a block is ready, or for so long.</summary>
    public void Wait(int milliseconds)
    {
        var poll = new pollfd { fd = socket.Fd, events = POLLIN };
        _ = Libc.poll(&poll, 1, milliseconds);
    }

    /// <summary>What the kernel has done since the last call; asking sets its figures back to 0.</summary>
    public TapStatistics Statistics()
    {
        tpacket_stats_v3 statistics;
        var length = (uint)sizeof(tpacket_stats_v3);
        return Libc.getsockopt(socket.Fd, SOL_PACKET, PACKET_STATISTICS, &statistics, &length) == 0

            // The kernel's figure of packets has those dropped in it.
            ? new TapStatistics(statistics.tp_packets - (long)statistics.tp_drops, statistics.tp_drops)
            : throw new KernelException("PACKET_STATISTICS", Libc.LastErrno);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ring.Dispose();
        socket.Dispose();
    }

    private static void Bind(OwnedDescriptor socket)
    {
        var index = Libc.if_nametoindex("lo");
        if (index == 0)
        {
            throw new KernelException("if_nametoindex lo", Libc.LastErrno);
        }

        var address = new sockaddr_ll { sll_family = AF_PACKET, sll_protocol = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness((ushort)ETH_P_ALL),
            sll_ifindex = (int)index };
        if (Libc.bind(socket, &address, (uint)sizeof(sockaddr_ll)) < 0)
        {
            throw new KernelException("binding the packet tap to lo", Libc.LastErrno);
        }
    }

    private static void Set<T>(OwnedDescriptor socket, int level, int name, T value, string what)
        where T : unmanaged
    {
        if (Libc.setsockopt(socket.Fd, level, name, &value, (uint)sizeof(T)) < 0)
        {
            throw new KernelException(what, Libc.LastErrno);
        }
    }
}
