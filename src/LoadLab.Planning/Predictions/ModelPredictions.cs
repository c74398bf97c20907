using System.Collections.Immutable;
using LoadLab.KernelModel;
using LoadLab.Model;

namespace LoadLab.Planning.Predictions;

/// <summary>The predictions of the kernel model: it runs under several timings, and the range of what came out is the prediction.</summary>
/// <remarks>
/// What is truly open marks the quantities that it changes, and only those: SYNs of one slot of the timer wheel that compete for fewer places, and the hash of
/// SO_REUSEPORT.
/// </remarks>
internal static class ModelPredictions
{
    private const long MostConnects = 300_000;
    private const long MostMixedConnects = 20_000;
    private const int FewDraws = 4;

    // Below it a run of the model is shorter than the start of a thread.
    private const long FewConnects = 1_000;

    // The slow machine: no other draw takes longer, but for one slot of the timer wheel.
    private static readonly Range BriefDraws = 1..2;

    // Of a replay, where a run of the model is short.
    private const int FurtherDraws = 60;

    /// <summary>Why what clients of one timer slot meet is open.</summary>
    public const string Contested = "SYNs of one slot of the timer wheel compete for fewer places than they need, and the processors decide which of their "
        + "clients get in";
    private const string Hashed = "the kernel spreads clients over the listeners by a hash with a random key";
    private static readonly (string Name, double Share)[] Quantiles = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1)];

    /// <summary>Adds all that the model tells and the list does not have yet.</summary>
    public static void Predict(PredictionList list, Scenario scenario, LiveSysctls sysctls, int workers)
    {
        AddBounds(list, scenario, sysctls);
        if (scenario.AwaitsRun)
        {
            AddAfterRun(list, scenario, sysctls);
        }

        if (Foreseen(scenario) is not { } foreseen)
        {
            list.WhyNoOthers = WhyNot(scenario)!;
            return;
        }

        var runs = sysctls.ModelRuns(() => Runs(foreseen, sysctls, workers));
        var figures = ModelFigures.Of(foreseen, sysctls);
        for (var i = 0; i < foreseen.Phases.Length; i++)
        {
            Add(list, figures, foreseen.Phases[i].Name, [.. runs.Select(run => run.Phases[i])], foreseen);
        }

        if (WhyNot(scenario) is { } why)
        {
            list.WhyNoOthers = why;
            return;
        }

        if (runs.All(run => run.Last is { WithoutPort: 0, Refused: 0 }))
        {
            SharedPort.Predict(list, scenario, sysctls);
        }

        Add(list, figures, null, [.. runs.Select(run => run.Last)], scenario);
        AddMoments(list, runs, sysctls);
        AddSmallestBacklog(list, scenario, sysctls, workers, runs);
    }

    /// <summary>How long the phases last at most, on a machine that loses no time between them.</summary>
    public static Nanoseconds Lasts(Scenario scenario, LiveSysctls sysctls) =>
        new(sysctls.ModelRuns(() => Runs(scenario, sysctls, 1)).Max(run => run.Last.At.Value - (run.Slack.Value * scenario.Phases.Length)));

    /// <summary>The least that a count comes to at the end, of all draws; null where the model is not asked.</summary>
    public static long? Least(Scenario scenario, LiveSysctls sysctls, int workers, Func<Snapshot, long> count) =>
        scenario.Phases.IsEmpty || WhyNot(scenario) is not null ? null : sysctls.ModelRuns(() => Runs(scenario, sysctls, workers)).Min(run => count(run.Last));

    /// <summary>How many handshakes of the scripted peer end, of a scenario without other clients; null where the model is not asked.</summary>
    public static PredictedRange? PeersConnected(Scenario scenario, LiveSysctls sysctls)
    {
        if (WhyNot(scenario) is not null)
        {
            return null;
        }

        var runs = sysctls.ModelRuns(() => Runs(scenario, sysctls, 1));
        return new PredictedRange(runs.Min(run => run.Last.Peer.Established), runs.Max(run => run.Last.Peer.Established));
    }

    /// <summary>The part of a scenario that the model is asked for: all of it, or the phases before the first load in shape churn; null: none.</summary>
    public static Scenario? Foreseen(Scenario scenario)
    {
        var before = scenario.Phases.TakeWhile(phase => phase.Action is not LoadAction { Swarm.Shape: LoadShape.Churn }).ToImmutableArray();
        var part = before.Length == scenario.Phases.Length ? scenario : scenario with { Phases = before };
        return (before.IsEmpty && !scenario.Phases.IsEmpty) || WhyNot(part) is not null ? null : part;
    }

    /// <summary>Why the model is not asked for the whole of a scenario; null when it is.</summary>
    public static string? WhyNot(Scenario scenario)
    {
        var loads = scenario.Loads.Select(load => load.Swarm).ToList();
        var connects = loads.Sum(Arrivals.Count) + scenario.Actions<PeerAction>().Sum(peer => (long)(peer.Count ?? 1));
        return scenario.HasChurn ? ClosedLoads.Why
            : connects > MostConnects ? $"the model runs for up to {MostConnects} connects and not for {connects}"
            : null;
    }

    private static List<ModelRun> Runs(Scenario scenario, LiveSysctls sysctls, int workers)
    {
        var connects = scenario.Loads.Sum(load => Arrivals.Count(load.Swarm)) ?? 0;
        var all = Timing.DrawsOf(sysctls.Conditions);
        var draws = sysctls.IsBrief ? all.Take(BriefDraws) : connects > MostMixedConnects ? all.Take(FewDraws)
            : sysctls.IsReplay && connects < FewConnects ? [.. all, .. Timing.FurtherDraws(sysctls.Conditions, FurtherDraws)] : all;
        bool[] holds = SynQueue.HoldsOneMore(sysctls.Kernel, sysctls.Text("kernel.version")) is { } known ? [known] : [false, true];
        var facts = sysctls.Facts;
        (ModelInput Input, Timing Timing)[] runs = [.. DescriptorRooms.Of(scenario, sysctls.Conditions).SelectMany(limited => holds.SelectMany(
            holdsOneMore => draws.Select(timing =>
                (new ModelInput(limited, facts, workers, holdsOneMore) { Seen = sysctls.Connects, Phases = sysctls.Phases }, timing))))];
        var made = new ModelRun[runs.Length];
        if (connects < FewConnects)
        {
            for (var i = 0; i < runs.Length; i++)
            {
                made[i] = SocketLayer.Run(runs[i].Input, runs[i].Timing);
            }
        }
        else
        {
            // A run of the model touches nothing but what it made itself.
            _ = Parallel.For(0, runs.Length, i => made[i] = SocketLayer.Run(runs[i].Input, runs[i].Timing));
        }

        return [.. made];
    }

    private static void Add(PredictionList list, ModelFigure[] figures, string? phase, List<Snapshot> snapshots, Scenario scenario)
    {
        var isContested = snapshots.Exists(at => at.IsContested);
        foreach (var figure in figures)
        {
            var values = snapshots.ConvertAll(at => figure.Value(at));
            var isOpen = values.Distinct().Count() > 1;
            var why = (isOpen || figure.IsOfRequests) && isContested ? Contested : isOpen && scenario.Server.Listeners > 1 ? Hashed : null;
            if (why is not null)
            {
                list.Undetermined(figure.Of.At(phase), why);
            }
            else if (values.TrueForAll(value => value is not null))
            {
                list.Between(figure.Of.At(phase), [.. values.OfType<decimal>()], figure.Rule, figure.Source);
            }
        }
    }

    // Of a load in shape churn and of all that comes after it.
    private static void AddAfterRun(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        var figures = ModelFigures.Of(scenario, sysctls);
        var phases = scenario.Phases.Select(phase => phase.Name).Skip(Foreseen(scenario)?.Phases.Length ?? 0);
        foreach (var phase in phases.Append(null))
        {
            Array.ForEach(figures, figure => list.AfterRun(figure.Of.At(phase), figure.Rule, figure.Source));
        }
    }

    private static void AddBounds(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        var live = AcceptQueue.LiveBacklog(scenario.Server.Backlog, sysctls.Somaxconn);
        var (cookies, most) = ((int)(sysctls.Number("net.ipv4.tcp_syncookies") ?? 1), (int)(sysctls.Number("net.ipv4.tcp_max_syn_backlog") ?? 128));
        bool[] holds = SynQueue.HoldsOneMore(sysctls.Kernel, sysctls.Text("kernel.version")) is { } known ? [known] : [false, true];
        list.Between(RunQuantities.SynQueueCapacity, [.. holds.Select(holdsOneMore => (decimal)SynQueue.Capacity(live, most, cookies, holdsOneMore))],
            ModelFigures.SynBound(sysctls), SynQueue.BoundSource);
        var ports = sysctls.EphemeralPorts;
        for (var port = 0; port < scenario.Server.Ports; port++)
        {
            ports = ports.Without(scenario.Server.Port == 0 ? 0 : scenario.Server.Port + port);
        }

        var reserved = ports.Reserved == 0 ? "" : $" less {ports.Reserved} reserved or listened on";
        list.Within(RunQuantities.LocalPorts, ports.Least, ports.Most,
            $"each source address has the {ports.High - ports.Low + 1} ports of {ports.Low}..{ports.High}{reserved} for each destination",
            EphemeralPorts.KernelSource);
    }

    private static void AddMoments(PredictionList list, IReadOnlyCollection<ModelRun> runs, LiveSysctls sysctls)
    {
        if (runs.All(run => run.FirstOverflow is not null))
        {
            list.Between(RunQuantities.FirstOverflow, [.. runs.Select(run => Predictor.Seconds(run.FirstOverflow!.Value))],
                "the first SYN that finds the queue full: arrivals have outrun accepts by the queue's capacity", "net/ipv4/tcp_input.c tcp_conn_request; "
                + "include/net/sock.h sk_acceptq_is_full");
        }
        else
        {
            list.Undetermined(RunQuantities.FirstOverflow, "by the rules nothing overflows here, or not with every timing");
        }

        if (runs.All(run => run.FirstExpiry is not null))
        {
            list.Between(RunQuantities.HalfOpenExpires, OfTimers(runs.Select(run => run.FirstExpiry!.Value)),
                "a half-open request is given up by the time-out after its last SYN-ACK", SynAckSchedule.KernelSource);
        }
        else
        {
            list.Undetermined(RunQuantities.HalfOpenExpires, "by the rules no half-open request is given up here before the end");
        }

        var isContested = runs.Any(run => run.Last.IsContested);
        foreach (var (name, share) in Quantiles)
        {
            if (isContested)
            {
                list.Undetermined(RunQuantities.Latency.Of(name), Contested);
            }
            else if (runs.All(run => !run.Latencies.IsEmpty))
            {
                list.Between(RunQuantities.Latency.Of(name), OfTimers(runs.Select(run => run.Latency(share)!.Value)),
                    $"a client is answered by the first SYN that finds room; SYNs go out at {sysctls.SynSchedule}", SynSchedule.KernelSource);
            }
        }
    }

    /// <summary>Moments of timers: a slot of the wheel's second level lies between the draws, a busy machine takes 5 ms more, and no timer of whole seconds is
    /// early.</summary>
    private static List<decimal> OfTimers(IEnumerable<Nanoseconds> moments)
    {
        const decimal Slot = 0.032m, Softirq = 0.005m;
        var seconds = moments.Select(Predictor.Seconds).ToList();
        return seconds.Max() < 1 ? seconds : [Math.Max(Math.Floor(seconds.Min()), seconds.Min() - Slot), seconds.Max() + Slot + Softirq];
    }

    /// <summary>Where nothing is dropped, with an unbounded queue if need be, the longest queue that any SYN meets is what the live backlog must not be
    /// below.</summary>
    private static void AddSmallestBacklog(PredictionList list, Scenario scenario, LiveSysctls sysctls, int workers, IReadOnlyList<ModelRun> runs)
    {
        var why = DescriptorRooms.LimitsServer(scenario) ? "the server's limit of descriptors decides what it accepts"
            : scenario.Phases.Any(phase => phase.Action is ListenAction) ? "a phase changes the backlog"
            : scenario.Has<PeerAction>() ? "the scripted peer does not retransmit what is dropped"
            : scenario.Server.Listeners > 1 ? Hashed
            : scenario.Server.DeferAccept > Nanoseconds.Zero ? "under TCP_DEFER_ACCEPT a handshake ends when data comes"
            : null;
        if (why is not null)
        {
            list.Undetermined(RunQuantities.SmallestBacklog, why);
            return;
        }

        var unbounded = scenario with { Server = scenario.Server with { Backlog = int.MaxValue } };
        var lossless = runs.All(run => run.Last.Drops == 0) ? runs : Runs(unbounded, sysctls.With("net.core.somaxconn", "2147483647"), workers);
        List<decimal> needed = [.. lossless.Select(run => (decimal)run.LongestQueueMet)];
        if (needed.Max() <= sysctls.Somaxconn)
        {
            var most = needed.Max();
            list.Between(RunQuantities.SmallestBacklog, needed,
                $"with the queue unbounded a SYN finds at most {most} connections queued, and {most} is not more than a backlog of {most}",
                "net/ipv4/tcp_input.c tcp_conn_request; include/net/sock.h sk_acceptq_is_full");
        }
        else
        {
            list.Undetermined(RunQuantities.SmallestBacklog, $"it takes {needed.Max()}, and net.core.somaxconn is {sysctls.Somaxconn}");
        }
    }
}
