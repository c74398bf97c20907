using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>
/// Sends IP packets of one family that the caller wrote, header and all: raw(7) with IPPROTO_RAW, which implies IP_HDRINCL (net/ipv4/af_inet.c
/// inet_create, net/ipv6/af_inet6.c inet6_create).
/// </summary>
/// <remarks>Not thread-safe. On loopback a send returns after the receiving stack has done its work, unless that is put off to ksoftirqd under load.</remarks>
public sealed unsafe class RawSender : IDisposable
{
    private readonly OwnedDescriptor socket;

    /// <summary>Opens the socket.</summary>
    /// <exception cref="KernelException">The kernel gave none (EPERM without CAP_NET_RAW in this network namespace).</exception>
    public RawSender(SocketFamily family) =>
        socket = new OwnedDescriptor(Libc.socket(family == SocketFamily.Ipv4 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW), "raw socket");

    /// <summary>Sends one packet to an address of the family. Errors: ENOBUFS, ENETUNREACH, EMSGSIZE, EPERM (a firewall), EINTR.</summary>
    public SyscallResult Send(ReadOnlySpan<byte> packet, UInt128 destination)
    {
        // Port 0: of a raw socket's address it is the protocol, which the header has (raw(7)).
        var to = new SocketAddress(new SocketEnd(destination, 0));
        fixed (byte* start = packet)
        {
            return Libc.Result(Libc.sendto(socket.Fd, start, (nuint)packet.Length, MSG_NOSIGNAL, &to, SocketAddress.Bytes));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();
}
