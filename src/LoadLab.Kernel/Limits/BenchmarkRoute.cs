using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>Whether packets to an address of 198.18.0.0/15 stay in a network of this machine.</summary>
/// <remarks>
/// The kernel is asked for the route it would take, rules and all, and what is unknown counts as leaving. Kernel: net/ipv4/route.c inet_rtm_getroute,
/// with RTM_F_FIB_MATCH net/ipv4/fib_semantics.c fib_dump_info (since 4.13).
/// </remarks>
public static unsafe class BenchmarkRoute
{
    // 198.18.0.0/15: a shorter prefix is a route of more than this range, such as the default route.
    private const int RangePrefixBits = 15;
    private const ushort AnyPort = 9;

    /// <summary>True when the route to the address is of a network within the range, has no gateway, and the source address is of the range, too.</summary>
    public static bool IsDirect(uint address)
    {
        try
        {
            return HasSourceInRange(address) && IsDirect(Answer(address));
        }
        catch (Exception e) when (e is SocketException or KernelException)
        {
            return false;
        }
    }

    /// <summary>The same of the kernel's answer: an RTM_NEWROUTE message with its netlink header.</summary>
    internal static bool IsDirect(ReadOnlySpan<byte> answer)
    {
        var start = sizeof(nlmsghdr) + sizeof(rtmsg);
        if (answer.Length < start || MemoryMarshal.Read<nlmsghdr>(answer) is not { nlmsg_type: RTM_NEWROUTE } header || header.nlmsg_len > answer.Length)
        {
            return false;
        }

        var route = MemoryMarshal.Read<rtmsg>(answer[sizeof(nlmsghdr)..]);
        if (route.rtm_type is not (RTN_UNICAST or RTN_LOCAL) || route.rtm_dst_len < RangePrefixBits)
        {
            return false;
        }

        var hasInterface = false;
        for (var rest = answer[start..(int)header.nlmsg_len]; rest.Length >= sizeof(rtattr);)
        {
            var attribute = MemoryMarshal.Read<rtattr>(rest);
            if (attribute.rta_type is RTA_GATEWAY or RTA_VIA or RTA_MULTIPATH || attribute.rta_len < sizeof(rtattr))
            {
                return false;
            }

            hasInterface |= attribute.rta_type == RTA_OIF;
            rest = rest[Math.Min((attribute.rta_len + 3) & ~3, rest.Length)..];
        }

        return hasInterface;
    }

    private static ReadOnlySpan<byte> Answer(uint address)
    {
        var header = new rtmsg { rtm_family = AF_INET, rtm_dst_len = 32, rtm_flags = RTM_F_FIB_MATCH };
        Span<byte> destination = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(destination, address);
        return new RouteRequest(RTM_GETROUTE, new ReadOnlySpan<byte>(&header, sizeof(rtmsg))).With(RTA_DST, destination).Ask(
            "asking for a route (RTM_GETROUTE)");
    }

    // connect(2) of a datagram socket sends nothing: it takes the route, and the source address that packets will have.
    private static bool HasSourceInRange(uint address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(new IPEndPoint(IPAddress.Parse(AddressRange.Dotted(address)), AnyPort));
        return AddressRange.TryAddress(((IPEndPoint)socket.LocalEndPoint!).Address.ToString(), out var source) && AddressRange.Benchmark.Contains(source);
    }
}
