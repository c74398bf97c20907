using LoadLab.KernelModel.Rules;
using LoadLab.Model;
using LoadLab.Planning.Checks;

namespace LoadLab.Planning.Predictions;

/// <summary>What follows from RLIMIT_NOFILE of a role alone.</summary>
internal static class DescriptorLimits
{
    private const string Source = "fs/file.c alloc_fd";

    /// <summary>Adds what the scenario states.</summary>
    public static void Predict(PredictionList list, Scenario scenario)
    {
        Limit(RunQuantities.ServerNofile, scenario.ServerNofile, "a process's table ends at RLIMIT_NOFILE: as many descriptors, the runtime's own among them");
        Limit(RunQuantities.SwarmNofile, scenario.SwarmNofile, "a process's table ends at RLIMIT_NOFILE: as many descriptors, the runtime's own among them");
        Limit(RunQuantities.ServerRoom, scenario.ServerSpare,
            "RLIMIT_NOFILE is set to leave so many descriptors free, and each connection takes one");
        Limit(RunQuantities.SwarmRoom, scenario.SwarmSpare, "RLIMIT_NOFILE is set to leave so many descriptors free, and each socket takes one");

        void Limit(Quantity of, long? value, string rule)
        {
            if (value is { } limit)
            {
                list.Exactly(of, limit, rule, Source);
            }
        }
    }

    /// <summary>What the client processes have open together, where that is not one limit: several tables, or too few clients at once to fill each by
    /// themselves. Null where one table is full, or where they have no limit of their own.</summary>
    public static WitnessFigure? MayStayBelow(Scenario scenario)
    {
        if (scenario.SwarmNofile is not { } limit)
        {
            return null;
        }

        // A client holds its socket while it has a port and its program does not end it; one that gets no port closes it at once, and so does one whose
        // connect() fails, since the server has reset its connection before it looks.
        var loads = scenario.Loads.Select(load => load.Swarm).ToList();
        var holds = loads.TrueForAll(load => load.Then == ClientEnd.Hold) && scenario.Server.Connection != ConnectionBehaviour.Reset;
        var sockets = loads.Sum(load => Math.Min(Arrivals.Count(load) ?? long.MaxValue / 4, PortsOf(load, scenario.Server)));
        if (scenario.Sysctls.TryGetValue("net.ipv4.ip_local_port_range", out var range) && loads.TrueForAll(load => load.Target is null))
        {
            sockets = Math.Min(sockets, EphemeralPorts.Of(range, null).Most * loads.Select(load => load.Sources?.Count ?? 1).DefaultIfEmpty()
                .Max() * scenario.Server.Ports);
        }

        var workers = loads.Max(load => load.Workers) ?? 1;
        var all = (long)limit * workers;
        return !holds || sockets / workers < limit
            ? new WitnessFigure(new PredictedRange(0, Math.Min(all, sockets + DescriptorCheck.OwnDescriptors * workers)), IsOpen: false)
            : workers == 1 ? null : new WitnessFigure(new PredictedRange(all, all), IsOpen: false);
    }
    // The ports that the load names for itself, for each address that it comes from and each port that it goes to.
    private static long PortsOf(SwarmSpec load, ServerSpec server) => load is { Target: null, LiveLocalPorts.Count: var ports }
        ? (long)ports * (load.Sources?.Count ?? 1) * server.Ports : long.MaxValue / 4;
}
