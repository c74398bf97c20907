using System.Buffers.Binary;
using System.Text;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Cli.Tests;

/// <summary>Packets of a capture file, with what a person wrote beside them.</summary>
internal sealed record Captured(TcpSegment Segment, long RealtimeNs, string Text);

/// <summary>Reads what LoadLab and tcpdump write.</summary>
internal static class CaptureFile
{
    private const uint PcapNanoseconds = 0xA1B23C4D;
    private const uint EnhancedPacket = 6;

    /// <summary>A pcapng file; every block must be whole.</summary>
    public static List<Captured> ReadPcapng(string path)
    {
        var packets = new List<Captured>();
        var rest = File.ReadAllBytes(path).AsSpan();
        while (!rest.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
            Assert.Equal(length, BinaryPrimitives.ReadInt32LittleEndian(rest[(length - 4)..]));
            if (BinaryPrimitives.ReadUInt32LittleEndian(rest) == EnhancedPacket)
            {
                var at = ((long)BinaryPrimitives.ReadUInt32LittleEndian(rest[12..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(rest[16..]);
                var captured = BinaryPrimitives.ReadInt32LittleEndian(rest[20..]);
                packets.Add(Packet(rest.Slice(28, captured), BinaryPrimitives.ReadInt32LittleEndian(rest[24..]), at,
                    Encoding.UTF8.GetString(rest[(28 + captured)..(length - 4)])));
            }

            rest = rest[length..];
        }

        return packets;
    }

    /// <summary>A pcap file with nanoseconds, as <c>tcpdump --time-stamp-precision=nano</c> writes it.</summary>
    public static List<Captured> ReadPcap(string path)
    {
        var packets = new List<Captured>();
        var rest = File.ReadAllBytes(path).AsSpan();
        Assert.Equal(PcapNanoseconds, BinaryPrimitives.ReadUInt32LittleEndian(rest));
        rest = rest[24..];
        while (!rest.IsEmpty)
        {
            var at = (BinaryPrimitives.ReadUInt32LittleEndian(rest) * 1_000_000_000L) + BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            var captured = BinaryPrimitives.ReadInt32LittleEndian(rest[8..]);
            packets.Add(Packet(rest.Slice(16, captured), BinaryPrimitives.ReadInt32LittleEndian(rest[12..]), at, ""));
            rest = rest[(16 + captured)..];
        }

        return packets;
    }

    private static Captured Packet(ReadOnlySpan<byte> frame, int wireBytes, long at, string text)
    {
        Assert.True(TcpSegment.TryParse(frame, wireBytes, out var segment));
        return new Captured(segment, at, text);
    }
}
