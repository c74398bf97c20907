using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Predictions;

/// <summary>The predictions about segments that nobody answers: when each is sent again, when the kernel gives up, and how many were sent again when a phase ends.</summary>
internal static class RetransmitPredictions
{
    private const string ByTimer = "the timer wheel fires at the end of a slot, never early";

    /// <summary>Beyond this it would take longer than the plan is worth.</summary>
    private const long MostFlows = 300_000;

    /// <summary>
    /// How long the other end may take to answer in the handshake: the round-trip time that the server's kernel sees. The scripted peer is a process, and may lose its CPU between the SYN-ACK
    /// and its final ACK; on a busy machine that was seen to take up to 50 ms. Beyond 70 ms, tcp_retries2 1 would no longer mean the same number of retransmissions.
    /// </summary>
    private static readonly Nanoseconds LongestHandshake = Nanoseconds.FromMilliseconds(60);

    /// <summary>How long the server may take to answer the peer: its thread has to be woken, and the peer's command is done by then.</summary>
    private static readonly Nanoseconds Reaction = Nanoseconds.FromMilliseconds(50);

    /// <summary>Whatever the options, so much fits into one segment (RFC 9293, 3.7.1).</summary>
    private const int LeastMss = 536;

    /// <summary>Adds all that the rules tell.</summary>
    public static void Predict(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        OfSchedule(list, "syn", sysctls.SynSchedule, "an unanswered SYN is sent at", SynSchedule.KernelSource);
        OfSchedule(list, "syn-ack", SynAckSchedule.Of(sysctls.Number), "a SYN-ACK whose final ACK does not come, while the SYN queue is at most half full, is sent at", SynAckSchedule.KernelSource);
        OfSilentTargets(list, scenario, sysctls);
        if (sysctls.Number("net.ipv4.tcp_thin_linear_timeouts") is null or 0)
        {
            OfEstablished(list, scenario, sysctls);
        }
    }

    private static void OfSchedule(PredictionList list, string name, RetransmitSchedule schedule, string what, string source)
    {
        var rule = $"{what} {schedule}; {ByTimer}";
        for (var i = 0; i < schedule.Earliest.Length; i++)
        {
            list.Between($"{name}.{i}", [Predictor.Seconds(schedule.Earliest[i]), Predictor.Seconds(schedule.Latest[i])], "s", rule, source);
        }

        list.Between($"{name}.give-up", [Predictor.Seconds(schedule.GiveUpEarliest), Predictor.Seconds(schedule.GiveUpLatest)], "s", rule, source);
    }

    /// <summary>Clients that knock where nobody is: only when all of them do, since the counters are the namespace's.</summary>
    private static void OfSilentTargets(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        var loads = scenario.Phases.Select(phase => phase.Action).OfType<LoadAction>().Select(load => load.Swarm).ToList();
        if (loads.Count == 0
            || loads.Exists(swarm => swarm.Target is null || swarm.ConnectTimeout > Nanoseconds.Zero || swarm.Shape == LoadShape.Churn)
            || scenario.Phases.Any(phase => phase.Action is PeerAction)
            || loads.Sum(Arrivals.Count) > MostFlows)
        {
            return;
        }

        var rule = $"nobody answers; SYNs are sent at {sysctls.SynSchedule}";
        AtPhaseEnds(list, scenario, "syn", rule, SynSchedule.KernelSource, end =>
        {
            var flows = new SilentFlows(sysctls.SynSchedule, hasProbe: false);
            for (var i = 0; i < scenario.Phases.Length; i++)
            {
                if (scenario.Phases[i].Action is LoadAction load)
                {
                    AddLoad(flows, load, i > end ? null : PhaseSpan.Of(scenario, i, end, sysctls.SynScheduleOf), sysctls.SynSchedule.GiveUpLatest);
                }
            }

            return flows;
        });
        list.Exactly("established", 0, "connections", "nobody answers, so nobody is connected", SynSchedule.KernelSource);
    }

    private static void AddLoad(SilentFlows flows, LoadAction load, PhaseSpan? span, Nanoseconds patience)
    {
        for (var i = 0L; i < Arrivals.Count(load.Swarm); i++)
        {
            var begun = Arrivals.At(load.Swarm, i);
            if (span is null || span.Value.Most < begun)
            {
                flows.AddNone(1);
            }
            else if (load.Until == LoadUntil.Settled)
            {
                // However long it took: nobody waits any more.
                flows.Add(1, new PhaseSpan(patience, patience));
            }
            else
            {
                flows.Add(1, new PhaseSpan(span.Value.Least > begun ? span.Value.Least - begun : Nanoseconds.Zero, span.Value.Most - begun));
            }
        }
    }

