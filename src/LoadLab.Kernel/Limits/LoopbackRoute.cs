using System.Buffers.Binary;
using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>A route of the caller's network namespace to <c>lo</c>, by rtnetlink(7).</summary>
public static unsafe class LoopbackRoute
{
    private const int BenchmarkPrefixBits = 15;

    /// <summary>
    /// Routes 198.18.0.0/15 to <c>lo</c>, as <c>ip route add 198.18.0.0/15 dev lo</c> does: what is sent there is seen on <c>lo</c>, and dropped,
    /// since no host has the addresses.
    /// Without this route back the kernel drops a SYN from there before it looks at any queue.
    /// </summary>
    /// <remarks>
    /// Errors: none for a route that is there already. Kernel: net/ipv4/fib_frontend.c inet_rtm_newroute; net/ipv4/tcp_ipv4.c tcp_v4_route_req for
    /// the SYN.
    /// </remarks>
    /// <exception cref="KernelException">The kernel refused (EPERM without CAP_NET_ADMIN in this namespace, ENETDOWN while lo is down).</exception>
    public static void AddBenchmarkRange()
    {
        var header = new rtmsg
        {
            rtm_family = AF_INET,
            rtm_dst_len = BenchmarkPrefixBits,
            rtm_table = RT_TABLE_MAIN,
            rtm_protocol = RTPROT_STATIC,
            rtm_scope = RT_SCOPE_LINK,
            rtm_type = RTN_UNICAST,
        };
        Span<byte> network = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(network, AddressRange.Benchmark.First >> (32 - BenchmarkPrefixBits) << (32 - BenchmarkPrefixBits));
        new RouteRequest(RTM_NEWROUTE, new ReadOnlySpan<byte>(&header, sizeof(rtmsg)))
            .With(RTA_DST, network)
            .With(RTA_OIF, BitConverter.GetBytes(LoopbackInterface.Index))
            .Make("adding the route 198.18.0.0/15 dev lo (RTM_NEWROUTE)");
    }
}
