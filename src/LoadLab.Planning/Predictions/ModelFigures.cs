using LoadLab.KernelModel;
using LoadLab.Model;

namespace LoadLab.Planning.Predictions;

/// <summary>One quantity that the model gives at each phase's end.</summary>
/// <param name="Of">The quantity.</param>
/// <param name="Rule">The rule in half a sentence.</param>
/// <param name="Source">Kernel file and function.</param>
/// <param name="Value">Its value in a snapshot; null where this scenario has none.</param>
internal sealed record ModelFigure(Quantity Of, string Rule, string Source, Func<Snapshot, decimal?> Value)
{
    /// <summary>Of half-open requests: one that competes for the queue's last place may stay half-open, whatever the draws say.</summary>
    public bool IsOfRequests { get; init; }
}

/// <summary>The rules of all that the model gives at a phase's end.</summary>
internal static class ModelFigures
{
    private const string SynSource = "net/ipv4/tcp_input.c tcp_conn_request; include/net/sock.h sk_acceptq_is_full";
    private const string AckSource = "net/ipv4/tcp_minisocks.c tcp_check_req; net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock";
    private const string AcceptSource = "net/ipv4/inet_connection_sock.c inet_csk_accept, inet_csk_reqsk_queue_add";
    private const string DescriptorSource = "fs/file.c alloc_fd; net/socket.c __sys_accept4_file (get_unused_fd_flags before do_accept)";
    private const string KeepaliveSource = "net/ipv4/tcp_timer.c tcp_keepalive_timer (packets_out)";
    private const string CookieSource = "net/ipv4/syncookies.c cookie_v4_check, cookie_timestamp_decode";

