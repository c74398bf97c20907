using System.Buffers.Binary;
using LoadLab.Kernel.Abi;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>
/// Takes every IP packet from <c>lo</c> of the calling thread's network namespace, whole: for a session's few segments, where <see cref="PacketTap"/>
/// with its ring is for floods.
/// </summary>
/// <remarks>
/// Not thread-safe. Two sockets, for ETH_P_IP and ETH_P_IPV6: bound to one protocol a packet socket sees each packet once, as it comes in
/// (net/core/dev.c dev_queue_xmit_nit is for ETH_P_ALL).
/// Errors at opening: EPERM without CAP_NET_RAW.
/// </remarks>
public sealed unsafe class SegmentTap : IDisposable
{
    private readonly OwnedDescriptor[] sockets;
    private readonly byte[] frame = new byte[0x10000 + 14];

    /// <summary>Opens it; from the return on every packet is seen.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public SegmentTap() => sockets = [Open(ETH_P_IP), Open(ETH_P_IPV6)];

    /// <summary>The next packet from its Ethernet header on, valid until the next call; empty when there is none now.</summary>
    /// <exception cref="KernelException">It could not be read.</exception>
    public ReadOnlySpan<byte> Next()
    {
        foreach (var socket in sockets)
        {
            Model.SyscallResult received;
            fixed (byte* start = frame)
            {
                received = Libc.Result(Libc.recv(socket.Fd, start, (nuint)frame.Length, MSG_DONTWAIT));
            }

            if (received.IsOk)
            {
                return frame.AsSpan(0, (int)received.Value);
            }

            if (received.Errno != Model.Errno.EAGAIN)
            {
                throw new KernelException("reading a packet socket", received.Errno);
            }
        }

        return [];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var socket in sockets)
        {
            socket.Dispose();
        }
    }

    private static OwnedDescriptor Open(int protocol)
    {
        var socket = new OwnedDescriptor(Libc.socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "packet socket");
        var at = new sockaddr_ll { sll_family = AF_PACKET, sll_protocol = BinaryPrimitives.ReverseEndianness((ushort)protocol),
            sll_ifindex = LoopbackInterface.Index };
        if (Libc.bind(socket, &at, (uint)sizeof(sockaddr_ll)) < 0)
        {
            var errno = Libc.LastErrno;
            socket.Dispose();
            throw new KernelException("binding a packet socket to lo", errno);
        }

        return socket;
    }
}
