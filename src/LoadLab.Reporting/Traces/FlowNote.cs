using LoadLab.Model;

namespace LoadLab.Reporting.Traces;

/// <summary>What is kept of one connection while a trace is read: counts, and what its ends have sent so far.</summary>
internal sealed class FlowNote
{
    private readonly uint clientIsn;
    private uint clientNext;
    private uint serverNext;
    private bool hasServerIsn;
    private uint serverIsn;

    /// <summary>A connection that begins with this SYN.</summary>
    public FlowNote(long number, in TcpSegment syn)
    {
        (FirstPacket, clientIsn, clientNext) = (number, syn.Sequence, syn.Sequence);
        (Client, ClientPort, Server, ServerPort) = (syn.Source, syn.SourcePort, syn.Destination, syn.DestinationPort);
    }

    public long FirstPacket { get; }

    public long LastPacket { get; private set; }

    public UInt128 Client { get; }

    public int ClientPort { get; }

    public UInt128 Server { get; }

    public int ServerPort { get; }

    public int Packets { get; private set; }

    public int Syns { get; private set; }

    public int SynAcks { get; private set; }

    /// <summary>SYN-ACKs after the client had answered one.</summary>
    public int LateSynAcks { get; private set; }

    /// <summary>Segments of the client that acknowledge the SYN-ACK.</summary>
    public int ClientAnswers { get; private set; }

    public int ClientFins { get; private set; }

    public int ServerFins { get; private set; }

    public int ClientResets { get; private set; }

    public int ServerResets { get; private set; }

    public int DataAgain { get; private set; }

    public int FinsAgain { get; private set; }

    /// <summary>True for a SYN that begins another connection on the same addresses and ports.</summary>
    public bool IsFollowedBy(in TcpSegment segment) => segment.IsSyn && !segment.IsAck && IsFromClient(segment) && segment.Sequence != clientIsn;

    /// <summary>True when the client's end sent it.</summary>
    public bool IsFromClient(in TcpSegment segment) => segment.Source == Client && segment.SourcePort == ClientPort;

    /// <summary>Takes the next segment.</summary>
    /// <returns>True when all that it carries had been sent before.</returns>
    public bool Take(long number, in TcpSegment segment)
    {
        var fromClient = IsFromClient(segment);
        (LastPacket, Packets) = (number, Packets + 1);
        if (!fromClient && segment.IsSyn && !hasServerIsn)
        {
            (hasServerIsn, serverIsn, serverNext) = (true, segment.Sequence, segment.Sequence);
        }

        ref var next = ref fromClient ? ref clientNext : ref serverNext;
        var end = segment.Sequence + segment.SequenceLength;
        var isKnown = fromClient || hasServerIsn;
        var again = isKnown && segment.SequenceLength > 0 && !segment.IsRst && (int)(end - next) <= 0;
        next = isKnown && (int)(end - next) > 0 ? end : next;
        Count(segment, fromClient, again);
        return again;
    }

    /// <summary>A sequence number since its sender's first; null where that is not known.</summary>
    public uint? Relative(in TcpSegment segment) => IsFromClient(segment) ? segment.Sequence - clientIsn : hasServerIsn ? segment.Sequence - serverIsn : null;

    private void Count(in TcpSegment segment, bool fromClient, bool again)
    {
        if (segment.IsRst)
        {
            _ = fromClient ? ClientResets++ : ServerResets++;
        }
        else if (segment.IsSyn)
        {
            LateSynAcks += !fromClient && ClientAnswers > 0 ? 1 : 0;
            _ = fromClient ? Syns++ : SynAcks++;
        }
        else
        {
            ClientAnswers += fromClient && segment.IsAck ? 1 : 0;
            DataAgain += again && segment.PayloadBytes > 0 ? 1 : 0;
            FinsAgain += again && segment.PayloadBytes == 0 ? 1 : 0;
            ClientFins += fromClient && segment.IsFin ? 1 : 0;
            ServerFins += !fromClient && segment.IsFin ? 1 : 0;
        }
    }
}
