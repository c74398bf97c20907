using LoadLab.Model;

namespace LoadLab.Planning.Checks;

/// <summary>Settings that are right each on its own and make no sense together.</summary>
internal static class ContradictionCheck
{
    /// <summary>Checks the server against the swarm, and the phases against each other.</summary>
    public static void Run(PlanCheck check)
    {
        var scenario = check.Scenario;
        if (check.Loads.Any(load => load.ExchangeBytes > 0) && scenario.Server.Connection != ConnectionBehaviour.Echo)
        {
            check.Error(
                "swarm.exchange",
                $"swarm.exchange waits for the same bytes back, but server.connection is {EnumWords<ConnectionBehaviour>.Of(scenario.Server.Connection)}, which sends none; set server.connection to echo, or exchange to 0");
        }

        var hasLoad = false;
        foreach (var phase in scenario.Phases)
        {
            hasLoad |= phase.Action is LoadAction;
            if (phase.Action is ClientsAction && !hasLoad)
            {
                check.Error("phases", $"phase '{phase.Name}' ends clients, but no load comes before it, so there are none; put a load first");
            }
        }

        if (scenario.Server.AcceptThreads > 1 && scenario.Server.Accept.Kind == AcceptPolicyKind.Never && !scenario.Phases.Any(phase => phase.Action is AcceptAction))
        {
            check.Error("server.accept-threads", $"server.accept-threads is {scenario.Server.AcceptThreads}, but server.accept is never; leave one of them out");
        }

        if (scenario.Sandbox == SandboxKind.Host)
        {
            check.Note("sandbox host: no isolation; counters are those of the whole machine, and no sysctl is changed");
        }
    }
}
