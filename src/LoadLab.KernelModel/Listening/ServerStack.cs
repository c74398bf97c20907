using LoadLab.Model;
using LoadLab.KernelModel.Rules;

namespace LoadLab.KernelModel;

/// <summary>The server's side of TCP: what its kernel makes of each segment, and the timers of half-open requests.</summary>
/// <remarks>
/// Kernel: net/ipv4/tcp_ipv4.c tcp_v4_rcv, tcp_v4_syn_recv_sock; net/ipv4/tcp_minisocks.c tcp_check_req; net/ipv4/syncookies.c cookie_v4_check;
/// net/ipv4/inet_connection_sock.c reqsk_timer_handler.
/// </remarks>
internal sealed class ServerStack(Timeline timeline, Loopback link, ListenerSettings settings, ListenerFigures figures)
{
    private readonly List<Flow> newRequests = [];
    private readonly Contest contest = new();

    /// <summary>A connection has entered an accept queue.</summary>
    public Action<Flow>? Queued { get; set; }

    /// <summary>Data, FIN or RST has reached a connection that is established for the server.</summary>
    public Action<Flow>? Changed { get; set; }

    /// <summary>True once tcp_metrics has an RTT of the clients' address: a connection of theirs was closed in order.</summary>
    public bool KnowsPeer { get; set; }

    /// <summary>When the first request was given up; null: none was.</summary>
    public Nanoseconds? FirstExpiry { get; private set; }

    /// <summary>When the first SYN met a full accept queue; null: none did.</summary>
    public Nanoseconds? FirstOverflow { get; private set; }

    /// <summary>Free slots of all listeners of the port together when the first packet was dropped; null: none was.</summary>
    public long? RoomAtFirstDrop { get; private set; }

    /// <summary>The clock.</summary>
    public Nanoseconds Now => timeline.Now;

    /// <summary>True once SYNs of one slot have competed for fewer places than they need.</summary>
    public bool IsContested => contest.HasHappened;

    /// <summary>A segment reaches the server.</summary>
    public void Receive(in Segment segment)
    {
        var flow = segment.Flow;
        flow.HeardAt = timeline.Now;
        flow.Keepalive?.Heard();
        switch (flow.Server)
        {
            case ServerState.None when segment.Kind == SegmentKind.Syn:
                Syn(flow);
                break;
            case ServerState.None when segment.Kind == SegmentKind.Rst:
                break;
            case ServerState.None when flow.HasCookie && segment.Before == 0 && settings.Refresh().Syncookies != 0:
                // The cookie is checked against the sequence number of the segment: one that has data or a FIN before it brings none (__cookie_v4_check), and
                // is answered by a RST.
                figures.CookiesReceived++;
                _ = Enter(flow, segment);
                break;
            case ServerState.Gone when flow.IsServerClosed && segment.Kind is SegmentKind.Ack or SegmentKind.Fin:
                flow.HasFin |= segment.Kind == SegmentKind.Fin;
                break;
            case ServerState.None or ServerState.Gone:
                Answer(flow, segment.Kind == SegmentKind.Rst ? null : SegmentKind.Rst);
                break;
            case ServerState.HalfOpen:
                OfRequest(flow, segment);
                break;
            case ServerState.Queued or ServerState.Accepted:
                Take(flow, segment);
                break;
        }

        if (RoomAtFirstDrop is null && figures.ListenerDrops > 0)
        {
            RoomAtFirstDrop = flow.Group.Listeners.Sum(listener => Math.Max(0, AcceptQueue.Capacity(listener.LiveBacklog) - listener.Queued));
        }
    }

    /// <summary>Arms the timers of the requests that the last deliveries have left half-open.</summary>
    public void ArmTimers()
    {
        foreach (var flow in newRequests)
        {
            Arm(flow);
        }

        newRequests.Clear();
    }

