using System.Buffers.Binary;
using LoadLab.Kernel.Abi;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>
/// Addresses in 2001:2::/48 (RFC 5180: IPv6's range for benchmarks) that are on <c>lo</c> of the caller's network namespace, and for which the kernel
/// answers nothing: what 198.18.0.0/15 by <see cref="LoopbackRoute"/> is over IPv4.
/// </summary>
/// <remarks>
/// A route to <c>lo</c> as IPv4 has it would be made a reject route (net/ipv6/route.c fib6_is_reject), and a local address would be answered for by
/// the kernel, with a RST.
/// Anycast addresses are delivered on <c>lo</c>, and a segment for one that no socket takes is dropped without a RST (net/ipv6/tcp_ipv6.c
/// tcp_v6_send_reset, ipv6_unicast_destination).
/// They are there until <see cref="Dispose"/>. Not thread-safe.
/// </remarks>
public sealed unsafe class AnycastAddresses : IDisposable
{
    /// <summary>The first of them; those after it follow by counting.</summary>
    public static readonly UInt128 First = new(0x2001_0002_0000_0000, 1);

    // A host may only join an anycast address that a prefix of its own covers (net/ipv6/anycast.c ipv6_sock_ac_join).
    private static readonly UInt128 Own = new(0x2001_0002_0000_0000, 0xFFFF);
    private const byte PrefixBits = 48;
    private readonly OwnedDescriptor socket;

    /// <summary>Gives <c>lo</c> an address of its own in the range, from which the kernel connects to the others.</summary>
    /// <exception cref="KernelException">The kernel refused: EPERM without CAP_NET_ADMIN in this namespace, EAFNOSUPPORT without IPv6.</exception>
    public AnycastAddresses()
    {
        var header = new ifaddrmsg { ifa_family = AF_INET6, ifa_prefixlen = PrefixBits, ifa_flags = IFA_F_NODAD, ifa_index = (uint)LoopbackInterface.Index };
        new RouteRequest(RTM_NEWADDR, new ReadOnlySpan<byte>(&header, sizeof(ifaddrmsg))).With(IFA_ADDRESS, Bytes(Own)).Make(
            "giving lo an address in 2001:2::/48 (RTM_NEWADDR)");
        socket = new OwnedDescriptor(Libc.socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket for anycast addresses");
    }

    /// <summary>Adds one address.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public void Join(UInt128 address)
    {
        var request = new ipv6_mreq { ipv6mr_interface = LoopbackInterface.Index };
        Bytes(address).CopyTo(new Span<byte>(request.ipv6mr_multiaddr, 16));
        if (Libc.setsockopt(socket.Fd, IPPROTO_IPV6, IPV6_JOIN_ANYCAST, &request, (uint)sizeof(ipv6_mreq)) < 0)
        {
            throw new KernelException("joining an anycast address in 2001:2::/48 (IPV6_JOIN_ANYCAST)", Libc.LastErrno);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private static byte[] Bytes(UInt128 address)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, address);
        return bytes;
    }
}
