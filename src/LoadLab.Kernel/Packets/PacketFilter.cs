using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>
/// The tap's filter: TCP over IPv4 or IPv6 from or to one of some consecutive ports, cut where the payload begins. Classic BPF, run by the kernel on
/// each packet.
/// </summary>
/// <remarks>
/// Outgoing copies are refused here too, for kernels older than PACKET_IGNORE_OUTGOING: on lo each packet passes a tap twice, and libpcap keeps the
/// incoming one as well.
/// IPv4 fragments beyond the first have no TCP header and are refused; of IPv6 up to three extension headers (hop-by-hop, routing, destination
/// options) are stepped over.
/// Kernel: net/core/filter.c; Documentation/networking/filter.rst.
/// </remarks>
internal static class PacketFilter
{
    /// <summary>No packet is kept longer than this: Ethernet, IPv6 with some extension headers and the longest TCP header fit in.</summary>
    public const int MostBytes = 256;

    private const int EthernetHeader = 14;
    private const int LeastTcpHeader = 20;
    private const int ExtensionHeaders = 3;

    /// <summary>The program for some ports.</summary>
    public static sock_filter[] ForPorts(PortRange ports)
    {
        var program = new Assembler();
        program.Add(BPF_LD | BPF_B | BPF_ABS, SKF_AD_OFF + SKF_AD_PKTTYPE);
        program.Jump(BPF_JEQ, PACKET_OUTGOING, "drop", null);
        program.Add(BPF_LD | BPF_H | BPF_ABS, 12);
        program.Jump(BPF_JEQ, ETH_P_IP, "ipv4", null);
        program.Jump(BPF_JEQ, ETH_P_IPV6, "ipv6", "drop");

        program.Label("ipv4");
        program.Add(BPF_LD | BPF_B | BPF_ABS, EthernetHeader + 9);
        program.Jump(BPF_JEQ, IPPROTO_TCP, null, "drop");
        program.Add(BPF_LD | BPF_H | BPF_ABS, EthernetHeader + 6);
        program.Jump(BPF_JSET, 0x1FFF, "drop", null);
        program.Add(BPF_LDX | BPF_B | BPF_MSH, EthernetHeader);
        program.Jump(BPF_JA, 0, "ports", null);

        program.Label("ipv6");
        program.Add(BPF_LDX | BPF_IMM, 40);
        program.Add(BPF_LD | BPF_B | BPF_ABS, EthernetHeader + 6);
        for (var i = 0; i < ExtensionHeaders; i++)
        {
            program.Jump(BPF_JEQ, IPPROTO_TCP, "ports", null);
            program.Jump(BPF_JEQ, IPPROTO_HOPOPTS, $"step{i}", null);
            program.Jump(BPF_JEQ, IPPROTO_ROUTING, $"step{i}", null);
            program.Jump(BPF_JEQ, IPPROTO_DSTOPTS, $"step{i}", "drop");
            program.Label($"step{i}");
            program.Add(BPF_LD | BPF_B | BPF_IND, EthernetHeader);
            program.Add(BPF_ST, 0);
            program.Add(BPF_LD | BPF_B | BPF_IND, EthernetHeader + 1);
            program.Add(BPF_ALU | BPF_ADD | BPF_K, 1);
            program.Add(BPF_ALU | BPF_LSH | BPF_K, 3);
            program.Add(BPF_ALU | BPF_ADD | BPF_X, 0);
            program.Add(BPF_MISC | BPF_TAX, 0);
            program.Add(BPF_LD | BPF_MEM, 0);
        }

        program.Jump(BPF_JEQ, IPPROTO_TCP, null, "drop");

        // X is where the TCP header begins after the Ethernet header.
        program.Label("ports");
        program.Add(BPF_LD | BPF_H | BPF_IND, EthernetHeader);
        program.Jump(BPF_JGT, ports.Last, "to", null);
        program.Jump(BPF_JGE, ports.First, "keep", null);
        program.Label("to");
        program.Add(BPF_LD | BPF_H | BPF_IND, EthernetHeader + 2);
        program.Jump(BPF_JGT, ports.Last, "drop", null);
        program.Jump(BPF_JGE, ports.First, null, "drop");

        program.Label("keep");
        program.Add(BPF_LD | BPF_B | BPF_IND, EthernetHeader + 12);
        program.Add(BPF_ALU | BPF_RSH | BPF_K, 4);
        program.Add(BPF_ALU | BPF_LSH | BPF_K, 2);
        program.Jump(BPF_JGE, LeastTcpHeader, "whole", null);
        program.Add(BPF_LD | BPF_IMM, LeastTcpHeader);
        program.Label("whole");
        program.Add(BPF_ALU | BPF_ADD | BPF_X, 0);
        program.Add(BPF_ALU | BPF_ADD | BPF_K, EthernetHeader);
        program.Jump(BPF_JGT, MostBytes, "long", null);
        program.Add(BPF_RET | BPF_A, 0);
        program.Label("long");
        program.Add(BPF_RET | BPF_K, MostBytes);
        program.Label("drop");
        program.Add(BPF_RET | BPF_K, 0);
        return program.Assemble();
    }

    /// <summary>Instructions with names for the places they jump to; BPF itself counts instructions, forwards only.</summary>
    private sealed class Assembler
    {
        private readonly List<(int Code, int K, string? IfTrue, string? IfFalse)> lines = [];
        private readonly Dictionary<string, int> places = [];

        public void Label(string name) => places[name] = lines.Count;

        public void Add(int code, int k) => lines.Add((code, k, null, null));

        /// <summary>A jump; null goes on with the next instruction.</summary>
        public void Jump(int condition, int k, string? ifTrue, string? ifFalse) => lines.Add((BPF_JMP | condition | BPF_K, k, ifTrue, ifFalse));

        public sock_filter[] Assemble() => [.. lines.Select((line, at) =>
        {
            var isAlways = line.Code == (BPF_JMP | BPF_JA | BPF_K);
            return new sock_filter
            {
                code = (ushort)line.Code,
                jt = (byte)(isAlways ? 0 : Distance(line.IfTrue, at)),
                jf = (byte)(isAlways ? 0 : Distance(line.IfFalse, at)),
                k = isAlways ? (uint)Distance(line.IfTrue, at) : unchecked((uint)line.K),
            };
        })];

        private int Distance(string? label, int from) => label is null ? 0 : checked((byte)(places[label] - from - 1));
    }
}
