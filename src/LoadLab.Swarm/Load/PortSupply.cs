using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>How many local ports there are for a load's one destination.</summary>
/// <remarks>
/// Kernel: net/ipv4/inet_hashtables.c __inet_hash_connect, which skips net.ipv4.ip_local_reserved_ports; a bind() to a port of one's own does not.
/// </remarks>
internal static class PortSupply
{
    /// <summary>Ports of the range, less the reserved ones where the kernel picks, once for each source address.</summary>
    /// <param name="spec">The load.</param>
    /// <param name="low">Low end of the ephemeral range.</param>
    /// <param name="high">High end of it.</param>
    /// <param name="reserved">net.ipv4.ip_local_reserved_ports, e.g. <c>8080,9000-9100</c>; "" or null: none.</param>
    public static long Of(SwarmSpec spec, int low, int high, string? reserved)
    {
        var range = spec.LiveLocalPorts is { } asked ? new PortRange(low, high).Narrowed(asked) : new PortRange(low, high);
        var taken = spec.Ports == PortStrategy.Planned ? 0 : PortRange.List(reserved).Sum(one => (long)range.Common(one));
        return Math.Max(0, range.Count - taken) * (spec.Sources is { } sources ? sources.Count : 1);
    }
}
