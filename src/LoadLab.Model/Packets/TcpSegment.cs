using System.Buffers.Binary;
using System.Net;

namespace LoadLab.Model;

/// <summary>One TCP segment by its headers.</summary>
/// <param name="Source">Sender's address; an IPv4 one as ::ffff:a.b.c.d.</param>
/// <param name="Destination">Receiver's address, likewise.</param>
/// <param name="SourcePort">Sender's port.</param>
/// <param name="DestinationPort">Receiver's port.</param>
/// <param name="Sequence">Sequence number of the first byte, or of the SYN.</param>
/// <param name="Acknowledgement">The next sequence number that is expected; means something with <see cref="TcpFlags.Ack"/> only.</param>
/// <param name="Flags">Control bits.</param>
/// <param name="PayloadBytes">Bytes of data, whether or not they were captured.</param>
/// <remarks>RFC 9293 (TCP), RFC 791 (IPv4), RFC 8200 (IPv6).</remarks>
public readonly record struct TcpSegment(
    UInt128 Source,
    UInt128 Destination,
    int SourcePort,
    int DestinationPort,
    uint Sequence,
    uint Acknowledgement,
    TcpFlags Flags,
    int PayloadBytes)
{
    private const int EthernetHeader = 14;
    private const int Ipv6Header = 40;
    private const int LeastTcpHeader = 20;
    private const int Tcp = 6;
    private const int MostExtensionHeaders = 8;

    /// <summary>How much sequence space it takes: its data, and one each for SYN and FIN.</summary>
    public uint SequenceLength => (uint)PayloadBytes + (IsSyn ? 1u : 0) + (IsFin ? 1u : 0);

    /// <summary>Has SYN.</summary>
    public bool IsSyn => (Flags & TcpFlags.Syn) != TcpFlags.None;

    /// <summary>Has FIN.</summary>
    public bool IsFin => (Flags & TcpFlags.Fin) != TcpFlags.None;

    /// <summary>Has RST.</summary>
    public bool IsRst => (Flags & TcpFlags.Rst) != TcpFlags.None;

    /// <summary>Has ACK, so that <see cref="Acknowledgement"/> counts.</summary>
    public bool IsAck => (Flags & TcpFlags.Ack) != TcpFlags.None;

    /// <summary>Reads Ethernet, IP and TCP headers.</summary>
    /// <param name="frame">From the Ethernet header on; may be cut anywhere.</param>
    /// <param name="wireBytes">How long the frame was before it was cut.</param>
    /// <param name="segment">What it says.</param>
    /// <returns>
    /// False when it is no TCP segment over IPv4 or IPv6, a fragment beyond the first, or cut before the end of the TCP header's first 20 bytes.
    /// </returns>
    public static bool TryParse(ReadOnlySpan<byte> frame, int wireBytes, out TcpSegment segment)
    {
        segment = default;
        return frame.Length >= EthernetHeader
            && BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) is 0x0800 or 0x86DD
            && TryParsePacket(frame[EthernetHeader..], wireBytes - EthernetHeader, out segment, out _);
    }

    /// <summary>Reads IP and TCP headers.</summary>
    /// <param name="packet">From the IP header on; may be cut anywhere.</param>
    /// <param name="wireBytes">How long the packet was before it was cut.</param>
    /// <param name="segment">What it says.</param>
    /// <param name="tcp">Where the TCP header begins, and where it ends and its data begins; the end may lie beyond what is there of the packet.</param>
    /// <returns>
    /// False when it is no TCP segment over IPv4 or IPv6, a fragment beyond the first, or cut before the end of the TCP header's first 20 bytes.
    /// </returns>
    public static bool TryParsePacket(ReadOnlySpan<byte> packet, int wireBytes, out TcpSegment segment, out (int At, int End) tcp)
    {
        (segment, tcp) = (default, default);
        return !packet.IsEmpty && (packet[0] >> 4) switch
        {
            4 => TryIpv4(packet, wireBytes, out segment, out tcp),
            6 => TryIpv6(packet, wireBytes, out segment, out tcp),
            _ => false,
        };
    }

    /// <summary><c>127.0.0.1:80</c>, <c>[::1]:80</c>.</summary>
    public static string EndpointText(UInt128 address, int port)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, address);
        var ip = new IPAddress(bytes);
        return new IPEndPoint(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip, port).ToString();
    }

    /// <summary>An address as this type holds it: an IPv4 one as ::ffff:a.b.c.d.</summary>
    public static UInt128 Mapped(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return BinaryPrimitives.ReadUInt128BigEndian(address.MapToIPv6().GetAddressBytes());
    }

    /// <summary>An IPv4 address as an IPv6 one.</summary>
    public static UInt128 Mapped(uint ipv4) => new(0, 0xFFFF_0000_0000UL | ipv4);

    private static bool TryIpv4(ReadOnlySpan<byte> packet, int wireBytes, out TcpSegment segment, out (int At, int End) tcp)
    {
        (segment, tcp) = (default, default);
        if (packet.Length < 20 || packet[9] != Tcp || (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x1FFF) != 0)
        {
            return false;
        }

        var header = (packet[0] & 15) * 4;
        int total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        return header >= 20 && TryTcp(
            packet,
            header,
            total == 0 ? wireBytes : total,
            Mapped(BinaryPrimitives.ReadUInt32BigEndian(packet[12..])),
            Mapped(BinaryPrimitives.ReadUInt32BigEndian(packet[16..])),
            out segment,
            out tcp);
    }

    private static bool TryIpv6(ReadOnlySpan<byte> packet, int wireBytes, out TcpSegment segment, out (int At, int End) tcp)
    {
        (segment, tcp) = (default, default);
        if (packet.Length < Ipv6Header)
        {
            return false;
        }

        int next = packet[6];
        var at = Ipv6Header;
        for (var headers = 0; next != Tcp; headers++)
        {
            if (next is not (0 or 43 or 60) || headers == MostExtensionHeaders || packet.Length < at + 2)
            {
                return false;
            }

            next = packet[at];
            at += (packet[at + 1] + 1) * 8;
        }

        // 0 says that the length did not fit into 16 bits (RFC 2675; Linux calls it BIG TCP).
        int payload = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        return TryTcp(
            packet,
            at,
            payload == 0 ? wireBytes : Ipv6Header + payload,
            BinaryPrimitives.ReadUInt128BigEndian(packet[8..]),
            BinaryPrimitives.ReadUInt128BigEndian(packet[24..]),
            out segment,
            out tcp);
    }

    private static bool TryTcp(ReadOnlySpan<byte> packet, int at, int packetBytes, UInt128 source, UInt128 destination, out TcpSegment segment,
        out (int At, int End) tcp)
    {
        (segment, tcp) = (default, default);
        if (packet.Length < at + LeastTcpHeader)
        {
            return false;
        }

        var header = packet[at..];
        var headerBytes = (header[12] >> 4) * 4;
        if (headerBytes < LeastTcpHeader || packetBytes < at + headerBytes)
        {
            return false;
        }

        tcp = (at, at + headerBytes);
        segment = new TcpSegment(
            source,
            destination,
            BinaryPrimitives.ReadUInt16BigEndian(header),
            BinaryPrimitives.ReadUInt16BigEndian(header[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(header[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(header[8..]),
            (TcpFlags)(header[13] & 0x1F),
            packetBytes - tcp.End);
        return true;
    }
}
