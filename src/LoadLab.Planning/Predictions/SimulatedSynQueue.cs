using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Predictions;

/// <summary>The predictions for a scripted peer: both queues are simulated with early and late timers, and the range of what comes out is the prediction.</summary>
internal static class SimulatedSynQueue
{
    private const long MostSends = 300_000;
    private const long MostMixedSends = 20_000;
    private const string CookieSource = "net/ipv4/syncookies.c cookie_v4_check, cookie_timestamp_decode";
    private const string Connections = "connections", Packets = "packets";

    /// <summary>True when a peer's script, and nothing that its simulation does not know, happens to one listener.</summary>
    public static bool Covers(Scenario scenario) =>
        scenario.Phases.Any(phase => phase.Action.Kind == PhaseActionKind.Peer)
        && scenario.Server is { Listeners: 1, DeferAccept.Value: 0 }
        && !scenario.Phases.Any(phase => phase.Action.Kind is PhaseActionKind.DeferAccept or PhaseActionKind.Send)
        && scenario.Phases.Select(phase => phase.Action).OfType<LoadAction>().All(load => load.Swarm is { Target: null, ConnectTimeout.Value: 0, Shape: not LoadShape.Churn });

    /// <summary>Adds all that the simulation tells.</summary>
    public static void Predict(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        var live = AcceptQueue.LiveBacklog(scenario.Server.Backlog, sysctls.Somaxconn);
        var known = SynQueue.HoldsOneMore(sysctls.Kernel);
        List<SynQueueSettings> settings = [.. (known is { } one ? [one] : (bool[])[false, true]).Select(holdsOneMore => Settings(sysctls, holdsOneMore))];
        var words = settings[0].Syncookies switch
        {
            0 => $"without syncookies a SYN is dropped when the queue is full, or when less than a quarter of tcp_max_syn_backlog {settings[0].MaxSynBacklog} is left",
            2 => "with tcp_syncookies 2 every SYN is answered by a cookie and none is kept",
            _ => "a SYN that finds the queue full is answered by a cookie and not kept; tcp_max_syn_backlog is not looked at",
        };
        var bound = $"the queue is full with {(known is null ? "as many half-open requests as the live backlog, or one more where a fix of 6.14 was ported back" : "more half-open requests than the live backlog")}; {words}";
        list.Between("syn-queue.capacity", [.. settings.Select(each => (decimal)SynQueue.Capacity(live, each.MaxSynBacklog, each.Syncookies, each.HoldsOneMore))], Connections, bound, SynQueue.BoundSource);
        var sends = scenario.Phases.Select(phase => phase.Action).OfType<PeerAction>().Sum(peer => (long)(peer.Count ?? 1));
        if (sends > MostSends)
        {
            list.WhyNoOthers = $"it would have to be simulated, which is done for up to {MostSends} packets of the scripted peer and not for {sends}";
            return;
        }

        var keepsOptions = scenario.Peer.Timestamps && (sysctls.Number("net.ipv4.tcp_timestamps") ?? 1) != 0;
        var timings = sends <= MostMixedSends ? SimulationTiming.CornersAndMixed : SimulationTiming.Corners;
        var runs = settings.SelectMany(each => timings.Select(timing => SynQueueSimulation.Run(scenario, sysctls.SynSchedule, each, keepsOptions, timing))).ToList();
        var figures = Figures(scenario, settings[0], bound, keepsOptions);
        for (var i = 0; i < scenario.Phases.Length; i++)
        {
            Add(list, figures, $"@{scenario.Phases[i].Name}", [.. runs.Select(run => run.Samples[i])]);
        }

        Add(list, figures, "", [.. runs.Select(run => run.Last)]);
        if (runs.TrueForAll(run => run.FirstExpiry is not null))
        {
            list.Between("half-open.expires", [.. runs.Select(run => Predictor.Seconds(run.FirstExpiry!.Value))], "s", Timers(settings[0]), SynAckSchedule.KernelSource);
        }
        else
        {
            list.WhyNoOthers = "by the rules no half-open request is given up here before the end";
        }
    }

    private static void Add(PredictionList list, Figure[] figures, string suffix, List<SynQueueSample> samples)
    {
        if (samples.Exists(sample => sample.IsContested))
        {
            list.WhyNoOthers = "several clients send their SYN again at once and meet some room: which of them the server hears of has no rule";
            return;
        }

        foreach (var figure in figures)
        {
            list.Between($"{figure.Name}{suffix}", [.. samples.Select(figure.Value)], figure.Unit, figure.Rule, figure.Source);
        }
    }

