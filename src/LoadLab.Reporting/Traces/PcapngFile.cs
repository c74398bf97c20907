using System.Buffers;
using System.Buffers.Binary;

namespace LoadLab.Reporting.Traces;

/// <summary>Takes one packet of a trace.</summary>
/// <param name="frame">From the Ethernet header on, as much as was kept.</param>
/// <param name="wireBytes">How long it was on the wire.</param>
/// <param name="realtimeNs">When, in nanoseconds of the wall clock.</param>
internal delegate void PacketReader(ReadOnlySpan<byte> frame, int wireBytes, long realtimeNs);

/// <summary>Reads the packets of a run's trace.pcapng, also of one whose writer was killed: it ends with its last whole block.</summary>
/// <remarks>
/// Form: draft-ietf-opsawg-pcapng, as LoadLab writes it: one section in this machine's byte order, one interface, nanoseconds. Another file is read
/// to the first block that is not so.
/// </remarks>
internal static class PcapngFile
{
    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint EnhancedPacket = 6;
    private const uint ByteOrderMagic = 0x1A2B3C4D;
    private const int MostBlockBytes = 1 << 20;
    private const int LeastBlockBytes = 12;
    private const int PacketHeadBytes = 28;

    /// <summary>Hands each packet on in order.</summary>
    /// <returns>How many there were; 0 for a file that is missing or not such a trace.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static long Read(string path, PacketReader take)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        using var file = FolderFile.OpenRead(path, bufferSize: 0);
        return Read(file, take);
    }

    /// <summary>The same from a stream.</summary>
    public static long Read(Stream file, PacketReader take)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MostBlockBytes);
        try
        {
            return Read(file, buffer, take);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long Read(Stream file, byte[] buffer, PacketReader take)
    {
        var (held, packets, isFirst) = (0, 0L, true);
        for (int got; (got = file.Read(buffer, held, buffer.Length - held)) > 0;)
        {
            held += got;
            var from = 0;
            for (int length; (length = BlockLength(buffer.AsSpan(from, held - from))) > 0; from += length)
            {
                var block = buffer.AsSpan(from, length);
                if (isFirst && (Number(block, 0) != SectionHeader || Number(block, 8) != ByteOrderMagic))
                {
                    return 0;
                }

                isFirst = false;
                packets += Number(block, 0) == EnhancedPacket && TryTake(block, take) ? 1 : 0;
            }

            buffer.AsSpan(from, held - from).CopyTo(buffer);
            held -= from;
            if (held == buffer.Length)
            {
                break;
            }
        }

        return packets;
    }

    // 0: not all of it is here yet, or it is no block.
    private static int BlockLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < LeastBlockBytes)
        {
            return 0;
        }

        var length = Number(bytes, 4);
        return length is >= LeastBlockBytes and <= MostBlockBytes && length % 4 == 0 && length <= bytes.Length ? (int)length : 0;
    }

    private static bool TryTake(ReadOnlySpan<byte> block, PacketReader take)
    {
        if (block.Length < PacketHeadBytes + 4 || Number(block, 20) > (uint)(block.Length - PacketHeadBytes - 4))
        {
            return false;
        }

        take(block.Slice(PacketHeadBytes, (int)Number(block, 20)), (int)Number(block, 24), ((long)Number(block, 12) << 32) | Number(block, 16));
        return true;
    }

    private static uint Number(ReadOnlySpan<byte> bytes, int at) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
}
