using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The clients' side of TCP: SYNs and their timers, what the kernel makes of each segment, data and FIN that are not acknowledged.</summary>
/// <remarks>Kernel: net/ipv4/tcp_output.c tcp_connect; net/ipv4/tcp_input.c tcp_rcv_synsent_state_process (reset_and_undo), tcp_validate_incoming
/// (challenge ACK), tcp_reset.</remarks>
internal sealed class ClientStack(Timeline timeline, Loopback link, SysctlState sysctls, Timing timing)
{
    private readonly List<Flow> flows = [];
    private readonly List<Flow> newSyns = [];
    private readonly Queue<Flow> established = new();

    /// <summary>A client's connect() has failed with ETIMEDOUT.</summary>
    public Action<Flow>? TimedOut { get; set; }

    /// <summary>A client's connection was reset by the server.</summary>
    public Action<Flow>? Reset { get; set; }

    /// <summary>Data of a client is acknowledged now.</summary>
    public Action<Flow>? Acknowledged { get; set; }

    /// <summary>All that have sent a SYN.</summary>
    public IReadOnlyList<Flow> Flows => flows;

    /// <summary>SYNs retransmitted.</summary>
    public long SynRetransmits { get; private set; }

    /// <summary>Clients that have sent and were reset: their next call fails with ECONNRESET.</summary>
    public long ResetSenders { get; private set; }

    /// <summary>Data segments retransmitted.</summary>
    public long DataRetransmits { get; private set; }

    /// <summary>FINs retransmitted.</summary>
    public long FinRetransmits { get; private set; }

    /// <summary>Data segments and FINs retransmitted by clients that have sent data and whose program still had the socket.</summary>
    public long RetransmitsOfOpen { get; private set; }

    /// <summary>FINs sent, retransmitted ones among them.</summary>
    public long Fins { get; private set; }

    /// <summary>connect(): the first SYN.</summary>
    public void Connect(Flow flow)
    {
        flow.SynTimer = new SynTimer(flow.Load!.Swarm, sysctls, timeline.Now);
        flows.Add(flow);
        if (flow.Meets is { } old)
        {
            // The older connection's end answers the SYN with an ACK that fits nothing here: the client resets that end and retransmits its SYN at once.
            flow.Meets = null;
            link.Send(new Segment(old, SegmentKind.Rst, ToServer: true));
            timeline.AddTimer(SynTimer.AfterReset(sysctls.TicksPerSecond), () => SynFires(flow));
            return;
        }

        // The server's process has the old socket locked: the SYN waits in its backlog and is dropped there. An ACK or a FIN from that socket has the
        // client retransmit at once.
        if (flow.MeetsHeldEnd && !timing.TakesSlotTogether)
        {
            timeline.AddTimer(SynTimer.AfterReset(sysctls.TicksPerSecond), () => SynFires(flow));
            return;
        }

        newSyns.Add(flow);
        if (!flow.MeetsHeldEnd)
        {
            SendSyn(flow);
        }
    }

    /// <summary>A segment reaches a client.</summary>
    public void Receive(in Segment segment)
    {
        var flow = segment.Flow;
        switch (segment.Kind)
        {
            case SegmentKind.SynAck when flow.Client == ClientState.SynSent:
                flow.Client = ClientState.Established;
                flow.SynTimer = null;
                established.Enqueue(flow);
                link.Send(new Segment(flow, SegmentKind.Ack, ToServer: true));
                break;
            case SegmentKind.SynAck when flow.Client == ClientState.Closed && !flow.HasSentFin:
                // Its socket is gone: given up or reset by its program.
                link.Send(new Segment(flow, SegmentKind.Rst, ToServer: true));
                break;
            case SegmentKind.SynAck:
                link.Send(new Segment(flow, SegmentKind.Ack, ToServer: true));
                break;
            case SegmentKind.Ack when IsUnacknowledged(flow):
                // A segment came without the data before it: the selective acknowledgement tells so (net/ipv4/tcp_recovery.c tcp_rack_mark_lost).
                flow.Unacknowledged!.LastHasCome();
                Retransmit(flow);
                break;
            case SegmentKind.Rst:
                flow.GotReset = true;
                ResetSenders += flow.SentBytes > 0 ? 1 : 0;
                Reset?.Invoke(flow);
                break;
        }
    }

    /// <summary>Arms the SYN timers of the clients that the last deliveries have left without an answer.</summary>
    public void ArmTimers()
    {
        foreach (var flow in newSyns)
        {
            if (flow.Client == ClientState.SynSent)
            {
                timeline.AddTimer(SynTimer.First, () => SynFires(flow));
            }
        }

        newSyns.Clear();
    }

    /// <summary>The next client whose connect() has succeeded; false when there is none.</summary>
    public bool TryEstablished(out Flow? flow) => established.TryDequeue(out flow);

    /// <summary>send() of a client's program: what may go out does, and is retransmitted until it is acknowledged.</summary>
    public void SendData(Flow flow, long bytes)
    {
        var queue = QueueOf(flow);
        var before = flow.AckedBytes + queue.InFlight;
        flow.SentBytes += bytes;
        Put(flow, SegmentKind.Data, before, queue.Write(bytes, IsInLoss(flow)));
    }

