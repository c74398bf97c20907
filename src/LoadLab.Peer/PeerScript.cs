using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Peer;

/// <summary>Carries out what the peer is told, and takes in what comes back. It answers nothing by itself.</summary>
/// <remarks>Concurrency: one thread owns it and everything in it; <paramref name="isEnding"/> may change under it.</remarks>
internal sealed class PeerScript(PeerSpec spec, RawSender sender, AnswerSocket answers, Epoll epoll, Func<bool> isEnding)
{
    /// <summary>So many packets are sent before answers are taken in again: less than the smallest buffer holds.</summary>
    private const int DrainEvery = 32;

    private const long PatienceNs = 1_000_000_000;
    private const int LargestSegment = 1460;
    private readonly FlowTable flows = new(spec.Sources);
    private readonly FlowFigures figures = new();
    private readonly byte[] packet = new byte[RawSegment.LongestHeaderBytes + LargestSegment];
    private readonly byte[] data = new byte[LargestSegment];
    private int awaited;

    /// <summary>What was sent and told so far.</summary>
    public PeerTally Tally()
    {
        Drain();
        return figures.Of(flows.All);
    }

    /// <summary>Does one action.</summary>
    /// <param name="action">What to send.</param>
    /// <param name="server">To which address and port.</param>
    /// <param name="note">Something that a person should know; null for nothing.</param>
    /// <returns>null, or why it could not as a sentence.</returns>
    public string? Do(PeerAction action, (uint Address, int Port) server, out string? note)
    {
        Drain();
        note = null;
        var start = RunClock.MonotonicNs;
        var isNew = action.Send is PeerSegment.Syn or PeerSegment.Connect;
        var old = isNew ? [] : Meant(action);
        var count = isNew ? action.Count ?? 1 : old.Count;
        if (isNew && flows.All.Count + count > flows.Most)
        {
            return $"the peer cannot begin {count} flows more than its {flows.All.Count}: {spec.Sources} has ports for {flows.Most}; give peer.sources more "
                + $"addresses";
        }

        if (count == 0)
        {
            note = $"the peer was told to send {EnumWords<PeerSegment>.Of(action.Send)}, but that has a meaning for none of its {flows.All.Count} flows, so "
                + $"nothing was sent";
        }

        for (var i = 0; i < count; i++)
        {
            WaitFor(action.Rate, start, i);
            if (isEnding())
            {
                return $"the peer was stopped after {i} of {count} flows";
            }

            if (Send(action, isNew ? flows.Begin(server.Address, server.Port) : old[i]) is { IsOk: false, Errno: var errno })
            {
                return $"the peer could not send to {AddressRange.Dotted(server.Address)}:{server.Port}: {errno}";
            }
        }

        AwaitHandshakes();
        return null;
    }

    /// <summary>Takes in all that has come.</summary>
    public void Drain()
    {
        for (var next = answers.Next(); !next.IsEmpty; next = answers.Next())
        {
            if (RawSegment.TryParse(next, out var segment, out var carried) && flows.Find(segment.Destination, segment.DestinationPort) is { } flow)
            {
                Take(flow, segment, carried);
            }
        }
    }

    private void Take(Flow flow, in RawSegment segment, ReadOnlySpan<byte> carried)
    {
        flow.Take(segment, carried);
        if (segment.Flags.HasFlag(TcpFlags.Syn))
        {
            figures.Answered(segment.Options);
        }

        if (flow.AwaitsSynAck && (flow.IsAnswered || flow.IsReset))
        {
            flow.AwaitsSynAck = false;
            awaited--;
            _ = flow.IsHalfOpen ? Send(PeerSegment.Ack, flow.Ack(Now), []) : default;
        }
    }

    // The oldest flows that the segment has a meaning for; a final ACK is for half-open ones, and only where there are none is it retransmitted.
    private List<Flow> Meant(PeerAction action)
    {
        var alive = flows.All.Where(flow => flow.IsAnswered && !flow.IsReset).ToList();
        var meant = action.Send switch
        {
            PeerSegment.Syn or PeerSegment.Connect => [],
            PeerSegment.Ack => alive.Exists(flow => flow.IsHalfOpen) ? alive.Where(flow => flow.IsHalfOpen) : alive,
            PeerSegment.Data => alive.Where(flow => flow is { IsAcknowledging: true, HasFinished: false }),
            PeerSegment.Fin => alive.Where(flow => flow.IsAcknowledging && (!flow.HasFinished || flow.AwaitsFinAck)),
            PeerSegment.Rst => alive,
        };
        return [.. action.Count is { } most ? meant.Take(most) : meant];
    }

    private SyscallResult Send(PeerAction action, Flow flow)
    {
        switch (action.Send)
        {
            case PeerSegment.Syn:
                return Send(PeerSegment.Syn, flow.Syn(spec.Timestamps, Now), []);
            case PeerSegment.Connect:
                flow.AwaitsSynAck = true;
                awaited++;
                return Send(PeerSegment.Syn, flow.Syn(spec.Timestamps, Now), []);
            case PeerSegment.Ack:
                return Send(PeerSegment.Ack, flow.Ack(Now), []);
            case PeerSegment.Data:
                return SendData(flow, action.Bytes);
            case PeerSegment.Fin:
                return Send(PeerSegment.Fin, flow.Fin(Now), []);
            case PeerSegment.Rst:
                return Send(PeerSegment.Rst, flow.Rst(), []);
            default:
                throw new ArgumentOutOfRangeException(nameof(action), action.Send, "a segment that the peer does not know");
        }
    }

    private SyscallResult SendData(Flow flow, int bytes)
    {
        var sent = default(SyscallResult);
        var (from, to) = flow.Append(bytes);
        while (from < to && sent.IsOk)
        {
            var count = flow.Data(from, to, Now, data, out var segment);
            sent = Send(PeerSegment.Data, segment, data.AsSpan(0, count));
            from += count;
        }

        return sent;
    }

    private SyscallResult Send(PeerSegment what, in RawSegment segment, ReadOnlySpan<byte> carried)
    {
        var length = segment.Write(packet, carried);
        var sent = sender.Send(packet.AsSpan(0, length), segment.Destination);
        if (sent.IsOk)
        {
            figures.Sent(what);
        }

        return sent;
    }

    private void WaitFor(Rate? rate, long start, int index)
    {
        if (rate is { } paced)
        {
            WaitUntil(start + (long)(index * 1e9 / paced.PerSecond), () => false);
        }
        else if (index % DrainEvery == 0)
        {
            Drain();
        }
    }

    private void AwaitHandshakes()
    {
        WaitUntil(RunClock.MonotonicNs + PatienceNs, () => awaited == 0);

        // Whoever has no answer by now is not waited for any more: a SYN-ACK that comes later is not answered.
        foreach (var flow in awaited == 0 ? [] : flows.All)
        {
            flow.AwaitsSynAck = false;
        }

        awaited = 0;
    }

    private void WaitUntil(long atNs, Func<bool> isEnough)
    {
        Drain();
        while (!isEnough() && !isEnding() && RunClock.MonotonicNs < atNs)
        {
            _ = epoll.Wait(atNs);
            Drain();
        }
    }

    // Timestamps count milliseconds, as the kernel's do.
    private static uint Now => unchecked((uint)(RunClock.MonotonicNs / 1_000_000));
}