    private static Figure[] Figures(Scenario scenario, SynQueueSettings settings, string bound, bool keepsOptions)
    {
        var timers = Timers(settings);
        var accept = $"a handshake's last packet takes a slot of the accept queue until accept(); the server accepts: {scenario.Server.Accept}";
        var cookie = $"a cookie comes back in the final ACK; {(keepsOptions ? "the timestamp keeps window scale and SACK" : "without timestamps it keeps neither window scale nor SACK")}";
        return
        [
            new("syn-queue.half-open", Connections, $"{bound}; {timers}", SynQueue.RequestSource, sample => sample.Listener.HalfOpen),
            new("syn-queue.drops", Packets, bound, SynQueue.RequestSource, sample => sample.Listener.FullDrops + sample.Listener.QuarterDrops),
            new("syn-queue.full-drops", Packets, bound, SynQueue.RequestSource, sample => sample.Listener.FullDrops),
            new("syn-queue.full-do-cookies", Packets, bound, SynQueue.RequestSource, sample => sample.Listener.FullDoCookies),
            new("syn-queue.cookies", Packets, bound, SynQueue.RequestSource, sample => sample.Listener.CookiesSent),
            new("syn-queue.cookies-returned", Packets, cookie, CookieSource, sample => sample.Listener.CookiesReceived),
            new("syn-queue.expired", Connections, timers, SynAckSchedule.KernelSource, sample => sample.Listener.Expired),
            new("syn-queue.timeouts", Packets, timers, SynAckSchedule.KernelSource, sample => sample.Listener.Timeouts),
            new("syn-queue.syn-acks-again", Packets, $"a cookie's SYN-ACK is never sent again; {timers}", SynAckSchedule.KernelSource, sample => sample.Listener.SynAcksAgain),
            new("peer.flows", Connections, "the phases begin so many", "the scenario itself", sample => sample.Peer.Flows),
            new("peer.answered", Connections, bound, SynQueue.RequestSource, sample => sample.Peer.Answered),
            new("peer.unanswered", Connections, bound, SynQueue.RequestSource, sample => sample.Peer.Flows - sample.Peer.Answered),
            new("peer.half-open", Connections, bound, SynQueue.RequestSource, sample => sample.Peer.HalfOpen),
            new("peer.syn-acks", Packets, $"{bound}; {timers}", SynAckSchedule.KernelSource, sample => sample.Peer.SynAcks),
            new("peer.with-options", Packets, cookie, CookieSource, sample => sample.Peer.WithOptions),
            new("peer.established", Connections, accept, "net/ipv4/tcp_minisocks.c tcp_check_req; net/ipv4/syncookies.c tcp_get_cookie_sock", sample => sample.Peer.Established),
            new("peer.resets", Connections, "a final ACK that no request and no cookie belongs to is answered by a RST", "net/ipv4/tcp_input.c tcp_rcv_state_process; net/ipv4/tcp_ipv4.c tcp_v4_send_reset", sample => sample.Peer.Resets),
            new("established", Connections, $"{bound}; {accept}", SynQueue.RequestSource, sample => sample.Established),
            new("waiting", Connections, $"{bound}, and its client goes on waiting", SynQueue.RequestSource, sample => sample.Waiting),
            new("overflows", Packets, accept, "net/ipv4/tcp_input.c tcp_conn_request; net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock", sample => sample.Listener.Overflows),
            new("drops", Packets, $"{bound}; {accept}", SynQueue.RequestSource, sample => sample.Listener.Drops),
            new("listener-drops", Packets, "the listener's sk_drops counts a dropped SYN once, and a final ACK that meets a full queue twice: in tcp_listendrop and as tcp_v4_rcv discards it", "net/ipv4/tcp_ipv4.c tcp_v4_rcv (discard_and_relse); include/net/tcp.h tcp_listendrop", sample => sample.Listener.ListenerDrops),
            new("queue", Connections, accept, "net/ipv4/inet_connection_sock.c inet_csk_accept, inet_csk_reqsk_queue_add", sample => sample.Listener.Queue),
            new("accepted", Connections, accept, "net/ipv4/inet_connection_sock.c inet_csk_accept", sample => sample.Listener.Accepted),
            new("live-backlog", Connections, "listen() takes min(backlog, net.core.somaxconn) as they are when it is called", "net/socket.c __sys_listen (sk_max_ack_backlog)", sample => sample.LiveBacklog),
        ];
    }

    private static string Timers(SynQueueSettings settings) =>
        $"a half-open request's SYN-ACK is sent again after 1, 2, 4 … s, {settings.SynAckRetries} times at most (tcp_synack_retries), then it goes; while more than half of the backlog (and more than 4) are half-open, old ones go after 2";

    private static SynQueueSettings Settings(LiveSysctls sysctls, bool holdsOneMore) => new(
        sysctls.Somaxconn,
        (int)(sysctls.Number("net.ipv4.tcp_syncookies") ?? 1),
        (int)(sysctls.Number("net.ipv4.tcp_max_syn_backlog") ?? 128),
        (int)(sysctls.Number("net.ipv4.tcp_synack_retries") ?? 5),
        sysctls.Number("net.ipv4.tcp_abort_on_overflow") is > 0,
        holdsOneMore);

    private sealed record Figure(string Name, string Unit, string Rule, string Source, Func<SynQueueSample, decimal> Value);
}
