using LoadLab.Model;

namespace LoadLab.Planning.Checks;

/// <summary>Settings that are right each on its own and make no sense together.</summary>
internal static class ContradictionCheck
{
    private const string RtoMaxSysctl = "net.ipv4.tcp_rto_max_ms";

    /// <summary>Checks the server against the swarm, and the phases against each other.</summary>
    public static void Run(PlanCheck check)
    {
        var scenario = check.Scenario;
        if (check.Loads.Any(load => load.ExchangeBytes > 0) && scenario.Server.Connection != ConnectionBehaviour.Echo)
        {
            check.Error(
                "swarm.exchange",
                $"swarm.exchange waits for the same bytes back, but server.connection is {EnumWords<ConnectionBehaviour>.Of(scenario.Server.Connection)}, "
                    + $"which sends none; set server.connection to echo, or exchange to 0");
        }

        CheckClientPhases(check);
        CheckOptions(check);
        if (scenario.Kernel is { } kernel && !SandboxTraits.Of(scenario.Sandbox).HasOwnKernel)
        {
            check.Error("kernel",
                $"kernel is {kernel}, but sandbox is {EnumWords<SandboxKind>.Of(scenario.Sandbox)}, which boots none; set sandbox to kernel, or leave "
                + $"kernel out");
        }

        if (SandboxTraits.Of(scenario.Sandbox).Note is { } note)
        {
            check.Note(note);
        }
    }

    private static void CheckClientPhases(PlanCheck check)
    {
        var hasLoad = false;
        var hasHeld = false;
        foreach (var phase in check.Scenario.Phases)
        {
            if (phase.Action is LoadAction { Swarm: { Target: null } swarm })
            {
                hasLoad = true;
                hasHeld |= swarm.Then == ClientEnd.Hold;
            }

            if (phase.Action is ClientsAction && !hasLoad)
            {
                check.Error("phases",
                    $"phase '{phase.Name}' ends clients, but no load comes before it that connects to the server, so there are none; put a load first");
            }

            if (phase.Action is SendAction && !hasHeld)
            {
                check.Error("phases",
                    $"phase '{phase.Name}' has clients send, but no load comes before it whose clients hold their connection to the server; put such a load "
                    + $"first");
            }
        }
    }

    private static void CheckOptions(PlanCheck check)
    {
        var scenario = check.Scenario;
        var loads = check.Loads.Add(scenario.Swarm);
        if (loads.Any(load => load.Target is not null) && !SandboxTraits.Of(scenario.Sandbox).IsMadeByRun)
        {
            check.Error("swarm.target",
                $"swarm.target is an address of the sandbox where no host answers, but in sandbox {EnumWords<SandboxKind>.Of(scenario.Sandbox)} its packets "
                + $"would leave by the machine's default route; use sandbox: namespace");
        }

        if (loads.Any(load => load.RtoMax > Nanoseconds.Zero) && check.Sysctls.Text(RtoMaxSysctl) is null)
        {
            check.Error("swarm.rto-max",
                $"swarm.rto-max needs TCP_RTO_MAX_MS, which Linux has from 6.15 on together with {RtoMaxSysctl}, and kernel {check.Host.Kernel} does not; "
                + $"leave it out, or run on a newer kernel");
        }

        if (scenario.Has<PeerAction>() && scenario.Server is { UserTimeout.Value: > 0, Connection: ConnectionBehaviour.Close })
        {
            check.Error("server.user-timeout",
                $"server.user-timeout is {scenario.Server.UserTimeout}, but with server.connection close no rule here says when FINs to a peer that does not "
                + $"acknowledge them are given up; leave it out");
        }
    }
}
