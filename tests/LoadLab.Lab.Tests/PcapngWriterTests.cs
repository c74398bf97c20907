using System.Buffers.Binary;
using System.Text;
using LoadLab.Kernel;

namespace LoadLab.Lab.Tests;

public sealed class PcapngWriterTests : IDisposable
{
    private const uint EnhancedPacket = 6;
    private readonly string path = Path.Combine(Path.GetTempPath(), $"loadlab-{Guid.NewGuid():N}.pcapng");

    public void Dispose() => File.Delete(path);

    [Fact]
    public void EachFlushLeavesAFileOfWholeBlocks()
    {
        using var writer = new PcapngWriter(path, "scenario: claim", "LoadLab", 1000, 256);
        Assert.Equal([0x0A0D0D0Au, 1u], Blocks().Select(block => block.Type));
        for (var bytes = 54; bytes < 64; bytes++)
        {
            writer.Write(new CapturedPacket(1, 1500, new byte[bytes]), bytes % 3 == 0 ? "phase hold" : null);
            writer.Flush();
            Assert.Equal(bytes - 53, Blocks().Count(block => block.Type == EnhancedPacket));
        }
    }

    [Fact]
    public void APacketHasItsNanosecondsItsLengthsAndItsComment()
    {
        const long At = 1_795_341_226_710_354_256;
        using var writer = new PcapngWriter(path, "scenario: claim", "LoadLab", 1000, 256);
        writer.Write(new CapturedPacket(At, 1500, new byte[66]), "phase load");
        writer.Flush();
        var packet = Blocks()[^1].Body;
        Assert.Equal(At, ((long)BitConverter.ToUInt32(packet.AsSpan(4)) << 32) | BitConverter.ToUInt32(packet.AsSpan(8)));
        Assert.Equal((66u, 1500u), (BitConverter.ToUInt32(packet.AsSpan(12)), BitConverter.ToUInt32(packet.AsSpan(16))));
        Assert.Contains("phase load", Encoding.UTF8.GetString(packet), StringComparison.Ordinal);
    }

    [Fact]
    public void ItIsFullAfterAsManyPacketsAsItTakes()
    {
        using var writer = new PcapngWriter(path, "", "LoadLab", 2, 256);
        writer.Write(new CapturedPacket(1, 60, new byte[54]), null);
        Assert.False(writer.IsFull);
        writer.Write(new CapturedPacket(2, 60, new byte[54]), null);
        Assert.True(writer.IsFull);
    }

    [Fact]
    public void ACommentOfAnyLengthFits()
    {
        using var writer = new PcapngWriter(path, new string('é', 30_000), "LoadLab", 2, 256);
        writer.WriteStatistics(1, 2, 3, "the end");
        writer.Flush();
        Assert.Equal([0x0A0D0D0Au, 1u, 5u], Blocks().Select(block => block.Type));
    }

    private List<(uint Type, byte[] Body)> Blocks()
    {
        var bytes = File.ReadAllBytes(path).AsSpan();
        var blocks = new List<(uint, byte[])>();
        while (!bytes.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
            Assert.Equal(0, length % 4);
            Assert.Equal(length, BinaryPrimitives.ReadInt32LittleEndian(bytes[(length - 4)..]));
            blocks.Add((BinaryPrimitives.ReadUInt32LittleEndian(bytes), bytes[8..(length - 4)].ToArray()));
            bytes = bytes[length..];
        }

        return blocks;
    }
}