    private void Syn(Flow flow)
    {
        flow.Listener = flow.Group.Pick(flow);
        var before = figures.Overflows;
        var fate = flow.Listener.Syn(flow.Load is not null && KnowsPeer);
        FirstOverflow ??= figures.Overflows > before ? timeline.Now : null;
        flow.HasCookie = fate == SynFate.Cookie;
        if (fate == SynFate.Queued)
        {
            flow.Server = ServerState.HalfOpen;
            newRequests.Add(flow);
        }

        NoteContest(flow, fate == SynFate.Dropped ? false : null);
        Answer(flow, fate == SynFate.Dropped ? null : SegmentKind.SynAck);
    }

    // Whatever acknowledges the SYN-ACK tries to end the handshake.
    private void OfRequest(Flow flow, in Segment segment)
    {
        if (segment.Kind == SegmentKind.Rst)
        {
            figures.Discards++;
            figures.Resets++;
            Drop(flow);
        }
        else if (segment.Kind == SegmentKind.Syn)
        {
            flow.SynAcksAgain++;
            Answer(flow, SegmentKind.SynAck);
        }
        else if (segment.Kind == SegmentKind.Ack && flow.Timeouts < flow.Listener.DeferTimeouts)
        {
            figures.Deferred++;
            figures.Discards++;
            flow.IsAcked = true;
        }
        else if (!Enter(flow, segment))
        {
            figures.Discards++;
            flow.IsAcked = true;
            if (settings.Refresh().AbortsOnOverflow)
            {
                figures.Resets++;
                Drop(flow);
                Answer(flow, SegmentKind.Rst);
            }
        }
    }

    private bool Enter(Flow flow, in Segment segment)
    {
        var isIn = flow.Listener.TryEnter(flow, timeline.Now);
        NoteContest(flow, isIn);
        if (!isIn)
        {
            return false;
        }

        if (flow.Server == ServerState.HalfOpen)
        {
            flow.Listener.RemoveRequest(flow);
        }

        flow.Server = ServerState.Queued;
        flow.HasBeenQueued = true;
        Queued?.Invoke(flow);
        if (segment.Kind != SegmentKind.Ack)
        {
            Take(flow, segment);
        }

        return true;
    }

    private void Take(Flow flow, in Segment segment)
    {
        if (flow.Load is not null && segment.Kind is SegmentKind.Data or SegmentKind.Fin && segment.Before > flow.AckedBytes)
        {
            Answer(flow, SegmentKind.Ack);
            return;
        }

        if (segment.Kind == SegmentKind.Data)
        {
            flow.AckedBytes = flow.SentBytes;
        }

        flow.HasFin |= segment.Kind == SegmentKind.Fin || (segment.Kind == SegmentKind.Data && flow.HasSentFin);
        flow.IsDead |= segment.Kind == SegmentKind.Rst;
        if (segment.Kind != SegmentKind.Ack)
        {
            Changed?.Invoke(flow);
        }
    }

    private void NoteContest(Flow flow, bool? isIn)
    {
        if (isIn is { } answer && flow.IsResent)
        {
            contest.Note(timeline.Now, answer);
        }
    }

    private static void Drop(Flow flow)
    {
        flow.Listener.RemoveRequest(flow);
        flow.Server = ServerState.Gone;
    }

    private void Arm(Flow flow)
    {
        if (flow.Server == ServerState.HalfOpen)
        {
            timeline.AddTimer(SynAckSchedule.Timeout(flow.Timeouts), () => Fires(flow));
        }
    }

    private void Fires(Flow flow)
    {
        if (flow.Server != ServerState.HalfOpen)
        {
            return;
        }

        var (isExpired, isResent) = flow.Listener.Timeout(flow);
        if (isExpired)
        {
            FirstExpiry ??= timeline.Now;
            flow.Server = ServerState.Gone;
            return;
        }

        Answer(flow, isResent ? SegmentKind.SynAck : null);
        Arm(flow);
    }

    private void Answer(Flow flow, SegmentKind? kind)
    {
        if (kind is { } answer)
        {
            figures.SynAcksSent += answer == SegmentKind.SynAck ? 1 : 0;
            link.Send(new Segment(flow, answer, ToServer: false));
        }
    }
}
