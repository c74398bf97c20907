using System.Globalization;
using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Checks;

/// <summary>Whether the swarm has as many ephemeral ports as connects: a server is never blamed for its client.</summary>
internal static class PortCheck
{
    private const string Range = "net.ipv4.ip_local_port_range";
    private const string ReservedPorts = "net.ipv4.ip_local_reserved_ports";
    private const int DefaultLow = 32768;
    private const int DefaultHigh = 60999;

    /// <summary>Checks all loads together: they share one range, as they share one destination.</summary>
    public static void Run(PlanCheck check)
    {
        var (low, high) = ReadRange(check.Sysctls.Text(Range));
        var ports = high - low + 1 - Reserved(check.Sysctls.Text(ReservedPorts), low, high);
        var addresses = check.Loads.IsEmpty ? 1 : check.Loads.Max(load => load.Sources?.Count ?? 1);
        var needed = check.Loads.Where(load => load.Then != ClientEnd.Reset).Sum(load => load.Shape == LoadShape.Churn ? load.Connections : Arrivals.Count(load) ?? 0);
        if (needed > ports * addresses)
        {
            check.ErrorOrNote(
                check.Scenario.Preflight == Preflight.Note,
                "swarm.connections",
                $"{needed} connects need {needed} ports, but {addresses} source address(es) have {ports} each ({Range} {low}..{high}), so connect() would answer EADDRNOTAVAIL after {ports * addresses}; "
                + $"widen the range (sysctl: {{{Range}: 1024 65535}}), add sources (swarm.sources: 127.1.0.1-127.1.0.9), or set preflight: note if that is the point");
        }

        if (check.Loads.Any(load => load.Shape == LoadShape.Churn && load.Then == ClientEnd.Close) && check.Sysctls.Number("net.ipv4.tcp_tw_reuse") == 2)
        {
            check.Note("on loopback the kernel takes a port in TIME-WAIT again after 1 s (net.ipv4.tcp_tw_reuse 2), on a network not: set it to 0 to see what a network would do");
        }
    }

    private static (long Low, long High) ReadRange(string? text)
    {
        var ends = (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return ends.Length == 2 && long.TryParse(ends[0], out var low) && long.TryParse(ends[1], out var high) ? (low, high) : (DefaultLow, DefaultHigh);
    }

    /// <summary>How many ports of the range are reserved: the sysctl is a list such as <c>8080,9000-9010</c>.</summary>
    private static long Reserved(string? text, long low, long high)
    {
        var count = 0L;
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-');
            if (long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first) && long.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            {
                count += Math.Max(0, Math.Min(last, high) - Math.Max(first, low) + 1);
            }
        }

        return count;
    }
}
