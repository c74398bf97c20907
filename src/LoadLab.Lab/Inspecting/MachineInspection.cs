using System.Collections.Immutable;
using System.Globalization;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Looks at this machine as it is, with the readers that a run's conductor has. It writes nothing and opens nothing but /proc and netlink.</summary>
public static class MachineInspection
{
    private const int Busiest = 5;

    /// <summary>Everything that concerns all processes.</summary>
    /// <param name="ports">net.ipv4.ip_local_port_range.</param>
    /// <param name="available">Ports of it that are available.</param>
    /// <param name="counters">The counters of interest.</param>
    /// <param name="sysctls">The sysctls of interest.</param>
    public static MachineView Look(PortRange ports, long available, IEnumerable<Counter> counters, IEnumerable<string> sysctls)
    {
        using var reader = new NetCounterReader();
        var seen = reader.Read();
        var sockets = PortInspection.All();
        var stat = SockStat.Read();
        var listening = sockets.Where(TcpStates.IsListener).ToList();
        return new MachineView
        {
            Files = Files(),
            PortRange = ports,
            Ports = available,
            Destinations = Destinations(sockets, ports),
            TimeWait = Against(stat, "TCP.tw", Sysctl.Read("net.ipv4.tcp_max_tw_buckets")),
            Orphans = Against(stat, "TCP.orphan", Sysctl.Read("net.ipv4.tcp_max_orphans")),
            MemoryPages = Against(stat, "TCP.mem", Sysctl.Read("net.ipv4.tcp_mem")?.Split(' ')[^1]),
            States = PortInspection.StatesOf(sockets),
            Listeners = PortInspection.Listening(listening, sockets),
            Counters = Counters(seen, counters),
            Sysctls = Sysctls(sysctls),
        };
    }

    internal static ImmutableSortedDictionary<string, ulong> Counters(NetCounters seen, IEnumerable<Counter> counters) =>
        counters.Select(counter => counter.Name).Where(name => seen[name] is not null).ToImmutableSortedDictionary(name => name, name => seen[name]!.Value);

    internal static ImmutableSortedDictionary<string, string> Sysctls(IEnumerable<string> names) =>
        names.Select(name => (Name: name, Value: Sysctl.Read(name))).Where(one => one.Value is not null).ToImmutableSortedDictionary(
            one => one.Name, one => one.Value!);

    internal static Usage? Files() => ReadFiles() is { } files ? new Usage(files.InUse, files.Limit) : null;

    private static FileTable? ReadFiles()
    {
        try
        {
            return FileTable.Parse(File.ReadAllBytes(FileTable.PathOf()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal static Usage? Against(IReadOnlyDictionary<string, long> stat, string name, string? limit) => stat.TryGetValue(name, out var used)
        ? new Usage(used, long.TryParse(limit, CultureInfo.InvariantCulture, out var most) ? most : null)
        : null;

    // A port with a listener is a server's end: its connections take no port from anybody.
    private static ImmutableArray<DestinationView> Destinations(IReadOnlyList<DiagConnection> sockets, PortRange range)
    {
        var servers = sockets.Where(TcpStates.IsListener).Select(one => one.Local.Port).ToHashSet();
        return
        [
            .. sockets.Where(one => one.Remote.Port != 0 && range.Contains(one.Local.Port) && !servers.Contains(one.Local.Port))
                .GroupBy(one => (From: one.Local.Address, To: one.Remote))
                .Select(group => new DestinationView(
                    group.Key.From.ToString(), group.Key.To.ToString(), group.Select(one => one.Local.Port).Distinct().Count(),
                    group.Count(TcpStates.IsTimeWait)))
                .OrderByDescending(destination => destination.Ports).ThenBy(destination => destination.To, StringComparer.Ordinal)
                .Take(Busiest),
        ];
    }
}
