using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>Reads netlink answers of sock_diag; pure.</summary>
internal static unsafe class DiagMessages
{
    /// <summary>Adds every socket of one datagram to a list.</summary>
    /// <returns>True when the dump goes on, false at NLMSG_DONE.</returns>
    /// <exception cref="KernelException">The kernel answered with NLMSG_ERROR.</exception>
    public static bool Parse(ReadOnlySpan<byte> datagram, List<DiagSocket> into)
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
                    into.Add(Socket(body));
                    break;
                default:
                    break;
            }

            datagram = datagram[Math.Min(Align((int)header.nlmsg_len), datagram.Length)..];
        }

        return true;
    }

    private static DiagSocket Socket(ReadOnlySpan<byte> body)
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
            Drops(body[sizeof(inet_diag_msg)..]));
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
