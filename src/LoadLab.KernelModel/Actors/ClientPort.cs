using LoadLab.KernelModel.Rules;
using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>Which address and port a client of the swarm asks for.</summary>
internal static class ClientPort
{
    /// <summary>What a load's connect asks for: the kernel's choice, or the next of the planned ports, which go on where earlier loads ended and do not leave
    /// reserved ones out.</summary>
    public static PortAsk Ask(LoadState load, long index, SysctlState sysctls)
    {
        var swarm = load.Swarm;
        var isPlanned = swarm.Ports == PortStrategy.Planned;
        var sources = swarm.Sources ?? (isPlanned ? AddressRange.Loopback : default);
        var at = load.PlannedBefore + index;
        var source = swarm.Sources is null && !isPlanned ? default : Endpoint.IPv4(sources[at], 0);
        if (isPlanned)
        {
            var range = EphemeralPorts.Of(sysctls.Text("net.ipv4.ip_local_port_range"), null).Range;
            source = source with { Port = range.First + (int)(at / sources.Count % range.Count) };
        }

        var destination = swarm.Target is { } target ? SocketLayer.EndOf(target, load.Group.End.Port) : load.Group.End;
        return new PortAsk(source, destination, swarm.LiveBind, swarm.LocalPorts);
    }
}
