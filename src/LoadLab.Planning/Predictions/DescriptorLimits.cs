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
        Limit("nofile.server", scenario.ServerNofile, "a process's table ends at RLIMIT_NOFILE: as many descriptors, the runtime's own among them", "descriptors");
        Limit("nofile.swarm", scenario.SwarmNofile, "a process's table ends at RLIMIT_NOFILE: as many descriptors, the runtime's own among them", "descriptors");
        Limit("room.server", scenario.ServerSpare, "RLIMIT_NOFILE is set so that there are so many free numbers below it, and each connection takes one", "connections");
        Limit("room.swarm", scenario.SwarmSpare, "RLIMIT_NOFILE is set so that there are so many free numbers below it, and each socket takes one", "connections");

        void Limit(string name, long? value, string rule, string unit)
        {
            if (value is { } limit)
            {
                list.Exactly(name, limit, unit, rule, Source);
            }
        }
    }

    /// <summary>Why a run whose processes meet their fd limit cannot be simulated; null when it can, or when none does.</summary>
    public static string? WhyNotSimulated(Scenario scenario, long connects)
    {
        var server = scenario.Server;
        var loads = scenario.Phases.Select(phase => phase.Action).OfType<LoadAction>().Select(load => load.Swarm).ToList();
        if (connects > scenario.SwarmNofile - DescriptorCheck.OwnDescriptors)
        {
            return "how many descriptors the runtime holds is seen in the run alone; with limits.swarm.spare in the place of limits.swarm.nofile the limit counts from there";
        }

        if (scenario.SwarmSpare is not null && (loads.Exists(load => load.Then != ClientEnd.Hold || load.ConnectTimeout > Nanoseconds.Zero || load.Workers > 1) || scenario.Phases.Any(phase => phase.Action is ClientsAction)))
        {
            return "clients that end give their descriptors back, which is not simulated for clients at their fd limit";
        }

        if (scenario.ServerSpare is null)
        {
            return null;
        }

        if (server.AtLimit.Kind == AtLimitKind.Shed && scenario.Phases.Any(phase => phase.Action is RaiseNofileAction))
        {
            return "when a loop that sheds notices a limit that was raised is not simulated";
        }

        var closes = server.Connection is ConnectionBehaviour.Echo or ConnectionBehaviour.Discard;
        var isSimple = server is { Listeners: 1, AcceptThreads: 1, Accept.Kind: AcceptPolicyKind.Eager } && !scenario.Phases.Any(phase => phase.Action is AcceptAction)
            && (!closes || loads.TrueForAll(load => load.Then == ClientEnd.Hold))
            && scenario.Phases.Select(phase => phase.Action).OfType<ClientsAction>().Sum(clients => clients.Count ?? long.MaxValue / scenario.Phases.Length) <= (closes ? scenario.ServerSpare : long.MaxValue);
        return isSimple ? null : "a server at its fd limit is simulated for one listener that accepts eagerly with one thread, whose connections end in phases alone, and not more of them than it holds";
    }
}
