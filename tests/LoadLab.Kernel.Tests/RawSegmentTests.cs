using System.Buffers.Binary;
using LoadLab.Model;

namespace LoadLab.Kernel.Tests;

/// <summary>What the scripted peer writes is what it would read, and what the RFCs say.</summary>
public sealed class RawSegmentTests
{
    private static readonly TcpOptions AllOptions = new(1460, 7, SackPermitted: true, new TcpTimestamps(0x01020304, 0xFFFFFFFE));

    public static TheoryData<TcpOptions> Options => new(
        default,
        AllOptions,
        AllOptions with { Timestamps = null },
        new TcpOptions(536, null, false, null),
        new TcpOptions(null, null, false, new TcpTimestamps(1, 2)));

    [Theory]
    [MemberData(nameof(Options))]
    public void WhatIsWrittenIsRead(TcpOptions options)
    {
        foreach (var length in (int[])[0, 1, 2, 1000])
        {
            var data = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
            foreach (var written in (RawSegment[])[Segment(options), OverIpv6(options)])
            {
                var packet = Packet(written, data);
                Assert.True(RawSegment.TryParse(packet, out var read, out var carried));
                Assert.Equal(written, read);
                Assert.Equal(data, carried.ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void TheChecksumMakesTheSumAllOnes(TcpOptions options)
    {
        foreach (var length in (int[])[0, 1, 2, 999])
        {
            var packet = Packet(Segment(options), [.. Enumerable.Repeat((byte)0xA5, length)]);

            // RFC 9293, 3.1: over addresses, protocol, length and the whole segment the ones' complement sum is 0xFFFF.
            byte[] summed = [.. packet[12..20], 0, 6, (byte)((packet.Length - 20) >> 8), (byte)(packet.Length - 20), .. packet[20..],
                .. new byte[packet.Length % 2]];
            var sum = 0u;
            for (var i = 0; i < summed.Length; i += 2)
            {
                sum += BinaryPrimitives.ReadUInt16BigEndian(summed.AsSpan(i));
            }

            Assert.Equal(0xFFFFu, (sum & 0xFFFF) + (sum >> 16));
        }
    }

    [Fact]
    public void OverIpv6TheSumTakesTheWholeAddresses()
    {
        var packet = Packet(OverIpv6(default), [0x61]);
        byte[] summed = [.. packet[8..40], 0, 0, 0, (byte)(packet.Length - 40), 0, 0, 0, 6, .. packet[40..], 0];
        var sum = 0u;
        for (var i = 0; i < summed.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(summed.AsSpan(i));
        }

        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        Assert.Equal(0xFFFFu, sum);
        Assert.Equal(packet.Length - 40, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(4)));
    }

    [Fact]
    public void WhatIsCutShortIsNoSegment()
    {
        foreach (var packet in (byte[][])[Packet(Segment(AllOptions), [1, 2, 3]), Packet(OverIpv6(AllOptions), [1, 2, 3])])
        {
            for (var length = 0; length < packet.Length; length++)
            {
                Assert.False(RawSegment.TryParse(packet.AsSpan(0, length), out _, out _));
            }
        }
    }

    [Fact]
    public void AnotherProtocolAndALaterFragmentAreNoSegments()
    {
        var udp = Packet(Segment(default), []);
        udp[9] = 17;
        Assert.False(RawSegment.TryParse(udp, out _, out _));
        var fragment = Packet(Segment(default), []);
        fragment[7] = 1;
        Assert.False(RawSegment.TryParse(fragment, out _, out _));
    }

    [Fact]
    public void OptionsOfAnyBytesAreReadWithoutHarm()
    {
        var random = new Random(1);
        var bytes = new byte[40];
        for (var i = 0; i < 100_000; i++)
        {
            random.NextBytes(bytes);

            // Few different values: so kinds and lengths that mean something are met often.
            for (var at = 0; at < bytes.Length; at++)
            {
                bytes[at] %= 11;
            }

            var read = TcpOptions.Parse(bytes.AsSpan(0, i % 41));
            Assert.InRange(read.WindowScale ?? 0, 0, 10);
        }
    }

    [Fact]
    public void UnknownOptionsArePassedOver() =>
        Assert.Equal(new TcpOptions(1460, null, true, null), TcpOptions.Parse([254, 4, 0, 0, 2, 4, 0x05, 0xB4, 1, 4, 2, 0, 3, 3, 7]));

    private static RawSegment Segment(TcpOptions options) =>
        new(TcpSegment.Mapped(0xC6120001), TcpSegment.Mapped(0x7F000001), 1024, 65535, 0xFFFFFFF0, 5, TcpFlags.Syn | TcpFlags.Ack, options);

    private static RawSegment OverIpv6(TcpOptions options) => Segment(options) with { Source = AnycastAddresses.First, Destination = 1 };

    // The kernel fills in an IPv4 packet's total length as it sends; here it has to be done by hand.
    private static byte[] Packet(RawSegment segment, byte[] data)
    {
        var packet = new byte[2000];
        var length = segment.Write(packet, data);
        if (packet[0] >> 4 == 4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)length);
        }

        return packet[..length];
    }
}
