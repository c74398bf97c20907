using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Checks;

/// <summary>Whether the swarm has as many ephemeral ports as connects: a server is never blamed for its client.</summary>
internal static class PortCheck
{
    private const string Range = "net.ipv4.ip_local_port_range";

    /// <summary>Checks all loads to one destination together: they share one range. The destination that needs most decides.</summary>
    public static void Run(PlanCheck check)
    {
        if (check.Host.SysctlsOutOfRange.Contains(Range))
        {
            return;
        }

        var range = check.Sysctls.EphemeralPorts;
        var ports = range.Most;
        if (check.Scenario is { Subject: null, Server: { Port: 0 } server } && server.Ports > ports)
        {
            check.Error(
                "server.port",
                $"server.port is 0, so the kernel picks {server.Ports} of {Range} {range.Low}..{range.High}, but {range.Reserved} of its "
                    + $"{range.Range.Count} ports are reserved (net.ipv4.ip_local_reserved_ports); name a port, or widen the range");
            return;
        }

        var addresses = check.Loads.IsEmpty ? 1 : check.Loads.Max(load => load.Sources?.Count ?? 1);
        var needed = check.Loads.Where(load => load.Then != ClientEnd.Reset).GroupBy(load => load.Port ?? check.Scenario.Server.Port)
            .Select(loads => loads.Sum(load => load.Shape == LoadShape.Churn ? load.Connections : Arrivals.Count(load) ?? 0)).DefaultIfEmpty().Max();
        if (needed > ports * addresses)
        {
            // bind() with port 0 needs a port that is free for all destinations, and has an errno of its own (net/ipv4/inet_connection_sock.c
            // inet_csk_get_port).
            var fails = check.Loads.Any(load => load is { LiveBind: BindWay.First, Ports: PortStrategy.Kernel }) ? "bind() would answer EADDRINUSE"
                : "connect() would answer EADDRNOTAVAIL";
            check.ErrorOrNote(
                check.Scenario.Preflight == Preflight.Note,
                "swarm.connections",
                $"{needed} connects need {needed} ports, but {addresses} source address(es) have {ports} each ({Range} {range.Low}..{range.High}), so "
                    + $"{fails} after {ports * addresses}; "
                + $"widen the range (sysctl: {{{Range}: 1024 65535}}), add sources (swarm.sources: 127.1.0.1-127.1.0.9), or set preflight: note if that is "
                + $"the point");
        }

        if (check.Loads.Any(load => load.Shape == LoadShape.Churn && load.Then == ClientEnd.Close) && check.Sysctls.Number("net.ipv4.tcp_tw_reuse") == 2)
        {
            check.Note(
                "on loopback the kernel takes a port in TIME-WAIT again after 1 s (net.ipv4.tcp_tw_reuse 2), on a network not: set it to 0 to see what a "
                + "network would do");
        }
    }
}
