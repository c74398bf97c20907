using LoadLab.Model;

namespace LoadLab.Planning.Checks;

/// <summary>Whether the ways in which clients bind, and the ports they go to, make sense together.</summary>
internal static class LocalEndCheck
{
    /// <summary>Checks the server's ports and each load.</summary>
    public static void Run(PlanCheck check)
    {
        var server = check.Scenario.Server;
        if (server.Ports > 1 && server.Port == 0)
        {
            check.Error("server.ports",
                $"server.ports is {server.Ports}, but server.port is 0: name the first port, outside of net.ipv4.ip_local_port_range, such as 9000");
        }

        if (server.Port + server.Ports - 1 > 65535)
        {
            check.Error("server.ports",
                $"server.ports is {server.Ports}, but from server.port {server.Port} on there are only {65536 - server.Port}; begin at a lower one");
        }

        foreach (var load in check.Loads.Add(check.Scenario.Swarm))
        {
            Check(check, server, load);
        }
    }

    private static void Check(PlanCheck check, ServerSpec server, SwarmSpec load)
    {
        if (load.Port is { } port && (server.Port == 0 || !new PortRange(server.Port, server.Port + server.Ports - 1).Contains(port)))
        {
            check.Error("swarm.port", $"swarm.port is {port}, where no socket listens: server.port is {server.Port} and server.ports {server.Ports}");
        }

        if (load is { Bind: BindWay.None, Sources: { } sources, Ports: PortStrategy.Kernel })
        {
            check.Error("swarm.bind",
                $"swarm.bind is none, but swarm.sources is {sources}, and an address is chosen by bind(); set swarm.bind to no-port or first");
        }

        if (load.LiveLocalPorts is { } local)
        {
            CheckLocalPorts(check, load, local);
        }
    }

    private static void CheckLocalPorts(PlanCheck check, SwarmSpec load, PortRange local)
    {
        if (!check.Host.Kernel.IsAtLeast(6, 3))
        {
            check.Error("swarm.local-ports",
                $"swarm.local-ports needs IP_LOCAL_PORT_RANGE, which Linux has from 6.3 on, and this is {check.Host.Kernel}; leave it out, or run on a "
                + $"newer kernel");
        }

        var range = check.Sysctls.EphemeralPorts.Range;
        if (!range.Contains(local))
        {
            check.Note($"swarm.local-ports {local} is not inside net.ipv4.ip_local_port_range {range}: the kernel ignores an end that lies outside");
        }
    }
}
