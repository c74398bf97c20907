using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Fuzz;

/// <summary>Ethernet, IP and TCP headers with options, as the packet tap, a session's tap and the scripted peer read them.</summary>
internal static class FrameTarget
{
    private const int EthernetBytes = 14, WireLengthBytes = 2;

    public static FuzzTarget Target { get; } = new("frame", Take) { MostBytes = 2048 };

    // The last two bytes say how much longer the frame was before it was cut.
    private static void Take(ReadOnlySpan<byte> input)
    {
        var frame = input[..Math.Max(0, input.Length - WireLengthBytes)];
        var wireBytes = frame.Length + (input.Length < WireLengthBytes ? 0 : (input[^2] << 8) | input[^1]);
        if (TcpSegment.TryParse(frame, wireBytes, out var segment))
        {
            Check(frame[EthernetBytes..], wireBytes - EthernetBytes, segment);
        }

        var packet = frame.Length > EthernetBytes ? frame[EthernetBytes..] : frame;
        if (RawSegment.TryParse(packet, out var raw, out var data))
        {
            CheckRaw(packet, raw, data);
        }

        _ = TcpOptions.Parse(input);
    }

    private static void Check(ReadOnlySpan<byte> packet, int wireBytes, in TcpSegment segment)
    {
        Invariant.Holds(TcpSegment.TryParsePacket(packet, wireBytes, out var again, out var tcp));
        Invariant.Same(segment, again);
        Invariant.Holds(segment.PayloadBytes >= 0 && segment.SourcePort is >= 0 and <= 65535 && segment.DestinationPort is >= 0 and <= 65535);
        Invariant.Holds(tcp.At >= 20 && tcp.At + 20 <= packet.Length && tcp.End >= tcp.At + 20 && tcp.End <= tcp.At + 60);

        // The tap cuts where the payload begins: that changes nothing of what is read.
        if (tcp.End <= packet.Length)
        {
            Invariant.Holds(TcpSegment.TryParsePacket(packet[..tcp.End], wireBytes, out var cut, out var cutTcp));
            Invariant.Same((segment, tcp), (cut, cutTcp));
        }

        // One byte less than the first 20 of TCP's header is no segment.
        Invariant.Holds(!TcpSegment.TryParsePacket(packet[..(tcp.At + 19)], wireBytes, out _, out _));
        Invariant.Holds(TcpSegment.EndpointText(segment.Source, segment.SourcePort).EndsWith($":{segment.SourcePort}", StringComparison.Ordinal));
    }

    private static void CheckRaw(ReadOnlySpan<byte> packet, RawSegment raw, ReadOnlySpan<byte> data)
    {
        Invariant.Holds(packet.Overlaps(data) || data.IsEmpty);

        // Written and read again it is the same; the window is not read.
        var written = new byte[RawSegment.LongestHeaderBytes + data.Length];
        var bytes = raw.Write(written, data);
        var whole = written.AsSpan(0, bytes);
        if (whole[0] >> 4 == 4)
        {
            // The length of an IPv4 header is the kernel's to fill in.
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(whole[2..], (ushort)bytes);
        }

        // An IPv4 address in an IPv6 header is written as IPv4, and of such a packet both addresses must be so.
        if (IsIpv4(raw.Source) == IsIpv4(raw.Destination))
        {
            Invariant.Holds(RawSegment.TryParse(whole, out var again, out var dataAgain));
            Invariant.Same(raw, again);
            Invariant.Holds(data.SequenceEqual(dataAgain));
        }
    }

    private static bool IsIpv4(UInt128 address) => address >> 32 == 0xFFFF;
}
