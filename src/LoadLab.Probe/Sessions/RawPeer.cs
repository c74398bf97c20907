using System.Text;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Probe;

/// <summary>
/// A scripted peer of a session: one end of one connection, in 198.18.0.0/15 or 2001:2::/48, that sends a segment when a step says so and otherwise
/// nothing, not even an ACK.
/// </summary>
/// <remarks>Not thread-safe. Source: RFC 9293, 3.3.1 (SND.NXT, RCV.NXT). Either side may begin: it takes the kernel's SYN as it takes its SYN-ACK.</remarks>
internal sealed class RawPeer(string name, SocketEnd own)
{
    private const uint FirstSequence = 1_000_000;
    private const int Mss = 1460;
    private uint sendNext = FirstSequence;
    private uint receiveNext;
    private uint acknowledged;
    private bool hasSynced;
    private bool gotSyn;

    /// <summary>Its name in the session.</summary>
    public string Name => name;

    /// <summary>Its own address and port.</summary>
    public SocketEnd Own => own;

    /// <summary>The kernel's end; none before it is known.</summary>
    public SocketEnd Other { get; set; }

    /// <summary>What it is to send acknowledges the kernel's SYN, with or without an ACK, which has not come yet.</summary>
    public bool AwaitsSyn(SessionSegment what) =>
        !gotSyn && (what == SessionSegment.SynAck || (hasSynced && what is not (SessionSegment.Syn or SessionSegment.Rst)));

    /// <summary>Takes what the kernel sent to it.</summary>
    public void Take(in RawSegment segment, int dataBytes)
    {
        if (Other.IsNone)
        {
            Other = new SocketEnd(segment.Source, segment.SourcePort);
        }

        if (segment.Flags.HasFlag(TcpFlags.Syn))
        {
            receiveNext = segment.Sequence + 1;
            gotSyn = true;
        }
        else if (segment.Sequence == receiveNext)
        {
            receiveNext += (uint)dataBytes + (segment.Flags.HasFlag(TcpFlags.Fin) ? 1u : 0);
        }
    }

    /// <summary>The segment that a step asks for.</summary>
    public RawSegment Segment(SessionSegment what, bool acknowledges, ReadOnlySpan<byte> data)
    {
        acknowledged = acknowledges ? receiveNext : acknowledged;
        var flags = what switch
        {
            SessionSegment.Syn => TcpFlags.Syn,
            SessionSegment.SynAck => TcpFlags.Syn | TcpFlags.Ack,
            SessionSegment.Ack => TcpFlags.Ack,
            SessionSegment.Data => TcpFlags.Ack | TcpFlags.Psh,
            SessionSegment.Fin => TcpFlags.Ack | TcpFlags.Fin,
            SessionSegment.Rst => TcpFlags.Ack | TcpFlags.Rst,
        };
        var isSyn = flags.HasFlag(TcpFlags.Syn);

        // The SYN-ACK of a simultaneous open repeats the sequence number of the SYN.
        var sequence = isSyn && hasSynced ? FirstSequence : sendNext;
        sendNext = sequence + (uint)data.Length + (isSyn || flags.HasFlag(TcpFlags.Fin) ? 1u : 0);
        hasSynced |= isSyn;
        return new RawSegment(
            own.Address,
            Other.Address,
            own.Port,
            Other.Port,
            sequence,
            flags.HasFlag(TcpFlags.Ack) ? acknowledged : 0,
            flags,
            isSyn ? new TcpOptions(Mss, null, SackPermitted: false, null) : default);
    }

    /// <summary>A text as bytes on the wire.</summary>
    public static byte[] Bytes(string? text) => Encoding.UTF8.GetBytes(text ?? "");
}
