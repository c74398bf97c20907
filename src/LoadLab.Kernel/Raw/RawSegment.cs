using System.Buffers.Binary;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>A TCP segment over IPv4 or IPv6 without its data: what a scripted peer writes itself, and reads of the answers.</summary>
/// <param name="Source">Sender's address; an IPv4 one as ::ffff:a.b.c.d.</param>
/// <param name="Destination">Receiver's address, likewise: of the same family.</param>
/// <param name="SourcePort">Sender's port.</param>
/// <param name="DestinationPort">Receiver's port.</param>
/// <param name="Sequence">Sequence number of the first byte of data, or of the SYN.</param>
/// <param name="Acknowledgement">The next sequence number that is expected; means something with <see cref="TcpFlags.Ack"/> only.</param>
/// <param name="Flags">Flags.</param>
/// <param name="Options">Options.</param>
/// <remarks>
/// Source: RFC 791, 3.1; RFC 8200, 3; RFC 9293, 3.1. The data lies behind what <see cref="Write"/> wrote, or where <see cref="TryParse"/> says.
/// </remarks>
public readonly record struct RawSegment(
    UInt128 Source, UInt128 Destination, int SourcePort, int DestinationPort, uint Sequence, uint Acknowledgement, TcpFlags Flags, TcpOptions Options)
{
    /// <summary>The most bytes that <see cref="Write"/> puts before the data.</summary>
    public const int LongestHeaderBytes = Ipv6HeaderBytes + TcpHeaderBytes + TcpOptions.LongestBytes;

    private const int Ipv4HeaderBytes = 20;
    private const int Ipv6HeaderBytes = 40;
    private const int TcpHeaderBytes = 20;
    private const byte Ipv4VersionAndLength = 0x45;
    private const byte Ipv6Version = 0x60;
    private const byte TimeToLive = 64;
    private const byte Tcp = 6;
    private const ushort WidestWindow = 65535;

    /// <summary>The window that it offers, in bytes before scaling.</summary>
    public ushort Window { get; init; } = WidestWindow;

    /// <summary>
    /// Writes both headers and the data, with TCP's checksum; an IPv4 header's checksum and length are the kernel's to fill in (raw(7), IP_HDRINCL),
    /// an IPv6 header is sent as it is.
    /// </summary>
    /// <returns>How many bytes the packet has.</returns>
    public int Write(Span<byte> packet, ReadOnlySpan<byte> data)
    {
        var isIpv4 = new SocketEnd(Destination, DestinationPort).IsIpv4;
        var ipBytes = isIpv4 ? Ipv4HeaderBytes : Ipv6HeaderBytes;
        var tcp = packet[ipBytes..];
        var headerBytes = TcpHeaderBytes + Options.Write(tcp[TcpHeaderBytes..]);
        data.CopyTo(tcp[headerBytes..]);
        tcp = tcp[..(headerBytes + data.Length)];
        packet[..ipBytes].Clear();
        if (isIpv4)
        {
            WriteIpv4(packet);
        }
        else
        {
            WriteIpv6(packet, tcp.Length);
        }

        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], (ushort)DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], Acknowledgement);
        tcp[12] = (byte)(headerBytes / 4 << 4);
        tcp[13] = (byte)Flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], Window);
        tcp[16..20].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], Checksum(packet[(isIpv4 ? 12 : 8)..ipBytes], tcp));
        return ipBytes + tcp.Length;
    }

    /// <summary>Reads an IP packet; false for one that is no whole TCP segment, or a later fragment of one.</summary>
    /// <param name="packet">From the IP header on.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="data">Its data: a part of <paramref name="packet"/>.</param>
    public static bool TryParse(ReadOnlySpan<byte> packet, out RawSegment segment, out ReadOnlySpan<byte> data)
    {
        segment = default;
        data = default;
        if (!TcpSegment.TryParsePacket(packet, packet.Length, out var read, out var tcp) || tcp.End + read.PayloadBytes > packet.Length)
        {
            return false;
        }

        segment = new RawSegment(
            read.Source, read.Destination, read.SourcePort, read.DestinationPort, read.Sequence, read.Acknowledgement, read.Flags,
            TcpOptions.Parse(packet[(tcp.At + TcpHeaderBytes)..tcp.End]));
        data = packet.Slice(tcp.End, read.PayloadBytes);
        return true;
    }

    private void WriteIpv4(Span<byte> packet)
    {
        packet[0] = Ipv4VersionAndLength;
        packet[8] = TimeToLive;
        packet[9] = Tcp;
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], (uint)Source);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], (uint)Destination);
    }

    private void WriteIpv6(Span<byte> packet, int payloadBytes)
    {
        packet[0] = Ipv6Version;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)payloadBytes);
        packet[6] = Tcp;
        packet[7] = TimeToLive;
        BinaryPrimitives.WriteUInt128BigEndian(packet[8..], Source);
        BinaryPrimitives.WriteUInt128BigEndian(packet[24..], Destination);
    }

    // The ones' complement sum of 16-bit words over the pseudo header and the segment (RFC 9293, 3.1; RFC 8200, 8.1). In the sum it does not matter
    // how long the pseudo header's fields are.
    private static ushort Checksum(ReadOnlySpan<byte> addresses, ReadOnlySpan<byte> tcp)
    {
        var sum = Sum(addresses) + Tcp + (uint)tcp.Length + Sum(tcp);
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    private static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        for (; bytes.Length >= 2; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        return sum + (bytes.Length == 1 ? (uint)bytes[0] << 8 : 0);
    }
}