    /// <summary>The figures of a scenario under these sysctls.</summary>
    public static ModelFigure[] Of(Scenario scenario, LiveSysctls sysctls)
    {
        var live = AcceptQueue.LiveBacklog(scenario.Server.Backlog, sysctls.Somaxconn);
        var full = $"a SYN that finds more than {live} connections queued is dropped without an answer";
        var again = $"an unanswered client sends its SYN at {sysctls.SynSchedule}";
        var accept = $"the server accepts: {scenario.Server.Accept}";
        var bound = SynBound(sysctls);
        var timers = "a half-open request's SYN-ACK is retransmitted after 1, 2, 4 … s, tcp_synack_retries times at most; while more than half of the "
            + "backlog (and more than 4) are half-open, old ones go after 2";
        var ack = "a packet that would end a handshake and meets a full accept queue is ignored, or answered by a RST with tcp_abort_on_overflow; under "
            + "TCP_DEFER_ACCEPT a bare ACK is ignored";
        var atLimit = $"with no descriptor left the accept loop does this: {scenario.Server.AtLimit}";
        var ports = $"a port is taken for one source address and one destination; the range is {sysctls.EphemeralPorts.Low}..{sysctls.EphemeralPorts.High}";
        var ends = "the side that closes first keeps the connection in TIME-WAIT for 60 s";
        var keepalive = scenario.Server.Keepalive is { } asked
            ? $"a peer that is silent for {asked.Idle} is probed every {asked.Interval}, and its connection given up after {asked.Count} probes without an "
            + $"answer; never while data is not acknowledged"
            : "SO_KEEPALIVE is off";

        // What a client sends whose handshake the server has not finished is not acknowledged.
        var clientsSend = scenario.Has<SendAction>() || scenario.Loads.Any(load => load.Swarm.ExchangeBytes > 0);

        // Where no phase tells the scripted peer anything there is none.
        var hasPeer = scenario.Has<PeerAction>();
        Func<Snapshot, decimal?> OfPeer(Func<KernelModel.PeerFigures, long> value) => at => hasPeer ? value(at.Peer) : null;
        return
        [
            new(PhaseQuantities.Established, $"{full}; {again}; {ports}", SynSource, at => at.Established),
            new(PhaseQuantities.Waiting, $"{full}, and its client waits; {again}", SynSource, at => at.Waiting),
            new(PhaseQuantities.Queue, $"each handshake takes a slot until accept(), also when its client has ended; {accept}", AcceptSource,
                at => QueueOf(scenario, at)),
            new(PhaseQuantities.LiveBacklog, "listen() takes min(backlog, net.core.somaxconn) as they are when it is called",
                "net/socket.c __sys_listen (sk_max_ack_backlog)", at => at.LiveBacklog),
            new(PhaseQuantities.Drops, $"{full}; {bound}; each packet counts, also each retransmitted SYN: {again}", SynSource, at => at.Drops),
            new(PhaseQuantities.Overflows, $"{full}; {ack}", $"{SynSource}; {AckSource}", at => at.Overflows),
            new(PhaseQuantities.ListenerDrops,
                "the listener's sk_drops counts a dropped SYN once, a final ACK of a request that meets a full queue twice, and a deferred ACK or a RST on "
                + "a request once", "net/ipv4/tcp_ipv4.c tcp_v4_rcv (discard_and_relse); include/net/tcp.h tcp_listendrop", at => at.ListenerDrops),
            new(PhaseQuantities.Accepted, $"accept() takes from the front of the queue; {accept}", AcceptSource, at => at.Accepted),
            new(PhaseQuantities.GaveUp, $"{full}; a client waits for its connect time-out or the kernel's ETIMEDOUT; {again}", SynSchedule.KernelSource,
                at => at.GaveUp),
            new(PhaseQuantities.SynRetransmits, again, SynSchedule.KernelSource, at => at.SynRetransmits),
            new(PhaseQuantities.HalfOpen, $"{bound}; {timers}; {ack}", SynQueue.RequestSource, at => at.HalfOpen) { IsOfRequests = true },
            new(PhaseQuantities.SynQueueDrops, bound, SynQueue.RequestSource, at => at.FullDrops + at.QuarterDrops),
            new(PhaseQuantities.FullDrops, bound, SynQueue.RequestSource, at => at.FullDrops),
            new(PhaseQuantities.FullDoCookies, bound, SynQueue.RequestSource, at => at.FullDoCookies),
            new(PhaseQuantities.Cookies, bound, SynQueue.RequestSource, at => at.CookiesSent),
            new(PhaseQuantities.CookiesReturned, "a cookie comes back in the final ACK, and with each packet after it while the accept queue is full",
                CookieSource, at => at.CookiesReceived),
            new(PhaseQuantities.Expired, timers, SynAckSchedule.KernelSource, at => at.Expired),
            new(PhaseQuantities.RequestTimeouts, timers, SynAckSchedule.KernelSource, at => at.SynAckTimeouts) { IsOfRequests = true },
            new(PhaseQuantities.SynAcksAgain, $"a cookie's SYN-ACK is never retransmitted; {timers}", SynAckSchedule.KernelSource,
                at => at.SynAcksAgain) { IsOfRequests = true },
            new(PhaseQuantities.DeferredAcks,
                "while TCP_DEFER_ACCEPT lasts a bare final ACK is ignored and the request stays half-open, though its client is established", AckSource, at =>
                at.Deferred),
            new(PhaseQuantities.DeferAccept, "TCP_DEFER_ACCEPT is rounded up to the end of a step of the SYN-ACK schedule 1, 3, 7, 15, 31 … s",
                DeferAccept.KernelSource, at => Predictor.Seconds(at.DeferAccept)),
            new(PhaseQuantities.Resets, $"{ack}; a RST ends a half-open request", AckSource, at => at.EmbryonicResets),
            new(PhaseQuantities.Senders, "send() takes what fits into the client's own send buffer, wherever the server is",
                "net/ipv4/tcp.c tcp_sendmsg_locked", at => at.Senders),
            new(PhaseQuantities.DataRetransmits, $"data of a client that is not acknowledged is retransmitted; {ack}", DataSchedule.KernelSource,
                at => IsServerHeard(scenario) ? at.DataRetransmits : null) { IsOfRequests = clientsSend },
            new(PhaseQuantities.FinRetransmits,
                "a client's FIN that is not acknowledged is retransmitted; since 6.10 it is not sent before retransmitted data is acknowledged",
                $"{DataSchedule.KernelSource}; net/ipv4/tcp_output.c tcp_cwnd_test", at => IsServerHeard(scenario) ? FinRetransmits(at) : null)
                { IsOfRequests = clientsSend },
            new(PhaseQuantities.Retransmits, $"SYNs, data, FINs and SYN-ACKs together; {again}; {timers}",
                $"{DataSchedule.KernelSource}; net/ipv4/tcp_output.c tcp_rtx_synack", at =>
                IsServerHeard(scenario) ? at.SynRetransmits + at.DataRetransmits + at.FinRetransmits + at.SynAcksAgain : null) { IsOfRequests = clientsSend },
            new(PhaseQuantities.BytesRead, "the server reads what came with or after the packet that ended the handshake",
                "net/ipv4/tcp_minisocks.c tcp_child_process", at => at.BytesRead),
            new(PhaseQuantities.KeepaliveProbes, keepalive, KeepaliveSource, at => at.KeepaliveProbes),
            new(PhaseQuantities.KeepaliveGivenUp, keepalive, KeepaliveSource, at => at.KeepaliveGivenUp),
            new(PhaseQuantities.Refused, "socket() gives the lowest free descriptor, and EMFILE when that would be RLIMIT_NOFILE or more", DescriptorSource,
                at => at.Refused),
            new(PhaseQuantities.Shed, atLimit, DescriptorSource, at => at.Shed),
            new(PhaseQuantities.FailedAccepts, $"accept() takes the descriptor before it looks at the queue; {atLimit}", DescriptorSource,
                at => DescriptorRooms.LimitsServer(scenario) ? at.FailedAccepts : null),
            new(PhaseQuantities.Emptied, $"the queue is emptied by the first accept() that finds descriptors; {atLimit}", DescriptorSource,
                at => at.Emptied is { } moment && moment >= Nanoseconds.Zero ? Predictor.Seconds(moment) : null),
            new(PhaseQuantities.WithoutPort, ports, EphemeralPorts.KernelSource, at => at.WithoutPort),
            new(PhaseQuantities.Open, $"{ports}; a client holds its connection until its program ends it", EphemeralPorts.KernelSource, at => at.Open),
            new(PhaseQuantities.TimeWait, ends, TimeWait.KernelSource, at => IsServerHeard(scenario) ? at.TimeWait : null),
            new(PhaseQuantities.TimeWaitOverflows, "beyond net.ipv4.tcp_max_tw_buckets a connection is forgotten at once instead", TimeWait.BucketsSource,
                at => at.TimeWaitOverflows),
            new(PhaseQuantities.PeerFlows, "the phases begin so many", "the scenario itself", OfPeer(peer => peer.Flows)),
            new(PhaseQuantities.PeerAnswered, bound, SynQueue.RequestSource, OfPeer(peer => peer.Answered)),
            new(PhaseQuantities.PeerUnanswered, bound, SynQueue.RequestSource, OfPeer(peer => peer.Flows - peer.Answered)),
            new(PhaseQuantities.PeerHalfOpen, bound, SynQueue.RequestSource, OfPeer(peer => peer.HalfOpen)),
            new(PhaseQuantities.PeerSynAcks, $"{bound}; {timers}", SynAckSchedule.KernelSource, OfPeer(peer => peer.SynAcks)),
            new(PhaseQuantities.PeerWithOptions, "a SYN-ACK carries window scale and SACK where both ends have them; a cookie keeps them in a timestamp",
                CookieSource, OfPeer(peer => Math.Min(peer.WithWindowScale, peer.WithSack))),
            new(PhaseQuantities.PeerEstablished, $"a handshake's last packet takes a slot of the accept queue until accept(); {accept}", AckSource,
                OfPeer(peer => peer.Established)),
            new(PhaseQuantities.PeerResets, "a final ACK that no request and no cookie belongs to is answered by a RST",
                "net/ipv4/tcp_input.c tcp_rcv_state_process; net/ipv4/tcp_ipv4.c tcp_v4_send_reset", OfPeer(peer => peer.Resets)),
        ];
    }

