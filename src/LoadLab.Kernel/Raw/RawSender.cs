using System.Buffers.Binary;
using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>Sends IPv4 packets that the caller wrote, header and all: raw(7) with IPPROTO_RAW, which implies IP_HDRINCL.</summary>
/// <remarks>Not thread-safe. On loopback a send returns after the receiving stack has done its work, unless that is put off to ksoftirqd under load.</remarks>
public sealed unsafe class RawSender : IDisposable
{
    private readonly OwnedDescriptor socket;

    /// <summary>Opens the socket.</summary>
    /// <exception cref="KernelException">The kernel gave none (EPERM without CAP_NET_RAW in this network namespace).</exception>
    public RawSender() => socket = new OwnedDescriptor(Libc.socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW), "raw socket");

    /// <summary>Sends one packet to an address. Errors: ENOBUFS, ENETUNREACH, EMSGSIZE, EPERM (a firewall), EINTR.</summary>
    public SyscallResult Send(ReadOnlySpan<byte> packet, uint destination)
    {
        var to = new sockaddr_in { sin_family = AF_INET, sin_addr = BinaryPrimitives.ReverseEndianness(destination) };
        fixed (byte* start = packet)
        {
            return Libc.Result(Libc.sendto(socket.Fd, start, (nuint)packet.Length, MSG_NOSIGNAL, &to, (uint)sizeof(sockaddr_in)));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();
}
