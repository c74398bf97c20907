using LoadLab.Model;
using LoadLab.KernelModel.Rules;

namespace LoadLab.KernelModel;

/// <summary>What a listener makes of a SYN.</summary>
internal enum SynFate
{
    /// <summary>Dropped; nothing is sent.</summary>
    Dropped,

    /// <summary>A half-open request; SYN-ACK sent.</summary>
    Queued,

    /// <summary>SYN-ACK sent with a cookie; nothing is kept.</summary>
    Cookie,
}

/// <summary>One listener: its SYN queue and its accept queue, packet by packet.</summary>
/// <remarks>
/// Order of the tests on a SYN: SYN queue, accept queue, last quarter of tcp_max_syn_backlog. A cookie's handshake goes straight to the accept queue.
/// Kernel: net/ipv4/tcp_input.c tcp_conn_request; net/ipv4/tcp_minisocks.c tcp_check_req; net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock; net/ipv4/syncookies.c
/// cookie_v4_check.
/// </remarks>
internal sealed class Listener(ListenerSettings settings, ListenerFigures figures, int backlog, Nanoseconds deferAccept)
{
    private readonly Queue<Flow> queue = new();
    private readonly QueueSeen seen = new();
    private (int Group, int Entered) lastTogether;

    /// <summary>min(backlog, net.core.somaxconn) as they were when listen() was called.</summary>
    public int LiveBacklog { get; private set; } = AcceptQueue.LiveBacklog(backlog, settings.Refresh().Somaxconn);

    /// <summary>TCP_DEFER_ACCEPT, as a number of SYN-ACK time-outs.</summary>
    public int DeferTimeouts { get; private set; } = DeferAccept.Timeouts(deferAccept);

    /// <summary>Half-open requests.</summary>
    public long HalfOpen { get; private set; }

    /// <summary>Those of them whose timer has not fired yet.</summary>
    public long Young { get; private set; }

    /// <summary>The accept queue's length.</summary>
    public int Queued => queue.Count;

    /// <summary>How long the accept queue was seen to be, at least and at most, by a sampler that looks now and then until now.</summary>
    public (int Least, int Most) Peak(Nanoseconds now) => seen.Peak(now);

    /// <summary>Since when the accept queue was not empty, the last time that it was not.</summary>
    public Nanoseconds FilledAt { get; private set; }

    /// <summary>The longest accept queue that a SYN has met.</summary>
    public int LongestMet { get; private set; }

    /// <summary>listen() is called again: what is queued stays.</summary>
    public void Listen(int again) => LiveBacklog = AcceptQueue.LiveBacklog(again, settings.Refresh().Somaxconn);

    /// <summary>TCP_DEFER_ACCEPT is set again: it counts from the next packet on.</summary>
    public void Defer(Nanoseconds asked) => DeferTimeouts = DeferAccept.Timeouts(asked);

    /// <summary>A SYN arrives.</summary>
    /// <param name="isProven">tcp_metrics knows an RTT of its source address.</param>
    public SynFate Syn(bool isProven)
    {
        var now = settings.Refresh();
        LongestMet = Math.Max(LongestMet, Queued);
        var wantsCookie = now.Syncookies == 2 || SynQueue.IsFull(HalfOpen, LiveBacklog, now.HoldsOneMore);
        if (wantsCookie && now.Syncookies == 0)
        {
            figures.FullDrops++;
            return SynFate.Dropped;
        }

        figures.FullDoCookies += wantsCookie ? 1 : 0;
        if (IsFull)
        {
            figures.Overflows++;
            return SynFate.Dropped;
        }

        if (wantsCookie)
        {
            figures.CookiesSent++;
            return SynFate.Cookie;
        }

        if (now.Syncookies == 0 && !isProven && SynQueue.IsLastQuarter(HalfOpen, now.MaxSynBacklog))
        {
            figures.QuarterDrops++;
            return SynFate.Dropped;
        }

        HalfOpen++;
        Young++;
        return SynFate.Queued;
    }

    /// <summary>True when the accept queue takes nothing more.</summary>
    public bool IsFull => AcceptQueue.IsFull(Queued, LiveBacklog);

    /// <summary>A handshake has ended: its connection takes a slot. False, and an overflow is counted, when there is none.</summary>
    public bool TryEnter(Flow flow, Nanoseconds now)
    {
        // Those that meet on several processors ask before the first of them is in.
        lastTogether = flow.Together > 0 && flow.Together == lastTogether.Group ? lastTogether : (flow.Together, 0);
        if (AcceptQueue.IsFull(Queued - lastTogether.Entered, LiveBacklog))
        {
            figures.Overflows++;
            return false;
        }

        lastTogether.Entered += flow.Together > 0 ? 1 : 0;
        FilledAt = queue.Count == 0 ? now : FilledAt;
        queue.Enqueue(flow);
        seen.Changed(now, queue.Count);
        figures.Established++;
        return true;
    }

    /// <summary>accept() takes the oldest.</summary>
    public bool TryAccept(Nanoseconds now, out Flow? flow)
    {
        if (!queue.TryDequeue(out flow))
        {
            return false;
        }

        seen.Changed(now, queue.Count);
        return true;
    }

    /// <summary>A half-open request leaves the SYN queue.</summary>
    public void RemoveRequest(Flow flow)
    {
        HalfOpen--;
        Young -= flow.Timeouts == 0 ? 1 : 0;
    }

    /// <summary>The timer of a request fires.</summary>
    /// <returns>Whether it is given up, and if not whether its SYN-ACK is retransmitted.</returns>
    /// <remarks>Kernel: net/ipv4/inet_connection_sock.c reqsk_timer_handler, syn_ack_recalc.</remarks>
    public (bool IsExpired, bool IsResent) Timeout(Flow flow)
    {
        figures.Timeouts++;
        var retries = SynAckSchedule.RetriesWhenCrowded(settings.Refresh().SynAckRetries, HalfOpen, Young, LiveBacklog);
        var isOver = flow.Timeouts >= retries;
        var isExpired = DeferTimeouts == 0 ? isOver : isOver && (!flow.IsAcked || flow.Timeouts >= DeferTimeouts);
        var isResent = DeferTimeouts == 0 || !flow.IsAcked || flow.Timeouts >= DeferTimeouts - 1;
        if (isExpired)
        {
            RemoveRequest(flow);
            figures.Expired++;
            return (true, false);
        }

        Young -= flow.Timeouts == 0 ? 1 : 0;
        flow.Timeouts++;
        figures.SynAcksAgain += isResent ? 1 : 0;
        flow.SynAcksAgain += isResent ? 1 : 0;
        return (false, isResent);
    }
}
