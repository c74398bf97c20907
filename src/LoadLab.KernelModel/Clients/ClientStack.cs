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

    /// <summary>send() or close() of a client's program: data or FIN, retransmitted until it is acknowledged.</summary>
    /// <param name="flow">Whose.</param>
    /// <param name="kind">Data or FIN.</param>
    /// <param name="segments">In how many segments.</param>
    public void Send(Flow flow, SegmentKind kind, int segments)
    {
        for (var i = 0; i < segments; i++)
        {
            link.Send(new Segment(flow, kind, ToServer: true, Before(flow, kind) + i));
        }

        Fins += kind == SegmentKind.Fin ? segments : 0;
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

        flow.SegmentTimer ??= DataTimers.Of(flow, timeline, sysctls, timing, () => Retransmit(flow), () => GiveUp(flow));
        flow.SegmentTimer.IsOrphan = flow.Client == ClientState.Closed;
        flow.SegmentTimer.Start(segments);
    }

    private void Retransmit(Flow flow)
    {
        if (IsUnacknowledged(flow))
        {
            var isData = flow.AckedBytes < flow.SentBytes;
            DataRetransmits += isData ? 1 : 0;
            Fins += isData ? 0 : 1;
            var kind = isData ? SegmentKind.Data : SegmentKind.Fin;
            link.Send(new Segment(flow, kind, ToServer: true, Before(flow, kind)));
            link.Deliver();
            Acknowledged?.Invoke(flow);
        }

        Watch(flow, 1);
    }

    // What was sent last goes out when what is before it was acknowledged (Nagle), or with it; a FIN has all data before it.
    private static long Before(Flow flow, SegmentKind kind) => kind == SegmentKind.Fin ? flow.SentBytes : flow.AckedBytes;

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
