using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Peer;

/// <summary>One flow of the scripted peer: what it has sent, what it was told, and each next segment. It sends nothing by itself.</summary>
/// <remarks>Not thread-safe. Source: RFC 9293, 3.3.1 (SND.UNA, SND.NXT, RCV.NXT).</remarks>
internal sealed class Flow(uint address, int port, uint serverAddress, int serverPort, uint isn)
{
    private const int OwnMss = 1460;
    private const int OwnWindowScale = 7;
    private const int Alphabet = 26;

    /// <summary>How much of its sequence space the server has acknowledged: SYN, data, FIN.</summary>
    private uint acknowledged;

    private uint receiveNext;
    private uint newestTimestamp;
    private int serverMss;
    private bool usesTimestamps;

    /// <summary>A SYN-ACK came.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>SYN-ACKs that came, repeated ones too.</summary>
    public long SynAcks { get; private set; }

    /// <summary>The final ACK was sent.</summary>
    public bool IsAcknowledging { get; private set; }

    /// <summary>The SYN-ACK is to be answered by the final ACK as it comes.</summary>
    public bool AwaitsSynAck { get; set; }

    /// <summary>A FIN was sent.</summary>
    public bool HasFinished { get; private set; }

    /// <summary>A FIN came.</summary>
    public bool GotFin { get; private set; }

    /// <summary>A RST came.</summary>
    public bool GotReset { get; private set; }

    /// <summary>A RST was sent or came: nothing more has a meaning.</summary>
    public bool IsReset { get; private set; }

    /// <summary>Bytes of data sent, each counted once.</summary>
    public int DataBytes { get; private set; }

    /// <summary>Bytes that came back and are those that were sent, in order.</summary>
    public int EchoedBytes { get; private set; }

    /// <summary>It has got a SYN-ACK and was not told to send the final ACK.</summary>
    public bool IsHalfOpen => IsAnswered && !IsAcknowledging && !IsReset;

    /// <summary>Data was sent, and the server has acknowledged all of it.</summary>
    public bool IsDataAcknowledged => DataBytes > 0 && acknowledged >= 1 + (uint)DataBytes;

    /// <summary>A FIN was sent and is not acknowledged.</summary>
    public bool AwaitsFinAck => HasFinished && acknowledged < 2 + (uint)DataBytes;

    /// <summary>Its SYN.</summary>
    public RawSegment Syn(bool offersTimestamps, uint now) =>
        Segment(isn, TcpFlags.Syn, new TcpOptions(OwnMss, OwnWindowScale, SackPermitted: true, offersTimestamps ? new TcpTimestamps(now, 0) : null));

    /// <summary>The final ACK of the handshake; retransmitted, it acknowledges all that has come until then.</summary>
    public RawSegment Ack(uint now)
    {
        IsAcknowledging = true;
        return Segment(SendNext, TcpFlags.Ack, Stamp(now));
    }

    /// <summary>Adds so many new bytes, or none while sent ones are unacknowledged.</summary>
    /// <returns>The range of the stream that is to be sent now.</returns>
    public (int From, int To) Append(int bytes)
    {
        if (DataBytes == 0 || IsDataAcknowledged)
        {
            DataBytes += bytes;
        }

        // Data begins one after the SYN; what is acknowledged beyond it is a FIN.
        return (Math.Clamp((int)acknowledged - 1, 0, DataBytes), DataBytes);
    }

    /// <summary>The segment that carries the stream from a place on, as far as the server's MSS and <paramref name="into"/> allow.</summary>
    /// <returns>How many bytes were put into <paramref name="into"/>.</returns>
    public int Data(int from, int to, uint now, Span<byte> into, out RawSegment segment)
    {
        var count = Math.Min(Math.Min(to - from, into.Length), Math.Max(1, serverMss - TcpOptions.LongestBytes));
        for (var i = 0; i < count; i++)
        {
            into[i] = ByteAt(from + i);
        }

        segment = Segment(isn + 1 + (uint)from, TcpFlags.Ack | TcpFlags.Psh, Stamp(now));
        return count;
    }

    /// <summary>Its FIN, or the same one again.</summary>
    public RawSegment Fin(uint now)
    {
        HasFinished = true;
        return Segment(isn + 1 + (uint)DataBytes, TcpFlags.Fin | TcpFlags.Ack, Stamp(now));
    }

    /// <summary>Its RST, with the sequence number that the server expects next.</summary>
    public RawSegment Rst()
    {
        IsReset = true;
        return Segment(SendNext, TcpFlags.Rst | TcpFlags.Ack, default);
    }

    /// <summary>Takes what the server sent.</summary>
    public void Take(in RawSegment segment, ReadOnlySpan<byte> data)
    {
        if (segment.Flags.HasFlag(TcpFlags.Rst))
        {
            GotReset = IsReset = true;
            return;
        }

        // Counted from its own first number, sequence numbers do not wrap.
        var upTo = unchecked(segment.Acknowledgement - isn);
        if (segment.Flags.HasFlag(TcpFlags.Ack) && upTo > acknowledged && upTo <= SequenceSpace)
        {
            acknowledged = upTo;
        }

        newestTimestamp = segment.Options.Timestamps?.Value ?? newestTimestamp;
        if (segment.Flags.HasFlag(TcpFlags.Syn))
        {
            TakeSynAck(segment);
            return;
        }

        if (segment.Sequence == receiveNext)
        {
            TakeData(data);
            GotFin |= segment.Flags.HasFlag(TcpFlags.Fin);
            receiveNext += segment.Flags.HasFlag(TcpFlags.Fin) ? 1u : 0;
        }
    }

    private uint SequenceSpace => 1 + (uint)DataBytes + (HasFinished ? 1u : 0);

    private uint SendNext => unchecked(isn + SequenceSpace);

    private void TakeSynAck(in RawSegment segment)
    {
        SynAcks++;
        if (!IsAnswered)
        {
            IsAnswered = true;
            receiveNext = segment.Sequence + 1;
            usesTimestamps = segment.Options.Timestamps is not null;
            serverMss = segment.Options.Mss ?? 536;
        }
    }

    private void TakeData(ReadOnlySpan<byte> data)
    {
        receiveNext += (uint)data.Length;
        foreach (var one in data)
        {
            EchoedBytes += EchoedBytes < DataBytes && one == ByteAt(EchoedBytes) ? 1 : 0;
        }
    }

    private RawSegment Segment(uint sequence, TcpFlags flags, TcpOptions options) =>
        new(TcpSegment.Mapped(address), TcpSegment.Mapped(serverAddress), port, serverPort, sequence, flags.HasFlag(TcpFlags.Ack) ? receiveNext : 0, flags,
            options);

    // The echo of a cookie's timestamp is where the kernel has kept what the SYN offered: without it those options are lost (net/ipv4/syncookies.c
    // cookie_timestamp_decode).
    private TcpOptions Stamp(uint now) => usesTimestamps ? new TcpOptions(null, null, false, new TcpTimestamps(now, newestTimestamp)) : default;

    private static byte ByteAt(int place) => (byte)('a' + (place % Alphabet));
}