    /// <summary>close() or shutdown() of a client's program: the FIN goes out, with data that waited, and is retransmitted until it is acknowledged.</summary>
    public void SendFin(Flow flow)
    {
        flow.HasSentFin = true;
        var goes = QueueOf(flow).WriteFin(IsInLoss(flow), sysctls.Kernel);
        Fins += goes ? 1 : 0;
        Put(flow, SegmentKind.Fin, flow.SentBytes, goes ? 1 : 0);
    }

    // What was acknowledged is no longer in it.
    private static SendQueue QueueOf(Flow flow)
    {
        var queue = flow.Unacknowledged ??= new SendQueue();
        if (flow.AckedBytes == flow.SentBytes)
        {
            queue.Clear();
        }

        return queue;
    }

    private static bool IsInLoss(Flow flow) => flow.SegmentTimer is { IsInLoss: true };

    private void Put(Flow flow, SegmentKind kind, long before, int segments)
    {
        for (var i = 0; i < segments; i++)
        {
            link.Send(new Segment(flow, kind, ToServer: true, before + i));
        }

        link.Deliver();
        Watch(flow, segments);
    }

    /// <summary>Starts the retransmission timer where something is not acknowledged; while one runs it goes on.</summary>
    private void Watch(Flow flow, int segments)
    {
        if (!IsUnacknowledged(flow))
        {
            flow.SegmentTimer?.Stop();
            return;
        }

        flow.SegmentTimer ??= DataTimers.Of(flow, timeline, sysctls, timing, () => Retransmit(flow), () => GiveUp(flow), () => Probe(flow));
        flow.SegmentTimer.IsOrphan = flow.Client == ClientState.Closed;
        if (flow.SegmentTimer.IsRunning && segments > 0)
        {
            flow.SegmentTimer.Further();
        }

        flow.SegmentTimer.Start(Math.Max(1, segments));
    }

    // What is oldest goes out again, with as much behind it as one segment has room for.
    private void Retransmit(Flow flow)
    {
        if (IsUnacknowledged(flow))
        {
            flow.Unacknowledged!.Collapse();
            Again(flow, flow.AckedBytes < flow.SentBytes ? SegmentKind.Data : SegmentKind.Fin, flow.AckedBytes);
        }

        Watch(flow, 0);
    }

    // What waited goes out, or what was sent last does so again (net/ipv4/tcp_output.c tcp_send_loss_probe).
    private void Probe(Flow flow)
    {
        var queue = flow.Unacknowledged!;
        var before = flow.AckedBytes + queue.InFlight;
        if (queue.LetTailOut())
        {
            link.Send(new Segment(flow, SegmentKind.Data, ToServer: true, before));
            link.Deliver();
            Acknowledged?.Invoke(flow);
        }
        else if (IsUnacknowledged(flow))
        {
            Again(flow, queue.IsFinAlone ? SegmentKind.Fin : SegmentKind.Data, queue.IsFinAlone ? flow.SentBytes : flow.AckedBytes + queue.BeforeLast);
        }

        Watch(flow, 0);
    }

    private void Again(Flow flow, SegmentKind kind, long before)
    {
        CountAgain(flow, kind, 1);
        var acked = flow.AckedBytes;
        link.Send(new Segment(flow, kind, ToServer: true, before));
        link.Deliver();
        if (flow.AckedBytes > acked)
        {
            var queue = flow.Unacknowledged!;
            CountAgain(flow, SegmentKind.Data, queue.FirstHasCome());
            Fins += queue.IsFinHeld ? 1 : 0;
        }

        Acknowledged?.Invoke(flow);
    }

    private void CountAgain(Flow flow, SegmentKind kind, int count)
    {
        var isFin = kind == SegmentKind.Fin;
        DataRetransmits += isFin ? 0 : count;
        FinRetransmits += isFin ? count : 0;
        Fins += isFin ? count : 0;
        RetransmitsOfOpen += flow is { SentBytes: > 0, Client: not ClientState.Closed } ? count : 0;
    }

    private void GiveUp(Flow flow)
    {
        flow.GotReset = true;
        Reset?.Invoke(flow);
    }

    // A target of its own in 198.18.0.0/15 is nobody's: the SYN is lost.
    private void SendSyn(Flow flow)
    {
        if (flow.Load!.Swarm.Target is null)
        {
            link.Send(new Segment(flow, SegmentKind.Syn, ToServer: true));
        }
    }

    private static bool IsUnacknowledged(Flow flow) =>
        !flow.GotReset && !flow.IsDead && (flow.AckedBytes < flow.SentBytes || (flow.HasSentFin && !flow.HasFin));

    private void SynFires(Flow flow)
    {
        if (flow.Client != ClientState.SynSent)
        {
            return;
        }

        if (flow.SynTimer!.Fires(timeline.Now) is not { } next)
        {
            TimedOut?.Invoke(flow);
            return;
        }

        SynRetransmits++;
        flow.IsResent = true;
        SendSyn(flow);
        if (!timing.TakesSlotTogether)
        {
            link.Deliver();
        }

        timeline.AddTimer(next, () => SynFires(flow));
    }
}
