using LoadLab.KernelModel;
using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Predictions;

/// <summary>The predictions about segments without an answer: when each is retransmitted, when the kernel gives up, and how many were retransmitted when a
/// phase ends.</summary>
internal static class RetransmitPredictions
{
    private const string ByTimer = "the timer wheel fires at the end of a slot, and at most two ticks early where a tick was handled late";

    /// <summary>Beyond this it would take longer than the plan is worth.</summary>
    private const long MostFlows = 300_000;

    /// <summary>
    /// How long the other end may take to answer in the handshake: the round-trip time that the server's kernel sees. The scripted peer is a process, and may
    /// lose its CPU between the SYN-ACK
    /// and its final ACK; on a busy machine that was seen to take up to 50 ms. Beyond 70 ms, tcp_retries2 1 would no longer mean the same number of
    /// retransmissions.
    /// </summary>
    private static readonly Nanoseconds LongestHandshake = Nanoseconds.FromMilliseconds(60);

    /// <summary>How long the server may take to answer the peer: its thread has to be woken, and the peer's command is done by then.</summary>
    private static readonly Nanoseconds Reaction = Nanoseconds.FromMilliseconds(50);

    // Before the first transmission.
    private static readonly Nanoseconds Never = new(-1);

    /// <summary>Whatever the options, so much fits into one segment (RFC 9293, 3.7.1).</summary>
    public const int LeastMss = 536;

    /// <summary>Adds all that the rules tell.</summary>
    public static void Predict(PredictionList list, Scenario scenario, LiveSysctls sysctls, int workers)
    {
        End Only(End end, Func<Snapshot, long> again, string what) =>
            ModelPredictions.Least(scenario, sysctls, workers, again) == 0
                ? new End(Never, $"by the rules it may be that no {what} is retransmitted here") : end;
        OfSchedule(list, RetransmitKind.Syn, sysctls.SynSchedule, Only(EndOfSyns(scenario, sysctls), at => at.SynRetransmits, "SYN"),
            sysctls.TicksPerSecond, "an unanswered SYN is sent at",
            SynSchedule.KernelSource, sysctls.FirstConnect);
        OfSchedule(list, RetransmitKind.SynAck, SynAckSchedule.Of(sysctls.Number, sysctls.TicksPerSecond), Only(End.None, at => at.SynAcksAgain, "SYN-ACK"),
            sysctls.TicksPerSecond,
            "a SYN-ACK whose final ACK does not come, while the SYN queue is at most half full, is sent at", SynAckSchedule.KernelSource);
        OfSilentTargets(list, scenario, sysctls);
        if (sysctls.Number("net.ipv4.tcp_thin_linear_timeouts") is null or 0)
        {
            OfEstablished(list, scenario, sysctls);
        }
    }

    private static void OfSchedule(PredictionList list, RetransmitKind kind, RetransmitSchedule schedule, End end, int? ticksPerSecond, string what,
        string source, Nanoseconds begins = default)
    {
        var lag = TimerWheel.Lag(ticksPerSecond);
        var rule = $"{what} {schedule}; {ByTimer}";
        for (var i = 0; i < schedule.Earliest.Length; i++)
        {
            Add(RunQuantities.Step.Of(new RetransmitStep(kind, i)), i == 0 ? Nanoseconds.Zero : schedule.Earliest[i] - lag, schedule.Latest[i]);
        }

        // A transmission is told since the first; the end is told by clients and counters, since the load began.
        Add(GiveUp(kind), schedule.GiveUpEarliest - lag, schedule.GiveUpLatest + begins);

        void Add(QuantityRef step, Nanoseconds earliest, Nanoseconds latest)
        {
            if (latest > end.After)
            {
                list.Undetermined(step, end.Why);
            }
            else
            {
                list.Between(step, [Predictor.Seconds(earliest), Predictor.Seconds(latest)], rule, source);
            }
        }
    }

    /// <summary>What ends the SYN schedule before the kernel does: the clients' own time-out, or the run.</summary>
    private static End EndOfSyns(Scenario scenario, LiveSysctls sysctls)
    {
        var loads = scenario.Phases.Select(phase => phase.Action as LoadAction).ToList();
        var first = loads.FindIndex(load => load is not null);
        return first < 0 ? End.None
            : loads[first]!.Swarm.ConnectTimeout is var timeout && timeout > Nanoseconds.Zero
            ? new End(timeout, $"the clients give up after {timeout}, before it")
            : loads.Exists(load => load?.Until == LoadUntil.Settled) ? End.None
            : EndOfRun(scenario, first, sysctls);
    }

    private static End EndOfRun(Scenario scenario, int from, LiveSysctls sysctls, Nanoseconds late = default) =>
        new(PhaseSpan.Of(scenario, from, scenario.Phases.Length - 1, sysctls.SynScheduleOf).Least - late, "the run may end before it");

