using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>A route of the caller's network namespace to <c>lo</c>, by rtnetlink(7).</summary>
public static unsafe class LoopbackRoute
{
    private const int BenchmarkPrefixBits = 15;
    private const int AttributeLength = 8;

    /// <summary>
    /// Routes 198.18.0.0/15 to <c>lo</c>, as <c>ip route add 198.18.0.0/15 dev lo</c> does: what is sent there is seen on <c>lo</c>, and dropped, since the addresses are nobody's.
    /// Without this route back the kernel drops a SYN from there before it looks at any queue.
    /// </summary>
    /// <remarks>Errors: none for a route that is there already. Kernel: net/ipv4/fib_frontend.c inet_rtm_newroute; net/ipv4/tcp_ipv4.c tcp_v4_route_req for the SYN.</remarks>
    /// <exception cref="KernelException">The kernel refused (EPERM without CAP_NET_ADMIN in this namespace, ENETDOWN while lo is down).</exception>
    public static void AddBenchmarkRange()
    {
        using var socket = new OwnedDescriptor(Libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), "netlink socket for a route");
        var length = sizeof(nlmsghdr) + sizeof(rtmsg) + (2 * AttributeLength);
        var request = stackalloc byte[length];
        *(nlmsghdr*)request = new nlmsghdr { nlmsg_len = (uint)length, nlmsg_type = RTM_NEWROUTE, nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, nlmsg_seq = 1 };
        *(rtmsg*)(request + sizeof(nlmsghdr)) = new rtmsg
        {
            rtm_family = AF_INET,
            rtm_dst_len = BenchmarkPrefixBits,
            rtm_table = RT_TABLE_MAIN,
            rtm_protocol = RTPROT_STATIC,
            rtm_scope = RT_SCOPE_LINK,
            rtm_type = RTN_UNICAST,
        };
        var attributes = request + sizeof(nlmsghdr) + sizeof(rtmsg);
        var network = AddressRange.Benchmark.First >> (32 - BenchmarkPrefixBits) << (32 - BenchmarkPrefixBits);
        Attribute(attributes, RTA_DST, BinaryPrimitives.ReverseEndianness(network));
        Attribute(attributes + AttributeLength, RTA_OIF, (uint)LoopbackInterface.Index);
        if (Libc.send(socket.Fd, request, (nuint)length, 0) < 0)
        {
            throw new KernelException("asking for the route 198.18.0.0/15 dev lo", Libc.LastErrno);
        }

        var answer = stackalloc byte[256];
        var received = Libc.recv(socket.Fd, answer, 256, 0);
        if (received < sizeof(nlmsghdr) + sizeof(int))
        {
            throw new KernelException("reading the answer about the route 198.18.0.0/15 dev lo", Libc.LastErrno);
        }

        // NLM_F_ACK: the answer is an NLMSG_ERROR, whose number is 0 when all is well.
        var errno = new Errno(-MemoryMarshal.Read<int>(new ReadOnlySpan<byte>(answer + sizeof(nlmsghdr), sizeof(int))));
        if (errno != Errno.None && errno != Errno.EEXIST)
        {
            throw new KernelException("adding the route 198.18.0.0/15 dev lo (RTM_NEWROUTE)", errno);
        }
    }

    private static void Attribute(byte* at, ushort type, uint value)
    {
        *(rtattr*)at = new rtattr { rta_len = AttributeLength, rta_type = type };
        *(uint*)(at + sizeof(rtattr)) = value;
    }
}
