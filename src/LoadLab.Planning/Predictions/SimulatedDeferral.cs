using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Predictions;

/// <summary>The predictions for handshakes that only the server has not finished: they are simulated with early and late timers, and the range of what comes out is the prediction.</summary>
internal static class SimulatedDeferral
{
    private const string Connections = "connections", Packets = "packets";
    private const string AckSource = "net/ipv4/tcp_minisocks.c tcp_check_req";
    private const string OverflowSource = "net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock; net/ipv4/tcp_minisocks.c tcp_check_req";
    private const long MostConnects = 2_000;

    /// <summary>The longest time that a handshake over loopback may take: what a busy machine needs to run both ends.</summary>
    private static readonly Nanoseconds LongestHandshake = Nanoseconds.FromMilliseconds(25);

    /// <summary>True when handshakes stay unfinished by TCP_DEFER_ACCEPT, or clients send into such, and no scripted peer is in it.</summary>
    public static bool Covers(Scenario scenario) =>
        scenario.Server.Listeners == 1
        && (scenario.Server.DeferAccept > Nanoseconds.Zero || scenario.Phases.Any(phase => phase.Action.Kind is PhaseActionKind.DeferAccept or PhaseActionKind.Send))
        && !scenario.Phases.Any(phase => phase.Action.Kind == PhaseActionKind.Peer || phase.Action is LoadAction { Swarm.Target: not null })
        && scenario.Phases.Select(phase => phase.Action).OfType<LoadAction>().Sum(load => Arrivals.Count(load.Swarm) ?? MostConnects) <= MostConnects;

    /// <summary>Adds all that the simulation tells.</summary>
    public static void Predict(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        var rules = Rules(scenario, sysctls);
        ImmutableArray<DeferredResult> runs = [.. SimulationTiming.CornersAndMixed.Select(timing => DeferredSimulation.Run(scenario, rules, timing))];
        if (runs.Select(run => run.Unknown).FirstOrDefault(why => why is not null) is { } unknown)
        {
            list.WhyNoOthers = unknown;
            return;
        }

        list.WhyNoOthers = "it is not among what a simulation of unfinished handshakes tells";
        var figures = Figures(scenario, rules);
        for (var i = 0; i < scenario.Phases.Length; i++)
        {
            Add(list, figures, $"@{scenario.Phases[i].Name}", [.. runs.Select(run => run.Samples[i])]);
        }

        Add(list, figures, "", [.. runs.Select(run => run.Samples[^1])]);
    }

    private static void Add(PredictionList list, Figure[] figures, string suffix, List<DeferredSample> samples)
    {
        foreach (var figure in figures)
        {
            list.Between($"{figure.Name}{suffix}", [.. samples.Select(figure.Value)], figure.Unit, figure.Rule, figure.Source);
        }
    }

    private static Figure[] Figures(Scenario scenario, DeferredRules rules)
    {
        var deferred = "while TCP_DEFER_ACCEPT lasts a bare final ACK is ignored and the request stays half-open, though its client is established";
        var overflow = $"a packet that would end a handshake meets a full accept queue and is {(rules.AbortsOnOverflow ? "answered by a RST (tcp_abort_on_overflow)" : "ignored; the request stays half-open")}";
        var synAck = $"the SYN-ACK of a request that stays half-open is sent at {rules.SynAck}, and the client answers each";
        var data = $"data without an acknowledgement is sent at {rules.Data}";
        return
        [
            new("established", Connections, "a client is established when the SYN-ACK comes, whatever becomes of its final ACK", "net/ipv4/tcp_input.c tcp_rcv_synsent_state_process", sample => sample.Established),
            new("syn-queue.half-open", Connections, $"{deferred}; {overflow}", AckSource, sample => sample.HalfOpen),
            new("queue", Connections, "each handshake that ends takes a slot until accept()", "net/ipv4/inet_connection_sock.c inet_csk_accept, inet_csk_reqsk_queue_add", sample => sample.Queue),
            new("live-backlog", Connections, "listen() takes min(backlog, net.core.somaxconn) as they are when it is called", "net/socket.c __sys_listen (sk_max_ack_backlog)", sample => sample.LiveBacklog),
            new("defer-accept", "s", $"{scenario.Server.DeferAccept} is rounded up to the end of a step of the SYN-ACK schedule 1, 3, 7, 15, 31 … s", DeferAccept.KernelSource, sample => Predictor.Seconds(sample.DeferAccept)),
            new("accepted", Connections, $"accept() takes from the front of the queue; the server accepts {scenario.Server.Accept}", "net/ipv4/inet_connection_sock.c inet_csk_accept", sample => sample.Accepted),
            new("deferred", Packets, deferred, AckSource, sample => sample.Deferred),
            new("overflows", Packets, $"{overflow}; {data}; {synAck}", OverflowSource, sample => sample.Overflows),
            new("drops", Packets, $"{overflow}; {data}; {synAck}", OverflowSource, sample => sample.Overflows),
            new("listener-drops", Packets, "the listener's sk_drops counts an ACK that is deferred once, and one that meets a full queue twice: in tcp_listendrop and as tcp_v4_rcv discards it", "net/ipv4/tcp_ipv4.c tcp_v4_rcv (discard_and_relse); include/net/tcp.h tcp_listendrop", sample => sample.ListenerDrops),
            new("resets", Connections, overflow, AckSource, sample => sample.Resets),
            new("syn-queue.syn-acks-again", Packets, synAck, SynAckSchedule.KernelSource, sample => sample.SynAcksAgain),
            new("senders", Connections, "send() takes what fits into the client's own send buffer, wherever the server is", "net/ipv4/tcp.c tcp_sendmsg_locked", sample => sample.Senders),
            new("data-retransmits", Packets, $"{overflow}; {data}", DataSchedule.KernelSource, sample => sample.DataRetransmits),
            new("retransmits", Packets, $"{data}; {synAck}", $"{DataSchedule.KernelSource}; net/ipv4/tcp_output.c tcp_rtx_synack", sample => sample.DataRetransmits + sample.SynAcksAgain),
            new("bytes-read", "bytes", $"the server reads what came with or after the packet that ended the handshake; {data}", "net/ipv4/tcp_minisocks.c tcp_child_process", sample => sample.BytesRead),
        ];
    }

    private static DeferredRules Rules(Scenario scenario, LiveSysctls sysctls)
    {
        var hasSack = (sysctls.Number("net.ipv4.tcp_sack") ?? 1) != 0;
        var socket = new EstablishedSocket(LongestHandshake, hasSack) { RtoMax = scenario.Swarm.RtoMax, UserTimeout = scenario.Swarm.UserTimeout };
        return new DeferredRules(SynAckSchedule.Of(sysctls.Number), DataSchedule.Of(socket, sysctls.Number), sysctls.Somaxconn, sysctls.Number("net.ipv4.tcp_abort_on_overflow") is > 0);
    }

    private sealed record Figure(string Name, string Unit, string Rule, string Source, Func<DeferredSample, decimal> Value);
}
