using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>Reads netlink answers of sock_diag; pure.</summary>
internal static unsafe class DiagMessages
{
    // net/ipv4/inet_diag.c inet_sk_diag_fill: the number has no name in a header.
    private const byte ZeroWindowProbe = 4;

    /// <summary>Takes the body of one message.</summary>
    public delegate void TakeBody(ReadOnlySpan<byte> body);

    /// <summary>Adds every socket of one datagram to a list.</summary>
    /// <returns>True when the dump goes on, false at NLMSG_DONE.</returns>
    /// <exception cref="KernelException">The kernel answered with NLMSG_ERROR.</exception>
    public static bool Parse(ReadOnlySpan<byte> datagram, List<DiagSocket> into) => Parse(datagram, body => into.Add(Socket(body)), []);

    /// <summary>Hands over the body of every socket of one datagram that the dump has not told before.</summary>
    /// <remarks>
    /// A dump goes on in its next datagram at a bucket of the socket hash and a position in it, so a socket is told twice where another one has come
    /// in before it. Its cookie is its own for life, also as a
    /// request before and in TIME-WAIT after. Kernel: net/ipv4/inet_diag.c inet_diag_dump_icsk (num, s_num); net/core/sock_diag.c sock_diag_save_cookie.
    /// </remarks>
    /// <param name="datagram">The datagram.</param>
    /// <param name="take">Takes one.</param>
    /// <param name="told">Cookies of the dump so far.</param>
    /// <returns>True when the dump goes on, false at NLMSG_DONE.</returns>
    /// <exception cref="KernelException">The kernel answered with NLMSG_ERROR.</exception>
    public static bool Parse(ReadOnlySpan<byte> datagram, TakeBody take, HashSet<ulong> told)
    {
        var headerSize = sizeof(nlmsghdr);
        while (datagram.Length >= headerSize)
        {
            var header = MemoryMarshal.Read<nlmsghdr>(datagram);
            if (header.nlmsg_len < headerSize || header.nlmsg_len > datagram.Length)
            {
                return true;
            }

            var body = datagram[headerSize..(int)header.nlmsg_len];
            switch (header.nlmsg_type)
            {
                case NLMSG_DONE:
                    return false;
                case NLMSG_ERROR when body.Length >= sizeof(int):
                    throw new KernelException("sock_diag", new Errno(-MemoryMarshal.Read<int>(body)));
                case SOCK_DIAG_BY_FAMILY when body.Length >= sizeof(inet_diag_msg):
                    if (told.Add(MemoryMarshal.Read<inet_diag_msg>(body).id.idiag_cookie))
                    {
                        take(body);
                    }

                    break;
                default:
                    break;
            }

            datagram = datagram[Math.Min(Align((int)header.nlmsg_len), datagram.Length)..];
        }

        return true;
    }

    /// <summary>A socket with both its addresses.</summary>
    public static DiagConnection Connection(ReadOnlySpan<byte> body)
    {
        var message = MemoryMarshal.Read<inet_diag_msg>(body);
        var id = message.id;
        return new DiagConnection(
            Socket(body),
            new IPEndPoint(Address(message.idiag_family, [id.idiag_src, id.idiag_src1, id.idiag_src2, id.idiag_src3]),
            BinaryPrimitives.ReverseEndianness(id.idiag_sport)),
            new IPEndPoint(Address(message.idiag_family, [id.idiag_dst, id.idiag_dst1, id.idiag_dst2, id.idiag_dst3]),
            BinaryPrimitives.ReverseEndianness(id.idiag_dport)));
    }

    /// <summary>A socket without its addresses.</summary>
    public static DiagSocket Socket(ReadOnlySpan<byte> body)
    {
        var message = MemoryMarshal.Read<inet_diag_msg>(body);
        return new DiagSocket(
            message.idiag_state,
            BinaryPrimitives.ReverseEndianness(message.id.idiag_sport),
            BinaryPrimitives.ReverseEndianness(message.id.idiag_dport),
            message.idiag_rqueue,
            message.idiag_wqueue,
            message.idiag_inode,
            message.idiag_retrans,
            Drops(body[sizeof(inet_diag_msg)..]))
        {
            Source = Address(message.idiag_family, message.id.idiag_src, message.id.idiag_src1, message.id.idiag_src2, message.id.idiag_src3),
            Destination = Address(message.idiag_family, message.id.idiag_dst, message.id.idiag_dst1, message.id.idiag_dst2, message.id.idiag_dst3),
            Cookie = message.id.idiag_cookie,
            TimerMs = message.idiag_timer == 0 ? null : message.idiag_expires,
            ProbesWindow = message.idiag_timer == ZeroWindowProbe,
        };
    }

    /// <summary>An address as the kernel tells it; an IPv4 one as ::ffff:a.b.c.d.</summary>
    internal static UInt128 Address(byte family, uint first, uint second, uint third, uint fourth)
    {
        static uint Host(uint word) => BinaryPrimitives.ReverseEndianness(word);
        return family == AF_INET ? TcpSegment.Mapped(Host(first))
            : new UInt128(((ulong)Host(first) << 32) | Host(second), ((ulong)Host(third) << 32) | Host(fourth));
    }

    // An IPv4 peer of an IPv6 socket is ::ffff:a.b.c.d: the same address, and told as such.
    private static IPAddress Address(byte family, ReadOnlySpan<uint> words)
    {
        var bytes = MemoryMarshal.AsBytes(words);
        var address = new IPAddress(family == AF_INET ? bytes[..sizeof(uint)] : bytes);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static long? Drops(ReadOnlySpan<byte> attributes)
    {
        var headerSize = sizeof(rtattr);
        while (attributes.Length >= headerSize)
        {
            var attribute = MemoryMarshal.Read<rtattr>(attributes);
            if (attribute.rta_len < headerSize || attribute.rta_len > attributes.Length)
            {
                return null;
            }

            var values = attributes[headerSize..attribute.rta_len];
            if (attribute.rta_type == INET_DIAG_SKMEMINFO && values.Length >= (SK_MEMINFO_DROPS + 1) * sizeof(uint))
            {
                return MemoryMarshal.Read<uint>(values[(SK_MEMINFO_DROPS * sizeof(uint))..]);
            }

            attributes = attributes[Math.Min(Align(attribute.rta_len), attributes.Length)..];
        }

        return null;
    }

    private static int Align(int length) => (length + 3) & ~3;
}
