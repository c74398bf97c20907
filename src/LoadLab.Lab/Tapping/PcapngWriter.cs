using System.Runtime.InteropServices;
using System.Text;
using LoadLab.Kernel;

namespace LoadLab.Lab;

/// <summary>Writes a packet trace that Wireshark and its kin read: one section, one interface <c>lo</c>, nanosecond times, headers only.</summary>
/// <remarks>
/// Not thread-safe; its creator disposes it. Only whole blocks are handed to the kernel, so a file whose writer was killed is readable to its last block.
/// Bounded: beyond the number of packets given, packets are refused. Errors: IOException from <see cref="Flush"/> when the disk is full.
/// Form: draft-ietf-opsawg-pcapng, in the byte order of this machine.
/// </remarks>
internal sealed class PcapngWriter : IDisposable
{
    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint InterfaceDescription = 1;
    private const uint InterfaceStatistics = 5;
    private const uint EnhancedPacket = 6;
    private const uint ByteOrderMagic = 0x1A2B3C4D;
    private const ushort LinkTypeEthernet = 1;
    private const ushort OptComment = 1;
    private const int FlushBytes = 256 * 1024;
    private readonly OutputFile file;
    private readonly long mostPackets;
    private byte[] buffer = new byte[FlushBytes + (64 * 1024)];
    private int used;

    /// <summary>Creates the file, with its headers in it.</summary>
    /// <param name="path">Where; overwritten when it is there.</param>
    /// <param name="comment">What it is a trace of, for people.</param>
    /// <param name="application">Who writes it.</param>
    /// <param name="mostPackets">How many packets it takes.</param>
    /// <param name="snapBytes">How much of a packet is kept at most.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public PcapngWriter(string path, string comment, string application, long mostPackets, int snapBytes)
    {
        this.mostPackets = mostPackets;
        file = new OutputFile(path, FileMode.Create, bufferSize: 0);
        WriteSection(comment, application);
        WriteInterface(snapBytes);
        Flush();
    }

    /// <summary>How many packets are in it.</summary>
    public long Packets { get; private set; }

    /// <summary>True when it takes no more.</summary>
    public bool IsFull => Packets >= mostPackets;

    /// <summary>Adds a packet, with a comment or without.</summary>
    public void Write(CapturedPacket packet, string? comment)
    {
        var start = used;

        // In one piece, since this is done for each packet; the length comes when it is known.
        var head = MemoryMarshal.Cast<byte, uint>(Room(7 * sizeof(uint)));
        head[6] = (uint)packet.WireBytes;
        head[5] = (uint)packet.Headers.Length;
        head[4] = (uint)packet.RealtimeNs;
        head[3] = (uint)(packet.RealtimeNs >> 32);
        head[2] = 0;
        head[0] = EnhancedPacket;
        used += 7 * sizeof(uint);
        Padded(packet.Headers);
        if (comment is not null)
        {
            Option(OptComment, Encoding.UTF8.GetBytes(comment));
            EndOptions();
        }

        End(start);
        Packets++;
        if (used >= FlushBytes)
        {
            Flush();
        }
    }

    /// <summary>Says at the end what the tap saw in all, what it lost, and what there is to say.</summary>
    public void WriteStatistics(long nowRealtimeNs, long received, long dropped, string comment)
    {
        const ushort Received = 4;
        const ushort Dropped = 5;
        var start = Begin(InterfaceStatistics);
        Number(0);
        Number((uint)(nowRealtimeNs >> 32));
        Number((uint)nowRealtimeNs);
        Option(OptComment, Encoding.UTF8.GetBytes(comment));
        Option(Received, BitConverter.GetBytes(received));
        Option(Dropped, BitConverter.GetBytes(dropped));
        EndOptions();
        End(start);
    }

    /// <summary>Hands all that was written to the kernel, where it survives the end of this process.</summary>
    public void Flush()
    {
        file.Write(buffer, 0, used);
        used = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Flush();
        }
        catch (IOException)
        {
            // A full disk was said when it was first met; the file ends with the block before.
        }

        file.Dispose();
    }

    private void WriteSection(string comment, string application)
    {
        const ushort OperatingSystem = 3;
        const ushort Application = 4;
        var start = Begin(SectionHeader);
        Number(ByteOrderMagic);
        Pair(1, 0); // The form's version.
        Number(uint.MaxValue);
        Number(uint.MaxValue); // The section's length is not known yet: -1.
        Option(OptComment, Encoding.UTF8.GetBytes(comment));
        Option(OperatingSystem, Encoding.UTF8.GetBytes(Environment.OSVersion.ToString()));
        Option(Application, Encoding.UTF8.GetBytes(application));
        EndOptions();
        End(start);
    }

    private void WriteInterface(int snapBytes)
    {
        const ushort Name = 2;
        const ushort Resolution = 9;
        const byte Nanoseconds = 9;
        var start = Begin(InterfaceDescription);
        Pair(LinkTypeEthernet, 0);
        Number((uint)snapBytes);
        Option(Name, "lo"u8);
        Option(Resolution, [Nanoseconds]);
        EndOptions();
        End(start);
    }

    private int Begin(uint type)
    {
        var start = used;
        Number(type);
        Number(0); // The length, once it is known.
        return start;
    }

    private void End(int start)
    {
        var length = (uint)(used - start + 4);
        BitConverter.TryWriteBytes(buffer.AsSpan(start + 4), length);
        Number(length);
    }

    private void Number(uint value)
    {
        _ = BitConverter.TryWriteBytes(Room(4), value);
        used += 4;
    }

    private void Pair(ushort first, ushort second) => Number(BitConverter.IsLittleEndian ? first | ((uint)second << 16) : ((uint)first << 16) | second);

    private void Padded(ReadOnlySpan<byte> bytes)
    {
        var length = (bytes.Length + 3) & ~3;
        var room = Room(length);
        bytes.CopyTo(room);
        room[bytes.Length..].Clear();
        used += length;
    }

    private void Option(ushort code, ReadOnlySpan<byte> value)
    {
        Pair(code, (ushort)value.Length);
        Padded(value);
    }

    private void EndOptions() => Number(0);

    private Span<byte> Room(int bytes)
    {
        if (buffer.Length - used < bytes)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, used + bytes));
        }

        return buffer.AsSpan(used, bytes);
    }
}
