using System.Buffers.Binary;
using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>Takes from <c>lo</c> every TCP segment for a range of addresses that no host has: packet(7) with a classic BPF filter.</summary>
/// <remarks>
/// Not thread-safe. The socket takes ETH_P_IP and not ETH_P_ALL: so it sees each packet once, as it comes in, and not also as it goes out
/// (net/core/dev.c dev_queue_xmit_nit).
/// What its buffer had no room for is counted by the kernel, see <see cref="TakeLost"/>.
/// </remarks>
public sealed unsafe class AnswerSocket : IDisposable
{
    private const int BufferBytes = 32 << 20;
    private const int DestinationOffset = 16, ProtocolOffset = 9;
    private const uint WholePacket = 0x40000;
    private readonly OwnedDescriptor socket;
    private readonly byte[] packet = new byte[0x10000];

    /// <summary>Opens the socket, which takes packets from now on.</summary>
    /// <exception cref="KernelException">The kernel refused (EPERM without CAP_NET_RAW in this network namespace).</exception>
    public AnswerSocket(AddressRange addresses)
    {
        // Protocol 0 takes nothing: the filter is there before the first packet.
        socket = new OwnedDescriptor(Libc.socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "packet socket");
        Enlarge();
        Filter(addresses);
        var at = new sockaddr_ll { sll_family = AF_PACKET, sll_protocol = BinaryPrimitives.ReverseEndianness((ushort)ETH_P_IP),
            sll_ifindex = LoopbackInterface.Index };
        if (Libc.bind(socket, &at, (uint)sizeof(sockaddr_ll)) < 0)
        {
            throw new KernelException("binding the packet socket to lo", Libc.LastErrno);
        }
    }

    /// <summary>For epoll.</summary>
    public int Descriptor => socket.Fd;

    /// <summary>The next packet from its IP header on, valid until the next call; empty when there is none now.</summary>
    /// <exception cref="KernelException">It could not be read.</exception>
    public ReadOnlySpan<byte> Next()
    {
        while (true)
        {
            SyscallResult received;
            fixed (byte* start = packet)
            {
                received = Libc.Result(Libc.recv(socket.Fd, start, (nuint)packet.Length, MSG_DONTWAIT));
            }

            if (received.IsOk)
            {
                return packet.AsSpan(0, (int)received.Value);
            }

            if (received.Errno == Errno.EAGAIN)
            {
                return [];
            }

            if (received.Errno != Errno.EINTR)
            {
                throw new KernelException("reading the packet socket", received.Errno);
            }
        }
    }

    /// <summary>
    /// How many packets were lost for lack of room since the last call. Kernel: net/packet/af_packet.c packet_getsockopt (PACKET_STATISTICS), which
    /// clears what it tells.
    /// </summary>
    public long TakeLost()
    {
        tpacket_stats statistics;
        var length = (uint)sizeof(tpacket_stats);
        return Libc.getsockopt(socket.Fd, SOL_PACKET, PACKET_STATISTICS, &statistics, &length) == 0 ? statistics.tp_drops : 0;
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    // SO_RCVBUFFORCE is for the machine's own root; another one gets what net.core.rmem_max allows, and losses are counted.
    private void Enlarge()
    {
        var bytes = BufferBytes;
        if (Libc.setsockopt(socket.Fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(int)) < 0)
        {
            _ = Libc.setsockopt(socket.Fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(int));
        }
    }

    private void Filter(AddressRange addresses)
    {
        var program = stackalloc sock_filter[]
        {
            new() { code = BPF_LD_B_ABS, k = ProtocolOffset },
            new() { code = BPF_JEQ_K, k = IPPROTO_TCP, jf = 4 },
            new() { code = BPF_LD_W_ABS, k = DestinationOffset },
            new() { code = BPF_JGE_K, k = addresses.First, jf = 2 },
            new() { code = BPF_JGT_K, k = addresses.Last, jt = 1 },
            new() { code = BPF_RET_K, k = WholePacket },
            new() { code = BPF_RET_K, k = 0 },
        };
        var attached = new sock_fprog { len = 7, filter = program };
        if (Libc.setsockopt(socket.Fd, SOL_SOCKET, SO_ATTACH_FILTER, &attached, (uint)sizeof(sock_fprog)) < 0)
        {
            throw new KernelException("attaching the filter to the packet socket", Libc.LastErrno);
        }
    }
}
