using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>What one end of a flow has sent: its SYN, and the sequence space after it.</summary>
/// <remarks>A mutable struct inside its flow: there are as many as two for each connection that a load holds open.</remarks>
internal struct HalfFlow
{
    private uint isn;
    private uint next;
    private uint acknowledged;
    private uint finEnd;
    private bool hasAnsweredSyn;
    private long synFirstNs;
    private long synLastNs;
    private int synAttempts;
    private SentRanges? ranges;

    /// <summary>Its SYN was seen.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Its FIN was seen.</summary>
    public bool HasFin { get; private set; }

    /// <summary>The next sequence number that it has not used.</summary>
    public readonly uint Next => next;

    /// <summary>All that it sent has been acknowledged.</summary>
    public readonly bool IsAcknowledged => IsKnown && acknowledged == next;

    /// <summary>It has sent a SYN that was not acknowledged, and nothing else.</summary>
    public readonly bool IsSynSent => IsKnown && next == isn + 1 && acknowledged == isn;

    /// <summary>Its FIN was acknowledged.</summary>
    public readonly bool HasEnded => HasFin && !SentRanges.Before(acknowledged, finEnd);

    /// <summary>Forgets all, keeping memory for the next.</summary>
    public void Clear()
    {
        ranges?.Clear();
        this = new HalfFlow { ranges = ranges };
    }

    /// <summary>A SYN: the first, another one of the same, or another connection's on the same 4-tuple.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="nowNs">When.</param>
    /// <param name="isNew">True when it begins: nothing before it counts.</param>
    public Retransmission? SendSyn(in TcpSegment segment, long nowNs, out bool isNew)
    {
        var answers = segment.IsAck;
        isNew = !IsKnown || isn != segment.Sequence;
        if (isNew)
        {
            Clear();
            IsKnown = true;
            (isn, acknowledged, next) = (segment.Sequence, segment.Sequence, segment.Sequence + 1);
            (synFirstNs, synLastNs, hasAnsweredSyn) = (nowNs, nowNs, answers);
            if (segment.PayloadBytes > 0)
            {
                _ = Send(isn + 1, isn + 1 + (uint)segment.PayloadBytes, nowNs);
            }

            return null;
        }

        // Two SYNs have crossed: the answer carries the SYN again and is nevertheless its first transmission (tcp_send_synack, which no counter counts).
        if (answers && !hasAnsweredSyn)
        {
            hasAnsweredSyn = true;
            return null;
        }

        synAttempts++;
        var again = new Retransmission(answers ? RetransmitKind.SynAck : RetransmitKind.Syn, synAttempts, new Nanoseconds(nowNs - synFirstNs),
            new Nanoseconds(nowNs - synLastNs));
        synLastNs = nowNs;
        return again;
    }

    /// <summary>Data, a FIN, or both.</summary>
    public Retransmission? Send(in TcpSegment segment, long nowNs)
    {
        var end = segment.Sequence + segment.SequenceLength;
        if (segment.IsFin)
        {
            (HasFin, finEnd) = (true, end);
        }

        return Send(segment.Sequence, end, nowNs) is { } repeated
            ? new Retransmission(
                segment.PayloadBytes > 0 ? RetransmitKind.Data : RetransmitKind.Fin,
                repeated.Attempts,
                new Nanoseconds(nowNs - repeated.FirstNs),
                new Nanoseconds(nowNs - repeated.LastNs))
            : null;
    }

    /// <summary>The other end has got all before this. An acknowledgement of what was never sent means nothing.</summary>
    public void Acknowledge(uint upTo)
    {
        if (IsKnown && SentRanges.Before(acknowledged, upTo) && !SentRanges.Before(next, upTo))
        {
            acknowledged = upTo;
        }
    }

    private SentRange? Send(uint start, uint end, long nowNs)
    {
        ranges ??= new SentRanges();
        var repeated = ranges.Add(start, end, ref acknowledged, nowNs);
        next = SentRanges.Before(next, end) ? end : next;
        return repeated;
    }
}
