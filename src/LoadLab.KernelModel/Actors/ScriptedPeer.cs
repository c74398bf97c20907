using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The scripted peer: a process that sends the segments it is told to and answers nothing by itself.</summary>
/// <remarks>
/// It reads what has come in before every 32nd packet that it sends, so all SYNs of a shorter burst leave before its first final ACK. A handshake that it is to
/// end is awaited for a second.
/// Segments go to the oldest flows that they have a meaning for. Concurrency: one run, one thread.
/// </remarks>
/// <param name="timeline">The clock.</param>
/// <param name="timing">How long a call takes.</param>
/// <param name="link">Where it sends.</param>
/// <param name="group">The server.</param>
/// <param name="keepsOptions">Whether a SYN-ACK keeps window scale and SACK: with a cookie only where it has a timestamp to keep them in.</param>
/// <param name="deliver">Lets what was sent arrive.</param>
internal sealed class ScriptedPeer(Timeline timeline, Timing timing, Loopback link, ReuseportGroup group,
    Func<Flow, (bool WindowScale, bool Sack)> keepsOptions, Action deliver)
{
    private const int DrainEvery = 32;
    private static readonly Nanoseconds Patience = Nanoseconds.FromSeconds(1);
    private readonly List<Flow> flows = [];
    private readonly Queue<(Flow Flow, SegmentKind Kind)> inbox = new();
    private int awaited;

    /// <summary>Segments sent, by their kind.</summary>
    public Dictionary<SegmentKind, long> Sent { get; } = [];

    /// <summary>Its flows.</summary>
    public IReadOnlyList<Flow> Flows => flows;

    /// <summary>A segment reaches it; it is read later.</summary>
    public void Receive(in Segment segment) => inbox.Enqueue((segment.Flow, segment.Kind));

    /// <summary>Does what a phase tells it, and returns when it is done.</summary>
    public void Do(PeerAction action)
    {
        Drain();
        var start = timeline.Now;
        var isNew = action.Send is PeerSegment.Syn or PeerSegment.Connect;
        var old = isNew ? [] : Meant(action);
        var count = isNew ? action.Count ?? 1 : old.Count;
        for (var i = 0; i < count; i++)
        {
            WaitFor(action.Rate, start, i);
            Send(action, isNew ? Begin() : old[i]);
        }

        AwaitHandshakes();
    }

    /// <summary>Reads what has come in.</summary>
    public void Drain()
    {
        while (inbox.TryDequeue(out var next))
        {
            var (flow, kind) = next;
            var peer = flow.Peer!;
            var isSynAck = kind == SegmentKind.SynAck;
            peer.SynAcks += isSynAck ? 1 : 0;
            peer.WithWindowScale += isSynAck && keepsOptions(flow).WindowScale ? 1 : 0;
            peer.WithSack += isSynAck && keepsOptions(flow).Sack ? 1 : 0;
            peer.GotReset |= kind == SegmentKind.Rst;
            peer.IsReset |= kind == SegmentKind.Rst;
            if (peer.AwaitsSynAck && (peer.IsAnswered || peer.IsReset))
            {
                peer.AwaitsSynAck = false;
                awaited--;
                if (peer.IsHalfOpen)
                {
                    // Each is a system call: what the server does meanwhile happens between two of them.
                    timeline.RunUntil(timeline.Now + timing.CallTime);
                    Put(flow, SegmentKind.Ack);
                    peer.IsAcknowledging = true;
                }
            }
        }
    }

    private Flow Begin()
    {
        var flow = new Flow(-1 - flows.Count, timeline.Now) { Peer = new PeerFlow(), Group = group };
        flows.Add(flow);
        return flow;
    }

    private List<Flow> Meant(PeerAction action)
    {
        var alive = flows.Where(flow => flow.Peer is { IsAnswered: true, IsReset: false }).ToList();
        var meant = action.Send switch
        {
            PeerSegment.Syn or PeerSegment.Connect => [],
            PeerSegment.Ack => alive.Exists(flow => flow.Peer!.IsHalfOpen) ? alive.Where(flow => flow.Peer!.IsHalfOpen) : alive,
            PeerSegment.Data => alive.Where(flow => flow.Peer is { IsAcknowledging: true, HasFinished: false }),
            // A FIN that the server has not acknowledged is retransmitted.
            PeerSegment.Fin => alive.Where(flow => flow.Peer!.IsAcknowledging && !(flow.Peer.HasFinished && flow.HasFin)),
            PeerSegment.Rst => alive,
        };
        return [.. action.Count is { } most ? meant.Take(most) : meant];
    }

    private void Send(PeerAction action, Flow flow)
    {
        var peer = flow.Peer!;
        switch (action.Send)
        {
            case PeerSegment.Syn:
                Put(flow, SegmentKind.Syn);
                break;
            case PeerSegment.Connect:
                peer.AwaitsSynAck = true;
                awaited++;
                Put(flow, SegmentKind.Syn);
                break;
            case PeerSegment.Ack:
                peer.IsAcknowledging = true;
                Put(flow, SegmentKind.Ack, flow.SentBytes + (peer.HasFinished ? 1 : 0));
                break;
            case PeerSegment.Data:
                flow.SentBytes += action.Bytes;
                Put(flow, SegmentKind.Data, flow.SentBytes - action.Bytes);
                break;
            case PeerSegment.Fin:
                peer.HasFinished = true;
                flow.HasSentFin = true;
                Put(flow, SegmentKind.Fin, flow.SentBytes);
                break;
            case PeerSegment.Rst:
                peer.IsReset = true;
                Put(flow, SegmentKind.Rst);
                break;
        }
    }

    private void Put(Flow flow, SegmentKind kind, long before = 0)
    {
        Sent[kind] = Sent.GetValueOrDefault(kind) + 1;
        link.Send(new Segment(flow, kind, ToServer: true, before));
        deliver();
    }

    private void WaitFor(Rate? rate, Nanoseconds start, int index)
    {
        if (rate is { } paced)
        {
            WaitUntil(start + Nanoseconds.FromSeconds(index / paced.PerSecond), untilAnswered: false);
        }
        else
        {
            timeline.RunUntil(timeline.Now + timing.CallTime);
            if (index % DrainEvery == 0)
            {
                Drain();
                if (timing.AcceptsMeanwhile)
                {
                    // The server's thread may take what the last of these ACKs queued before the next SYN comes.
                    timeline.RunUntil(timeline.Now + timing.CallTime);
                }
            }
        }
    }

    private void AwaitHandshakes()
    {
        WaitUntil(timeline.Now + Patience, untilAnswered: true);
        foreach (var flow in awaited == 0 ? [] : flows)
        {
            flow.Peer!.AwaitsSynAck = false;
        }

        awaited = 0;
    }

    private void WaitUntil(Nanoseconds until, bool untilAnswered)
    {
        Drain();
        while (!(untilAnswered && awaited == 0) && timeline.TryTakeNext(until))
        {
            Drain();
        }

        if (!(untilAnswered && awaited == 0))
        {
            timeline.RunUntil(until);
        }
    }
}
