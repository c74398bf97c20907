using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Predictions;

/// <summary>All that the kernel's rules say about one run, before it.</summary>
internal static class Predictor
{
    private const string Connections = "connections";
    private const string ListenSource = "net/socket.c __sys_listen (sk_max_ack_backlog)";
    private const string CapacitySource = "include/net/sock.h sk_acceptq_is_full";

    /// <summary>Beyond this a simulation would take longer than the plan is worth; the rules that need none still speak.</summary>
    private const long MostSimulatedConnects = 300_000;
    private const long MostMixedConnects = 20_000;

    /// <summary>Every prediction that can be made.</summary>
    public static PredictionList For(Scenario scenario, LiveSysctls sysctls)
    {
        var list = new PredictionList();
        var loads = scenario.Phases.Select(phase => phase.Action).OfType<LoadAction>().Select(load => load.Swarm).ToList();
        var connects = loads.ConvertAll(Arrivals.Count);
        var isOpenModel = connects.TrueForAll(count => count is not null);
        OfSettings(list, scenario, sysctls);
        ProbePredictions.Predict(list, scenario, sysctls);
        OfFileTable(list, scenario, sysctls);
        RetransmitPredictions.Predict(list, scenario, sysctls);
        if (!isOpenModel)
        {
            list.WhyNoOthers = "in shape churn the server's speed decides, and that has no rule";
            return list;
        }

        var total = connects.Sum() ?? 0;
        list.Exactly("connections", total, Connections, connects.Count == 0 ? "no phase of this scenario loads the server" : $"the loads issue {string.Join(" + ", connects)} connects", "the scenario itself");
        if (SimulatedSynQueue.Covers(scenario))
        {
            SimulatedSynQueue.Predict(list, scenario, sysctls);
        }
        else if (connects.Count == 0)
        {
            // What the probe's steps leave open has been said already.
            list.WhyNoOthers = scenario.Phases.Any(phase => phase.Action.Kind == PhaseActionKind.Probe) ? list.WhyNoOthers : "no phase of this scenario loads the server";
        }
        else if (SimulatedDeferral.Covers(scenario))
        {
            SimulatedDeferral.Predict(list, scenario, sysctls);
        }
        else if (HasHalfOpenWork(scenario))
        {
            list.WhyNoOthers = "requests that stay half-open are not part of the accept queue's simulation";
        }
        else if (DescriptorLimits.WhyNotSimulated(scenario, total) is { } reason)
        {
            list.WhyNoOthers = reason;
        }
        else if (PortExhaustion.Covers(scenario, sysctls))
        {
            PortExhaustion.Predict(list, scenario, sysctls);
        }
        else if (scenario.Server.Ports > 1 || loads.Exists(load => load.Port is not null || load.LocalPorts is not null || load.Bind == BindWay.First))
        {
            list.WhyNoOthers = PortExhaustion.WhyNot;
        }
        else if (scenario.Server.Listeners > 1)
        {
            SharedPort.Predict(list, scenario, sysctls, total);
        }
        else if (total <= MostSimulatedConnects)
        {
            var timings = total <= MostMixedConnects ? SimulationTiming.CornersAndMixed : SimulationTiming.Corners;
            SimulatedQueue.Predict(list, scenario, sysctls, [.. timings]);
        }
        else
        {
            list.WhyNoOthers = $"it would have to be simulated, which is done for up to {MostSimulatedConnects} connects and not for {total}";
        }

        return list;
    }

    /// <summary>True when something happens that the simulation of the accept queue does not know: it would foretell the wrong thing.</summary>
    private static bool HasHalfOpenWork(Scenario scenario) => scenario.Server.DeferAccept > Nanoseconds.Zero
        || scenario.Phases.Any(phase => phase.Action.Kind is PhaseActionKind.Peer or PhaseActionKind.DeferAccept or PhaseActionKind.Send)
        || scenario.Phases.Any(phase => phase.Action is LoadAction { Swarm.Target: not null });

    private static void OfSettings(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        var server = scenario.Server;
        var live = AcceptQueue.LiveBacklog(server.Backlog, sysctls.Somaxconn);
        var capacity = AcceptQueue.Capacity(live);
        list.Exactly("backlog", server.Backlog, Connections, $"listen({server.Backlog}) is what the scenario asks for", "the scenario itself");
        list.Exactly("live-backlog", live, Connections, $"listen({server.Backlog}) under net.core.somaxconn {sysctls.Somaxconn} gives min of both = {live}", ListenSource);
        list.Exactly("capacity", capacity, Connections, $"full means more than {live} queued, so the queue takes {live} + 1 = {capacity}", CapacitySource);
        list.Exactly("listeners", server.Listeners, Connections, $"{server.Listeners} listener(s) on the port", "the scenario itself");
        list.Exactly("total-capacity", capacity * server.Listeners, Connections, $"a queue for each listener: {server.Listeners} × {capacity} = {capacity * server.Listeners}", CapacitySource);
        DescriptorLimits.Predict(list, scenario);
    }

    private static void OfFileTable(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        if (scenario.Sandbox != SandboxKind.Kernel || sysctls.Number("fs.file-max") is not { } fileMax)
        {
            return;
        }

        var isSmp = FileLimit.IsSmp(sysctls.Text("kernel.version"));
        var range = FileLimit.At(fileMax, isSmp, sysctls.Processors);
        var counts = isSmp ? $"each of {sysctls.Processors} processor(s) counts in batches, so it may come that much later" : "this kernel has no SMP, so its count is exact";
        list.Exactly("file-max", fileMax, "files", $"fs.file-max is {fileMax}", FileLimit.KernelSource);
        list.Within("files-at-limit", range.Low, range.High, "files", $"a process without CAP_SYS_ADMIN is refused once {fileMax} files are open; {counts}", FileLimit.KernelSource);
    }

    /// <summary>A duration in seconds, exact to the nanosecond.</summary>
    internal static decimal Seconds(Nanoseconds value) => value.Value / 1_000_000_000m;
}
