using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>How many local ports there are for a load's one destination.</summary>
/// <remarks>Kernel: net/ipv4/inet_hashtables.c __inet_hash_connect, which skips net.ipv4.ip_local_reserved_ports; a bind() to a port of one's own does not.</remarks>
internal static class PortSupply
{
    /// <summary>Ports of the range, less the reserved ones where the kernel picks, once for each source address.</summary>
    /// <param name="spec">The load.</param>
    /// <param name="low">Low end of the ephemeral range.</param>
    /// <param name="high">High end of it.</param>
    /// <param name="reserved">net.ipv4.ip_local_reserved_ports, e.g. <c>8080,9000-9100</c>; "" or null: none.</param>
    public static long Of(SwarmSpec spec, int low, int high, string? reserved)
    {
        // As the kernel does: an end of IP_LOCAL_PORT_RANGE that lies outside is ignored.
        var whole = new PortRange(low, high);
        (low, high) = (spec.LocalPorts is { } asked && whole.Contains(asked.First) ? asked.First : low, spec.LocalPorts is { } local && whole.Contains(local.Last) ? local.Last : high);
        var range = (long)high - low + 1;
        var taken = spec.Ports == PortStrategy.Planned ? 0 : Ranges(reserved).Sum(one => Math.Max(0, Math.Min(high, one.High) - Math.Max(low, one.Low) + 1));
        return Math.Max(0, range - taken) * (spec.Sources is { } sources ? sources.Count : 1);
    }

    private static IEnumerable<(long Low, long High)> Ranges(string? text)
    {
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-');
            if (long.TryParse(ends[0], out var first) && long.TryParse(ends[^1], out var last))
            {
                yield return (first, last);
            }
        }
    }
}
