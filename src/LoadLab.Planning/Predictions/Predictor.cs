using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Predictions;

/// <summary>All that the kernel's rules say about one run, before it.</summary>
internal static class Predictor
{
    private const string ListenSource = "net/socket.c __sys_listen (sk_max_ack_backlog)";
    private const string CapacitySource = "include/net/sock.h sk_acceptq_is_full";

    /// <summary>Every prediction that can be made.</summary>
    public static PredictionList For(Scenario scenario, LiveSysctls sysctls, int workers = 1)
    {
        var list = new PredictionList();
        var loads = scenario.Loads.Select(load => load.Swarm).ToList();
        var connects = loads.ConvertAll(Arrivals.Count);
        var isOpenModel = connects.TrueForAll(count => count is not null);
        OfSettings(list, scenario, sysctls);
        ProbePredictions.Predict(list, scenario, sysctls);
        OfFileTable(list, scenario, sysctls);
        RetransmitPredictions.Predict(list, scenario, sysctls, workers);
        if (!isOpenModel)
        {
            ModelPredictions.Predict(list, scenario, sysctls, workers);
            return list;
        }

        var total = connects.Sum() ?? 0;
        list.Exactly(RunQuantities.Connects, total, connects.Count == 0 ? "no phase of this scenario loads the server"
            : $"the loads issue {string.Join(" + ", connects)} connects", "the scenario itself");
        if (connects.Count == 0 && !scenario.Has<PeerAction>())
        {
            // What the probe's steps leave open has been said already.
            list.WhyNoOthers = scenario.Has<ProbeAction>() ? list.WhyNoOthers : "no phase of this scenario loads the server";
        }
        else
        {
            ModelPredictions.Predict(list, scenario, sysctls, workers);
        }

        return list;
    }

    private static void OfSettings(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        var server = scenario.Server;
        var live = AcceptQueue.LiveBacklog(server.Backlog, sysctls.Somaxconn);
        var capacity = AcceptQueue.Capacity(live);
        list.Exactly(RunQuantities.Backlog, server.Backlog, $"listen({server.Backlog}) is what the scenario asks for", "the scenario itself");
        if (!scenario.Phases.Any(phase => phase.Action is ListenAction))
        {
            list.Exactly(PhaseQuantities.LiveBacklog, live, server.Backlog < 0
                ? $"listen({server.Backlog}) under net.core.somaxconn {sysctls.Somaxconn} gives {live}, since the kernel compares the backlog as an "
                + $"unsigned number"
                : $"listen({server.Backlog}) under net.core.somaxconn {sysctls.Somaxconn} gives min of both = {live}", ListenSource);
        }

        list.Exactly(RunQuantities.Capacity, capacity, $"full means more than {live} queued, so the queue takes {live} + 1 = {capacity}", CapacitySource);
        list.Exactly(RunQuantities.Listeners, server.Listeners, $"{server.Listeners} listener(s) on the port", "the scenario itself");
        list.Exactly(RunQuantities.TotalCapacity, capacity * server.Listeners,
            $"a queue for each listener: {server.Listeners} × {capacity} = {capacity * server.Listeners}", CapacitySource);
        DescriptorLimits.Predict(list, scenario);
    }

    private static void OfFileTable(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        if (!SandboxTraits.Of(scenario.Sandbox).HasOwnKernel || sysctls.Number("fs.file-max") is not { } fileMax)
        {
            return;
        }

        var isSmp = FileLimit.IsSmp(sysctls.Text("kernel.version"));
        var range = FileLimit.At(fileMax, isSmp, sysctls.Processors);
        var counts = isSmp ? $"each of {sysctls.Processors} processor(s) counts in batches, so it may come that much later"
            : "this kernel has no SMP, so its count is exact";
        list.Exactly(RunQuantities.FileMax, fileMax, $"fs.file-max is {fileMax}", FileLimit.KernelSource);
        list.Within(RunQuantities.FilesAtLimit, range.Low, range.High, $"a process without CAP_SYS_ADMIN is refused once {fileMax} files are open; {counts}",
            FileLimit.KernelSource);
    }

    /// <summary>A duration in seconds, exact to the nanosecond.</summary>
    internal static decimal Seconds(Nanoseconds value) => value.Value / 1_000_000_000m;
}