    // The ACK of a FIN that the server's end takes is delayed by 40 ms and more, and on a busy machine the first time-out comes before it (seen: 1 of 400).
    private static decimal? FinRetransmits(Snapshot at) => at.HalfOpen > 0 || at.FinRetransmits > 0 ? at.FinRetransmits : null;

    // A scripted peer acknowledges nothing by itself: what a server sends it is retransmitted, and RetransmitPredictions tells what can be told of that.
    private static bool IsServerHeard(Scenario scenario) =>
        scenario.Server.Connection == ConnectionBehaviour.Hold || !scenario.Has<PeerAction>();

    /// <summary>What the SYN queue does, in half a sentence.</summary>
    public static string SynBound(LiveSysctls sysctls)
    {
        var words = (sysctls.Number("net.ipv4.tcp_syncookies") ?? 1) switch
        {
            0 => $"without syncookies a SYN is dropped when the SYN queue is full, or when less than a quarter of tcp_max_syn_backlog "
                + $"{sysctls.Number("net.ipv4.tcp_max_syn_backlog") ?? 128} is left",
            2 => "with tcp_syncookies 2 every SYN is answered by a cookie and none is kept",
            _ => "a SYN that finds the SYN queue full is answered by a cookie and not kept; tcp_max_syn_backlog is not looked at",
        };
        var holds = SynQueue.HoldsOneMore(sysctls.Kernel, sysctls.Text("kernel.version")) is null
            ? "as many half-open requests as the live backlog, or one more where a fix of 6.14 was ported back"
            : "more half-open requests than the live backlog";
        return $"the SYN queue is full with {holds}; {words}";
    }

    // With several listeners of one port only what all of them have in common can be said of "the" queue; with several ports, their sum.
    private static decimal? QueueOf(Scenario scenario, Snapshot at) =>
        scenario.Server.Listeners == 1 ? at.Queues.Sum() : at.Queues.Distinct().Count() == 1 ? at.Queues[0] : null;
}
