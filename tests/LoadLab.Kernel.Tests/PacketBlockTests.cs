using System.Runtime.InteropServices;
using LoadLab.Kernel.Abi;

namespace LoadLab.Kernel.Tests;

/// <summary>Blocks of a ring, written as the kernel writes them.</summary>
public sealed class PacketBlockTests
{
    private const int First = 48, Mac = 82, Next = 128;

    [Fact]
    public void EachPacketIsHandedOverWithItsTimeAndLength()
    {
        Assert.Equal(["1000000002 ns, 60 bytes on the wire, 4 kept", "1000000003 ns, 61 bytes on the wire, 4 kept"], Walk(Block(packets: 2)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(47)]
    [InlineData(First + Mac + 3)]
    public void OfACutBlockWholePacketsAlone(int bytes) => Assert.Empty(Walk(Block(packets: 2).AsSpan(0, bytes)));

    [Fact]
    public void ACountOfMorePacketsThanThereAreReadsNothingBehindTheBlock() => Assert.Equal(2, Walk(Block(packets: 2, says: 1_000_000)).Count);

    [Fact]
    public void APacketThatIsLongerThanItsBlockEndsTheWalk()
    {
        var block = Block(packets: 2);
        Set(block, First + Next, Packet(3) with { tp_snaplen = uint.MaxValue });
        Assert.Single(Walk(block));
    }

    private static byte[] Block(uint packets, uint? says = null)
    {
        var block = new byte[First + (packets * Next)];
        Set(block, 0, new tpacket_block_desc { version = 3, hdr = new tpacket_hdr_v1 { num_pkts = says ?? packets, offset_to_first_pkt = First } });
        for (var i = 0u; i < packets; i++)
        {
            Set(block, (int)(First + (i * Next)), Packet(i + 2) with { tp_next_offset = i + 1 < packets ? Next : 0u, tp_len = 60 + i });
        }

        return block;
    }

    private static tpacket3_hdr Packet(uint nanoseconds) => new() { tp_sec = 1, tp_nsec = nanoseconds, tp_snaplen = 4, tp_len = 60, tp_mac = Mac };

    private static void Set<T>(byte[] block, int at, T value)
        where T : unmanaged => MemoryMarshal.Write(block.AsSpan(at), value);

    private static List<string> Walk(ReadOnlySpan<byte> block)
    {
        var seen = new List<string>();
        var count = PacketBlock.Walk(block, packet => seen.Add($"{packet.RealtimeNs} ns, {packet.WireBytes} bytes on the wire, {packet.Headers.Length} kept"));
        Assert.Equal(count, seen.Count);
        return seen;
    }
}
