using System.Buffers.Binary;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>A TCP segment over IPv4 without its data: what a scripted peer writes itself, and reads of the answers.</summary>
/// <param name="Source">Sender's address, host order.</param>
/// <param name="Destination">Receiver's address, host order.</param>
/// <param name="SourcePort">Sender's port.</param>
/// <param name="DestinationPort">Receiver's port.</param>
/// <param name="Sequence">Sequence number of the first byte of data, or of the SYN.</param>
/// <param name="Acknowledgement">The next sequence number that is expected; means something with <see cref="TcpFlags.Ack"/> only.</param>
/// <param name="Flags">Flags.</param>
/// <param name="Options">Options.</param>
/// <remarks>Source: RFC 791, 3.1; RFC 9293, 3.1. The data lies behind what <see cref="Write"/> wrote, or where <see cref="TryParse"/> says.</remarks>
public readonly record struct RawSegment(
    uint Source, uint Destination, int SourcePort, int DestinationPort, uint Sequence, uint Acknowledgement, TcpFlags Flags, TcpOptions Options)
{
    /// <summary>The most bytes that <see cref="Write"/> puts before the data.</summary>
    public const int LongestHeaderBytes = IpHeaderBytes + TcpHeaderBytes + TcpOptions.LongestBytes;

    private const int IpHeaderBytes = 20;
    private const int TcpHeaderBytes = 20;
    private const byte VersionAndLength = 0x45;
    private const byte TimeToLive = 64;
    private const byte Tcp = 6;
    private const ushort WidestWindow = 65535;

    /// <summary>The window that it offers, in bytes before scaling.</summary>
    public ushort Window { get; init; } = WidestWindow;

    /// <summary>Writes both headers and the data, with TCP's checksum; IP's checksum and length are the kernel's to fill in (raw(7), IP_HDRINCL).</summary>
    /// <returns>How many bytes the packet has.</returns>
    public int Write(Span<byte> packet, ReadOnlySpan<byte> data)
    {
        var tcp = packet[IpHeaderBytes..];
        var headerBytes = TcpHeaderBytes + Options.Write(tcp[TcpHeaderBytes..]);
        data.CopyTo(tcp[headerBytes..]);
        tcp = tcp[..(headerBytes + data.Length)];
        packet[..IpHeaderBytes].Clear();
        packet[0] = VersionAndLength;
        packet[8] = TimeToLive;
        packet[9] = Tcp;
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], Source);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], Destination);
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], (ushort)DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], Acknowledgement);
        tcp[12] = (byte)(headerBytes / 4 << 4);
        tcp[13] = (byte)Flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], Window);
        tcp[16..20].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], Checksum(tcp));
        return IpHeaderBytes + tcp.Length;
    }

    /// <summary>Reads an IPv4 packet; false for one that is no whole TCP segment, or a later fragment of one.</summary>
    /// <param name="packet">From the IP header on.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="data">Its data: a part of <paramref name="packet"/>.</param>
    public static bool TryParse(ReadOnlySpan<byte> packet, out RawSegment segment, out ReadOnlySpan<byte> data)
    {
        segment = default;
        data = default;
        if (packet.Length < IpHeaderBytes || packet[0] >> 4 != 4 || packet[9] != Tcp || (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x1FFF) != 0)
        {
            return false;
        }

        var ipBytes = (packet[0] & 15) * 4;
        var total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (ipBytes < IpHeaderBytes || total > packet.Length || total < ipBytes + TcpHeaderBytes)
        {
            return false;
        }

        var tcp = packet[ipBytes..total];
        var headerBytes = (tcp[12] >> 4) * 4;
        if (headerBytes < TcpHeaderBytes || headerBytes > tcp.Length)
        {
            return false;
        }

        segment = new RawSegment(
            BinaryPrimitives.ReadUInt32BigEndian(packet[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(packet[16..]),
            BinaryPrimitives.ReadUInt16BigEndian(tcp),
            BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]),
            (TcpFlags)(tcp[13] & 0x1F),
            TcpOptions.Parse(tcp[TcpHeaderBytes..headerBytes]));
        data = tcp[headerBytes..];
        return true;
    }

    // The ones' complement sum of 16-bit words over the pseudo header and the segment (RFC 9293, 3.1).
    private ushort Checksum(ReadOnlySpan<byte> tcp)
    {
        ulong sum = (ulong)(Source >> 16) + (Source & 0xFFFF) + (Destination >> 16) + (Destination & 0xFFFF) + Tcp + (uint)tcp.Length;
        for (; tcp.Length >= 2; tcp = tcp[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(tcp);
        }

        sum += tcp.Length == 1 ? (uint)tcp[0] << 8 : 0;
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
