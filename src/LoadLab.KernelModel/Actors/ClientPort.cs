using LoadLab.KernelModel.Rules;
using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>Which address and port a client of the swarm asks for.</summary>
internal static class ClientPort
{
    /// <summary>The ports that loads name themselves, where other loads or the server leave the choice to the kernel.</summary>
    public static PortSet Named(Scenario scenario, SysctlState sysctls)
    {
        var named = new PortSet();
        var range = EphemeralPorts.Of(sysctls.Text("net.ipv4.ip_local_port_range"), null).Range;
        var (loads, planned) = (scenario.Loads.Select(load => load.Swarm).ToList(), 0L);
        if (scenario.Server.Port != 0 && loads.TrueForAll(swarm => swarm.Ports == PortStrategy.Planned || Own(swarm) != range))
        {
            return named;
        }

        foreach (var swarm in loads)
        {
            var sources = (swarm.Sources ?? AddressRange.Loopback).Count;
            var before = planned;
            planned += swarm.Ports == PortStrategy.Planned ? Arrivals.Count(swarm) ?? 0 : 0;
            for (var at = before / sources; at * sources < planned && at < (before / sources) + range.Count; at++)
            {
                named.Add(range.First + (int)(at % range.Count));
            }

            var own = Own(swarm);
            for (var port = own.First; own != range && port <= own.Last; port++)
            {
                named.Add(port);
            }
        }

        return named;

        PortRange Own(SwarmSpec swarm) => swarm.LiveLocalPorts is { } local ? range.Narrowed(local) : range;
    }

    /// <summary>What a load's connect asks for: the kernel's choice, or the next of the planned ports, which go on where earlier loads ended and do not leave
    /// reserved ones out.</summary>
    /// <param name="load">The load.</param>
    /// <param name="index">Which connect of it.</param>
    /// <param name="range">net.ipv4.ip_local_port_range.</param>
    public static PortAsk Ask(LoadState load, long index, PortRange range)
    {
        var swarm = load.Swarm;
        var isPlanned = swarm.Ports == PortStrategy.Planned;
        var sources = swarm.Sources ?? (isPlanned ? AddressRange.Loopback : default);
        var at = load.PlannedBefore + index;
        var source = swarm.Sources is null && !isPlanned ? default : Endpoint.IPv4(sources[at], 0);
        if (isPlanned)
        {
            source = source with { Port = range.First + (int)(at / sources.Count % range.Count) };
        }

        var destination = swarm.Target is { } target ? SocketLayer.EndOf(target, load.Group.End.Port) : load.Group.End;
        return new PortAsk(source, destination, swarm.LiveBind, swarm.LiveLocalPorts);
    }
}