    /// <summary>What the server sends to the scripted peer, which acknowledges only what it is told to: an echo, or the FIN of close(). Or what clients send, as a schedule only.</summary>
    private static void OfEstablished(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        var phases = scenario.Phases.Select(phase => phase.Action as PeerAction).ToList();
        var connects = phases.FindIndex(peer => peer?.Send == PeerSegment.Connect);
        var data = phases.FindIndex(peer => peer?.Send == PeerSegment.Data);
        var socket = new EstablishedSocket(LongestHandshake, HasSack: sysctls.Number("net.ipv4.tcp_sack") is not 0);
        if (connects >= 0 && scenario.Server.Connection == ConnectionBehaviour.Close)
        {
            OfServer(list, scenario, sysctls, socket with { IsOrphan = true }, ("fin", "the FIN of close() that is not acknowledged is sent at", connects));
        }
        else if (data >= 0 && scenario.Server.Connection == ConnectionBehaviour.Echo)
        {
            OfServer(list, scenario, sysctls, socket with { UserTimeout = scenario.Server.UserTimeout }, ("data", "data that is not acknowledged is sent at", data));
        }
        else if (scenario.Phases.Any(phase => phase.Action is SendAction))
        {
            var client = socket with { UserTimeout = scenario.Swarm.UserTimeout, RtoMax = scenario.Swarm.RtoMax };
            OfSchedule(list, "data", DataSchedule.Of(client, sysctls.Number), "a client's data that is not acknowledged is sent at", DataSchedule.KernelSource);
        }
    }

    private static void OfServer(PredictionList list, Scenario scenario, LiveSysctls sysctls, EstablishedSocket socket, (string Name, string What, int Begins) kind)
    {
        var schedule = DataSchedule.Of(socket, sysctls.Number);
        OfSchedule(list, kind.Name, schedule, kind.What, DataSchedule.KernelSource);
        if (!IsLeftAlone(scenario, kind.Begins))
        {
            return;
        }

        var connected = scenario.Phases.Select(phase => phase.Action).OfType<PeerAction>().Where(peer => peer.Send == PeerSegment.Connect).Sum(peer => (long)(peer.Count ?? 1));
        var count = scenario.Phases[kind.Begins].Action is PeerAction { Send: PeerSegment.Data, Count: { } some } ? Math.Min(some, connected) : connected;
        AtPhaseEnds(list, scenario, kind.Name, $"{kind.What} {schedule}", DataSchedule.KernelSource, end =>
        {
            var flows = new SilentFlows(schedule, DataSchedule.HasProbe(socket, sysctls.Number));
            if (end < kind.Begins)
            {
                flows.AddNone(count);
            }
            else
            {
                var span = PhaseSpan.Of(scenario, kind.Begins, end, sysctls.SynScheduleOf);
                flows.Add(count, span with { Least = span.Least > Reaction ? span.Least - Reaction : Nanoseconds.Zero });
            }

            return flows;
        });
    }

    /// <summary>True when the peer connects first, says nothing more after that phase, one segment is all that the server sends to each flow, and nobody else is on the network.</summary>
    private static bool IsLeftAlone(Scenario scenario, int begins) =>
        scenario.Server.Accept.Kind == AcceptPolicyKind.Eager
        && !scenario.Phases.Any(phase => phase.Action is LoadAction or SendAction)
        && scenario.Phases.Index().All(phase => phase.Item.Action is not PeerAction peer
            || (phase.Index < begins && peer.Send == PeerSegment.Connect)
            || (phase.Index == begins && peer.Bytes <= LeastMss && peer.Rate is null));

    private static void AtPhaseEnds(PredictionList list, Scenario scenario, string kind, string rule, string source, Func<int, SilentFlows> flowsAt)
    {
        for (var end = 0; end < scenario.Phases.Length; end++)
        {
            Of(flowsAt(end), $"@{scenario.Phases[end].Name}");
        }

        Of(flowsAt(scenario.Phases.Length - 1), "");

        void Of(SilentFlows flows, string suffix)
        {
            list.Between($"{kind}-retransmits{suffix}", flows.Again, "packets", rule, source);
            list.Between($"{(kind == "syn" ? "waiting" : "unacknowledged")}{suffix}", flows.Waiting, "connections", rule, source);
            list.Between($"timed-out{suffix}", flows.TimedOut, "connections", rule, source);
            list.Between($"timeouts{suffix}", flows.Timeouts, "packets", $"{rule}; each time-out counts, also the one that ends it", source);
        }
    }
}