    /// <summary>When a schedule ends that the kernel would go on with.</summary>
    /// <param name="After">Since its first transmission.</param>
    /// <param name="Why">Why, as a sentence's end.</param>
    private readonly record struct End(Nanoseconds After, string Why)
    {
        public static End None { get; } = new(new Nanoseconds(long.MaxValue), "");
    }

    /// <summary>Clients that knock where nobody is: only when all of them do, since the counters are the namespace's.</summary>
    private static void OfSilentTargets(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        var loads = scenario.Loads.Select(load => load.Swarm).ToList();
        if (loads.Count == 0
            || loads.Exists(swarm => swarm.Target is null || swarm.ConnectTimeout > Nanoseconds.Zero || swarm.Shape == LoadShape.Churn)
            || scenario.Has<PeerAction>()
            || loads.Sum(Arrivals.Count) > MostFlows
            || sysctls.RunsMade.Any(run => run.Last is not { WithoutPort: 0, Refused: 0 }))
        {
            return;
        }

        var rule = $"no host answers; SYNs are sent at {sysctls.SynSchedule}";
        AtPhaseEnds(list, scenario, RetransmitKind.Syn, rule, SynSchedule.KernelSource, end =>
        {
            var flows = new SilentFlows(sysctls.SynSchedule, hasLossProbe: false);
            for (var i = 0; i < scenario.Phases.Length; i++)
            {
                if (scenario.Phases[i].Action is LoadAction load)
                {
                    AddLoad(flows, load, i > end ? null : PhaseSpan.Of(scenario, i, end, sysctls.SynScheduleOf), sysctls.SynSchedule.GiveUpLatest);
                }
            }

            return flows;
        });
        list.Exactly(PhaseQuantities.Established, 0, "no host answers, so no client is connected", SynSchedule.KernelSource);
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

    /// <summary>What the server sends to the scripted peer, which acknowledges only what it is told to: an echo, or the FIN of close(). Or what clients send,
    /// as a schedule only.</summary>
    private static void OfEstablished(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        var phases = scenario.Phases.Select(phase => phase.Action as PeerAction).ToList();
        var connects = phases.FindIndex(peer => peer?.Send == PeerSegment.Connect);
        var data = phases.FindIndex(peer => peer?.Send == PeerSegment.Data);
        var socket = new EstablishedSocket(LongestHandshake, HasSack: sysctls.Number("net.ipv4.tcp_sack") is not 0);
        if (connects >= 0 && scenario.Server.Connection == ConnectionBehaviour.Close)
        {
            OfServer(list, scenario, sysctls, socket with { IsOrphan = true },
                (RetransmitKind.Fin, "the FIN of close() that is not acknowledged is sent at", connects));
        }
        else if (data >= 0 && scenario.Server.Connection == ConnectionBehaviour.Echo)
        {
            OfServer(list, scenario, sysctls, socket with { UserTimeout = scenario.Server.UserTimeout },
                (RetransmitKind.Data, "data that is not acknowledged is sent at", data));
        }
        else if (scenario.Has<SendAction>())
        {
            var client = socket with { UserTimeout = scenario.Swarm.UserTimeout, RtoMax = scenario.Swarm.RtoMax };
            OfSchedule(list, RetransmitKind.Data, DataSchedule.Of(client, sysctls.Number, sysctls.TicksPerSecond),
                EndOfRun(scenario, scenario.Phases.ToList().FindIndex(phase => phase.Action is SendAction),
                    sysctls), sysctls.TicksPerSecond, "a client's data that is not acknowledged is sent at", DataSchedule.KernelSource);
        }
    }

    private static void OfServer(PredictionList list, Scenario scenario, LiveSysctls sysctls, EstablishedSocket socket,
        (RetransmitKind Of, string What, int Begins) kind)
    {
        var schedule = DataSchedule.Of(socket, sysctls.Number, sysctls.TicksPerSecond);
        var ended = ModelPredictions.PeersConnected(scenario, sysctls);
        var end = ended is { Low: 0 } ? new End(Never, "by the rules it may be that no handshake of the peer ends here, and then the server sends nothing")
            : ModelPredictions.Least(scenario, sysctls, workers: 1, at => at.Accepted) == 0
                ? new End(Never, "by the rules it may be that the server accepts nothing here, and then it sends nothing")
            : EndOfRun(scenario, kind.Begins, sysctls, FirstAccept(scenario.Server.Accept));
        OfSchedule(list, kind.Of, schedule, end, sysctls.TicksPerSecond, kind.What, DataSchedule.KernelSource);
        if (!IsLeftAlone(scenario, kind.Begins))
        {
            return;
        }

        var connected = scenario.Actions<PeerAction>().Where(peer => peer.Send == PeerSegment.Connect).Sum(peer => (long)(peer.Count ?? 1));
        var count = scenario.Phases[kind.Begins].Action is PeerAction { Send: PeerSegment.Data, Count: { } asked } ? Math.Min(asked, connected) : connected;
        if (ended is { } some && some.Low < connected)
        {
            LeaveOpen(list, scenario, kind.Of, $"{some} of {connected} handshakes of the peer end, and only what was accepted sends something");
            return;
        }

        if (socket.IsOrphan && sysctls.Number("net.ipv4.tcp_max_orphans") is { } most && count > most)
        {
            LeaveOrphansOpen(list, scenario, kind.Of, count, most);
            return;
        }

        AtPhaseEnds(list, scenario, kind.Of, $"{kind.What} {schedule}", DataSchedule.KernelSource, end =>
        {
            var flows = new SilentFlows(schedule, DataSchedule.HasLossProbe(socket, sysctls.Number));
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

    // The latest moment of the first accept(), since something is queued.
    private static Nanoseconds FirstAccept(AcceptPolicy policy) => policy.Kind switch
    {
        AcceptPolicyKind.Paced => Nanoseconds.FromSeconds(1 / policy.Rate.PerSecond),
        AcceptPolicyKind.Stalled => policy.After + policy.For,
        AcceptPolicyKind.Never or AcceptPolicyKind.Eager => Nanoseconds.Zero,
    };

    // Each close() and each time-out of an orphan compares a count that is up to 100 ms old (net/ipv4/tcp.c tcp_check_oom, net/ipv4/tcp_timer.c
    // tcp_out_of_resources).
    private static void LeaveOrphansOpen(PredictionList list, Scenario scenario, RetransmitKind kind, long count, long most)
    {
        var why = $"{count} sockets are closed with their FIN unacknowledged, net.ipv4.tcp_max_orphans allows {most}, "
            + "and which of them the kernel resets depends on a count that is up to 100 ms old";
        var rule = $"beyond net.ipv4.tcp_max_orphans {most} a socket that its process has closed is reset";
        foreach (var phase in scenario.Phases.Select(phase => (string?)phase.Name).Append(null))
        {
            list.Within(PhaseQuantities.PeerResets.At(phase), 0, count, rule, "net/ipv4/tcp.c tcp_check_oom");
        }

        LeaveOpen(list, scenario, kind, why);
    }

    private static void LeaveOpen(PredictionList list, Scenario scenario, RetransmitKind kind, string why)
    {
        foreach (var phase in scenario.Phases.Select(phase => (string?)phase.Name).Append(null))
        {
            Quantity[] open = [Again(kind), PhaseQuantities.Unacknowledged, PhaseQuantities.TimedOut, PhaseQuantities.Timeouts];
            Array.ForEach(open, quantity => list.Undetermined(quantity.At(phase), why));
        }
    }

    /// <summary>True when the peer connects first, says nothing more after that phase, one segment is all that the server sends to each flow, and nobody else
    /// is on the network.</summary>
    private static bool IsLeftAlone(Scenario scenario, int begins) =>
        scenario.Server.Accept.Kind == AcceptPolicyKind.Eager
        && !scenario.Phases.Any(phase => phase.Action is LoadAction or SendAction)
        && scenario.Phases.Index().All(phase => phase.Item.Action is not PeerAction peer
            || (phase.Index < begins && peer.Send == PeerSegment.Connect)
            || (phase.Index == begins && peer.Bytes <= LeastMss && peer.Rate is null));

    private static void AtPhaseEnds(PredictionList list, Scenario scenario, RetransmitKind kind, string rule, string source, Func<int, SilentFlows> flowsAt)
    {
        for (var end = 0; end < scenario.Phases.Length; end++)
        {
            Of(flowsAt(end), scenario.Phases[end].Name);
        }

        Of(flowsAt(scenario.Phases.Length - 1), null);

        void Of(SilentFlows flows, string? phase)
        {
            list.Between(Again(kind).At(phase), flows.Again, rule, source);
            list.Between((kind == RetransmitKind.Syn ? PhaseQuantities.Waiting : PhaseQuantities.Unacknowledged).At(phase), flows.Waiting, rule, source);
            list.Between(PhaseQuantities.TimedOut.At(phase), flows.TimedOut, rule, source);
            list.Between(PhaseQuantities.Timeouts.At(phase), flows.Timeouts, $"{rule}; each time-out counts, also the one that ends it", source);
        }
    }

    private static Quantity GiveUp(RetransmitKind kind) => kind switch
    {
        RetransmitKind.Syn => RunQuantities.SynGiveUp,
        RetransmitKind.SynAck => RunQuantities.SynAckGiveUp,
        RetransmitKind.Data => RunQuantities.DataGiveUp,
        RetransmitKind.Fin => RunQuantities.FinGiveUp,
    };

    private static Quantity Again(RetransmitKind kind) => kind switch
    {
        RetransmitKind.Syn => PhaseQuantities.SynRetransmits,
        RetransmitKind.SynAck => PhaseQuantities.SynAcksAgain,
        RetransmitKind.Data => PhaseQuantities.DataRetransmits,
        RetransmitKind.Fin => PhaseQuantities.FinRetransmits,
    };
}
