using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Predictions;

/// <summary>The predictions for one listener: its queue is simulated with early and late timers, and the range of what comes out is the prediction.</summary>
internal static class SimulatedQueue
{
    private const string SynSource = "net/ipv4/tcp_input.c tcp_conn_request; include/net/sock.h sk_acceptq_is_full";
    private const string DescriptorSource = "fs/file.c alloc_fd";
    private const string AcceptSource = "net/socket.c __sys_accept4_file (get_unused_fd_flags before do_accept)";
    private static readonly (string Name, double Share)[] Quantiles = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1)];

    /// <summary>Adds all that the simulation tells.</summary>
    public static void Predict(PredictionList list, Scenario scenario, LiveSysctls sysctls, IReadOnlyList<SimulationTiming> timings)
    {
        var schedule = sysctls.SynSchedule;
        var runs = timings.Select(timing => AcceptQueueSimulation.Run(scenario, schedule, sysctls.Somaxconn, timing)).ToList();
        var figures = Figures(scenario, schedule, AcceptQueue.LiveBacklog(scenario.Server.Backlog, sysctls.Somaxconn));
        for (var i = 0; i < scenario.Phases.Length; i++)
        {
            PredictAtLimit(list, scenario, [.. runs.Select(run => run.Samples[i])], "@" + scenario.Phases[i].Name);
            foreach (var figure in figures.Where(figure => figure.Name == "live-backlog" || runs.TrueForAll(run => !run.Samples[i].IsContested)))
            {
                list.Between($"{figure.Name}@{scenario.Phases[i].Name}", [.. runs.Select(run => figure.Value(run.Samples[i]))], figure.Unit, figure.Rule, figure.Source);
            }
        }

        var isContested = runs.Exists(run => run.Last.IsContested);
        foreach (var figure in figures.Where(figure => figure.Name != "live-backlog" && !isContested))
        {
            list.Between(figure.Name, [.. runs.Select(run => figure.Value(run.Last))], figure.Unit, figure.Rule, figure.Source);
        }

        PredictAtLimit(list, scenario, [.. runs.Select(run => run.Last)], "");
        PredictMoments(list, runs, schedule, isContested);
        if (scenario.ServerSpare is not null)
        {
            return;
        }

        PredictSmallestBacklog(list, scenario, sysctls, timings);
    }

    /// <summary>What follows from a limit of descriptors, the server's or the clients'.</summary>
    private static void PredictAtLimit(PredictionList list, Scenario scenario, List<QueueSample> samples, string suffix)
    {
        var policy = $"with no descriptor left the accept loop does this: {scenario.Server.AtLimit}";
        list.Between($"refused{suffix}", [.. samples.Select(sample => (decimal)sample.Refused)], "connections", "socket() gives the lowest free descriptor, and EMFILE when that would be RLIMIT_NOFILE or more", DescriptorSource);
        list.Between($"shed{suffix}", [.. samples.Select(sample => (decimal)sample.Shed)], "connections", policy, AcceptSource);
        if (scenario.ServerSpare is not null && samples.TrueForAll(sample => sample.FailedAccepts is not null))
        {
            list.Between($"failed-accepts{suffix}", [.. samples.Select(sample => (decimal)sample.FailedAccepts!)], "calls", $"accept() takes the descriptor before it looks at the queue; {policy}", AcceptSource);
        }

        if (samples.TrueForAll(sample => sample.Emptied >= Nanoseconds.Zero))
        {
            list.Between($"emptied{suffix}", [.. samples.Select(sample => Predictor.Seconds(sample.Emptied!.Value))], "s", $"the queue is emptied by the first accept() that finds descriptors; {policy}", AcceptSource);
        }
    }

    private static Figure[] Figures(Scenario scenario, RetransmitSchedule schedule, int live)
    {
        var full = $"a SYN that finds more than {live} connections queued is dropped without an answer";
        var again = $"an unanswered client sends its SYN at {schedule}";
        var accept = $"the server accepts: {scenario.Server.Accept}";
        return
        [
            new("established", "connections", $"{full}; {again}; {accept}", SynSource, sample => sample.Established),
            new("waiting", "connections", $"{full}, and its client goes on waiting; {again}", SynSource, sample => sample.Waiting),
            new("queue", "connections", $"each handshake takes a slot until accept(), also when its client has ended; {accept}", "net/ipv4/inet_connection_sock.c inet_csk_accept, inet_csk_reqsk_queue_add", sample => sample.Queue),
            new("drops", "packets", $"{full}; {again}, and each SYN counts", SynSource, sample => sample.Drops),
            new("accepted", "connections", $"accept() takes from the front of the queue; {accept}", "net/ipv4/inet_connection_sock.c inet_csk_accept", sample => sample.Accepted),
            new("gave-up", "connections", $"{full}; a client waits for its connect time-out or the kernel's ETIMEDOUT; {again}", SynSchedule.KernelSource, sample => sample.GaveUp),
            new("syn-retransmits", "packets", again, SynSchedule.KernelSource, sample => sample.SynRetransmits),
            new("live-backlog", "connections", "listen() takes min(backlog, net.core.somaxconn) as they are when it is called", "net/socket.c __sys_listen (sk_max_ack_backlog)", sample => sample.LiveBacklog),
        ];
    }

    private static void PredictMoments(PredictionList list, List<SimulationResult> runs, RetransmitSchedule schedule, bool isContested)
    {
        if (runs.TrueForAll(run => run.FirstOverflow is not null))
        {
            list.Between("first-overflow", [.. runs.Select(run => Predictor.Seconds(run.FirstOverflow!.Value))], "s", "the first SYN that finds the queue full: arrivals have outrun accepts by the queue's capacity", SynSource);
        }
        else
        {
            list.WhyNoOthers = "by the rules nothing overflows here, so there is no first overflow";
        }

        if (isContested)
        {
            list.WhyNoOthers = "SYNs that are sent again come in batches, one for each slot of the timer wheel, and here a batch meets less room than it needs: which of its clients the server hears of has no rule";
        }

        foreach (var (name, share) in Quantiles.Where(_ => !isContested && runs.TrueForAll(run => !run.Latencies.IsEmpty)))
        {
            list.Between($"latency.{name}", [.. runs.Select(run => Predictor.Seconds(run.Latency(share)!.Value))], "s", $"a client is answered by the first SYN that finds room; SYNs go out at {schedule}", SynSchedule.KernelSource);
        }
    }

    private static void PredictSmallestBacklog(PredictionList list, Scenario scenario, LiveSysctls sysctls, IReadOnlyList<SimulationTiming> timings)
    {
        var needed = timings.Select(timing => SmallestLosslessBacklog.Of(scenario, sysctls.SynSchedule, timing)).ToList();
        if (needed.TrueForAll(backlog => backlog <= sysctls.Somaxconn))
        {
            var most = needed.Max()!.Value;
            list.Between("smallest-backlog", [.. needed.Select(backlog => (decimal)backlog!.Value)], "connections", $"with the queue unbounded a SYN finds at most {most} connections queued, and {most} is not more than a backlog of {most}", SynSource);
        }
    }

    private sealed record Figure(string Name, string Unit, string Rule, string Source, Func<QueueSample, decimal> Value);
}
