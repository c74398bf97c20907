using System.Buffers.Binary;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using LoadLab.Model;

namespace LoadLab.Kernel.Tests;

public sealed class TcpSegmentTests
{
    // A SYN as lo carried it on 6.18: Ethernet, IPv4, TCP with MSS, SACK, timestamps and window scale.
    private static readonly byte[] Syn = Convert.FromHexString(
        "000000000000000000000000" + "0800"
        + "4500003c1c46400040062073" + "7f000001" + "7f000001"
        + "868ad431" + "0a0b0c0d" + "00000000" + "a002fffffe300000" + "0204ffd70402080a2340f1a40000000001030307");

    [Fact]
    public void ASynOverIpv4IsRead()
    {
        Assert.True(TcpSegment.TryParse(Syn, Syn.Length, out var segment));
        Assert.Equal(new TcpSegment(TcpSegment.Mapped(0x7F000001), TcpSegment.Mapped(0x7F000001), 0x868A, 0xD431, 0x0A0B0C0D, 0, TcpFlags.Syn, 0), segment);
        Assert.Equal(1u, segment.SequenceLength);
        Assert.Equal("127.0.0.1:34442", TcpSegment.EndpointText(segment.Source, segment.SourcePort));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 7)]
    [InlineData(3, 100)]
    public void Ipv6ExtensionHeadersAreSteppedOver(int extensions, int payload)
    {
        var frame = Ipv6(extensions, payload, fin: true);
        Assert.True(TcpSegment.TryParse(frame, frame.Length + payload, out var segment));
        Assert.Equal((80, 40_000, payload, (uint)payload + 1), (segment.SourcePort, segment.DestinationPort, segment.PayloadBytes, segment.SequenceLength));
        Assert.Equal("[::1]:80", TcpSegment.EndpointText(segment.Source, segment.SourcePort));
    }

    [Fact]
    public void APayloadThatWasCutOffStillCounts()
    {
        var frame = Syn.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), 60 + 1000);
        Assert.True(TcpSegment.TryParse(frame, frame.Length + 1000, out var segment));
        Assert.Equal(1000, segment.PayloadBytes);
    }

    [Fact]
    public void ALengthTooLargeForItsFieldIsTakenFromTheFrame()
    {
        var frame = Ipv6(0, 0, fin: false);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(18), 0);
        Assert.True(TcpSegment.TryParse(frame, frame.Length + 150_000, out var segment));
        Assert.Equal(150_000, segment.PayloadBytes);
    }

    [Fact]
    public void AFragmentBeyondTheFirstHasNoTcpHeader()
    {
        var frame = Syn.ToArray();
        frame[21] = 1;
        Assert.False(TcpSegment.TryParse(frame, frame.Length, out _));
    }

    [Fact]
    public void AFrameCutAnywhereIsRefusedOrReadTheSame()
    {
        foreach (var whole in (byte[][])[Syn, Ipv6(2, 0, fin: false)])
        {
            Assert.True(TcpSegment.TryParse(whole, whole.Length, out var all));
            for (var length = 0; length < whole.Length; length++)
            {
                if (TcpSegment.TryParse(whole.AsSpan(0, length), whole.Length, out var cut))
                {
                    Assert.Equal(all, cut);
                }
            }

            Assert.False(TcpSegment.TryParse(whole.AsSpan(0, 50), whole.Length, out _));
        }
    }

    [Fact]
    public void GarbageIsReadOrRefusedButNeverThrows() => Prop.ForAll<byte[], int>((bytes, wire) => IsSane(bytes, wire)).QuickCheckThrowOnFailure();

    [Fact]
    public void ADamagedFrameIsReadOrRefusedButNeverThrows()
    {
        var random = new Random(1);
        var read = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var frame = (random.Next(2) == 0 ? Syn : Ipv6(random.Next(4), random.Next(100), fin: true)).ToArray();
            for (var damages = random.Next(4); damages >= 0; damages--)
            {
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
            }

            Assert.True(IsSane(frame.AsSpan(0, random.Next(frame.Length + 1)), random.Next(2000)));
            read += TcpSegment.TryParse(frame, frame.Length, out _) ? 1 : 0;
        }

        Assert.InRange(read, 1000, 199_000);
    }

    private static bool IsSane(ReadOnlySpan<byte> bytes, int wire) =>
        !TcpSegment.TryParse(bytes, wire, out var segment)
            || (segment is { PayloadBytes: >= 0, SourcePort: >= 0 and <= 65_535, DestinationPort: >= 0 and <= 65_535 } && bytes.Length >= 54);

    private static byte[] Ipv6(int extensions, int payload, bool fin)
    {
        var frame = new byte[14 + 40 + (8 * extensions) + 20];
        frame[12] = 0x86;
        frame[13] = 0xDD;
        var packet = frame.AsSpan(14);
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)((8 * extensions) + 20 + payload));
        int[] kinds = [0, 43, 60];
        packet[6] = (byte)(extensions > 0 ? kinds[0] : 6);
        IPAddress.IPv6Loopback.GetAddressBytes().CopyTo(packet[8..]);
        IPAddress.IPv6Loopback.GetAddressBytes().CopyTo(packet[24..]);
        for (var i = 0; i < extensions; i++)
        {
            packet[40 + (8 * i)] = (byte)(i + 1 < extensions ? kinds[i + 1] : 6);
        }

        var tcp = packet[(40 + (8 * extensions))..];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, 80);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], 40_000);
        tcp[12] = 5 << 4;
        tcp[13] = (byte)(TcpFlags.Ack | (fin ? TcpFlags.Fin : TcpFlags.None));
        return frame;
    }
}
