using System.Globalization;
using LoadLab.Model;

namespace LoadLab.KernelModel.Rules;

/// <summary>How many ports the kernel can pick for connections of one source address to one destination.</summary>
/// <remarks>
/// Unit: ports. The range has both its ends; reserved ports are passed over. Of a range with an odd number of ports one search leaves one out (it goes through
/// pairs, one parity after
/// the other), and which one changes from connect to connect: the last one may be had or not. A port that a listener has bound is no client's: measured, a
/// listener inside the range costs one.
/// A search within IP_LOCAL_PORT_RANGE goes through all ports one by one, so that no odd port is left out (since 6.8: __inet_hash_connect, step).
/// Kernel: net/ipv4/inet_hashtables.c __inet_hash_connect; net/ipv4/sysctl_net_ipv4.c ip_local_reserved_ports; seen on 6.18.
/// </remarks>
/// <param name="Low">First port of the range.</param>
/// <param name="High">Last port of the range.</param>
/// <param name="Reserved">Ports of it that no client gets.</param>
public readonly record struct EphemeralPorts(int Low, int High, long Reserved)
{
    /// <summary>Where the rule stands.</summary>
    public const string KernelSource = "net/ipv4/inet_hashtables.c __inet_hash_connect";

    private const int DefaultLow = 32768;
    private const int DefaultHigh = 60999;

    /// <summary>Ports of the range that are not reserved.</summary>
    public long Most => Math.Max(0, High - Low + 1 - Reserved);

    /// <summary>As many can be had whatever happens.</summary>
    public long Least => (High - Low + 1) % 2 == 0 || Most <= 1 ? Most : Most - 1;

    /// <summary>Both ends.</summary>
    public PortRange Range => new(Low, High);

    /// <summary>Without the port of a listener that lies in the range; one that the kernel picks (0) always does.</summary>
    public EphemeralPorts Without(int listenerPort) =>
        listenerPort == 0 || (listenerPort >= Low && listenerPort <= High) ? this with { Reserved = Reserved + 1 } : this;

    /// <summary>The range as the sysctls say it; a new namespace's default where they cannot be read.</summary>
    /// <param name="range">net.ipv4.ip_local_port_range: two numbers.</param>
    /// <param name="reserved">net.ipv4.ip_local_reserved_ports: a list such as <c>8080,9000-9010</c>.</param>
    public static EphemeralPorts Of(string? range, string? reserved)
    {
        var ends = (range ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var (low, high) = ends.Length == 2 && int.TryParse(ends[0], CultureInfo.InvariantCulture, out var first)
            && int.TryParse(ends[1], CultureInfo.InvariantCulture, out var last)
            ? (first, last)
            : (DefaultLow, DefaultHigh);
        return new EphemeralPorts(low, high, PortRange.List(reserved).Sum(one => (long)one.Common(new PortRange(low, high))));
    }
}
