using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>
/// Looks at the listeners, ports, counters and processes of a network namespace again and again, at a cost that is bounded: what is slow to read is read
/// once a minute, and a long table of connections less often than a short one.
/// </summary>
/// <remarks>Not thread-safe. Reads only: /proc and netlink, from descriptors that it opens once.</remarks>
public sealed class MachineWatch : IDisposable
{
    private const int DestinationsTold = 5;

    // A walk may take a 300th part of a processor's time: the same as a run's sampler.
    private const int WalkShare = 300;
    private static readonly TimeSpan SlowThings = TimeSpan.FromMinutes(1);
    private readonly int most;
    private readonly WatchedProcesses processes;
    private readonly Func<(PortRange Range, long Ports)> findPorts;
    private readonly ImmutableArray<Counter> counters;
    private readonly ImmutableArray<string> sysctlNames;
    private readonly SocketCensus census = new();
    private readonly NetCounterReader reader = new();
    private readonly ListenerNames names = new();
    private ImmutableSortedDictionary<string, string> sysctls = ImmutableSortedDictionary<string, string>.Empty;
    private (PortRange Range, long Ports) ports;
    private NetCounters? before;
    private long slowAt = long.MinValue;
    private long walkAt = long.MinValue;

    /// <summary>Opens what it reads.</summary>
    /// <param name="most">Listeners that are told at most, the busiest first.</param>
    /// <param name="pids">Processes whose descriptors are counted; empty: those that hold the listeners that are told.</param>
    /// <param name="findPorts">Reads the ephemeral range and how many ports of it there are.</param>
    /// <param name="counters">The counters of interest.</param>
    /// <param name="sysctls">The sysctls of interest.</param>
    /// <exception cref="KernelException">The kernel gave no netlink socket.</exception>
    public MachineWatch(int most, IEnumerable<int> pids, Func<(PortRange Range, long Ports)> findPorts, ImmutableArray<Counter> counters,
        ImmutableArray<string> sysctls)
    {
        (this.most, this.findPorts, this.counters, sysctlNames) = (most, findPorts, counters, sysctls);
        processes = new WatchedProcesses([.. pids]);
    }

    /// <summary>Looks.</summary>
    /// <exception cref="KernelException">The kernel did not answer.</exception>
    public MachineTick Look()
    {
        var now = RunClock.MonotonicNs;
        var isSlowDue = slowAt == long.MinValue || now - slowAt >= SlowThings.TotalNanoseconds;
        if (isSlowDue)
        {
            slowAt = now;
            ports = findPorts();
            sysctls = MachineInspection.Sysctls(sysctlNames);
        }

        census.FindListeners();
        var walks = now >= walkAt;
        if (walks)
        {
            // The walk alone, in processor time: a pause that others made is not its cost.
            var used = ProcessorTime.OfThread;
            census.CountConnections(ports.Range);
            walkAt = RunClock.MonotonicNs + ((ProcessorTime.OfThread - used).Value * WalkShare);
        }

        var told = names.Told(census, most);
        processes.Find(told, isSlowDue);
        var seen = reader.Read();
        var moved = before is null ? ImmutableSortedDictionary<string, ulong>.Empty : Moved(seen, before);
        before = seen;
        var listeners = told.Select(one => Tick(one)).ToImmutableArray();
        return new MachineTick
        {
            View = View(listeners, moved),
            Listeners = listeners,
            AllListeners = census.Listeners.Count,
            States = [.. SocketCensus.StateNames.Select(state =>
                (state.Name, census.States[state.Number] + (state.Name == "LISTEN" ? census.Listeners.Count : 0)))],
            Counters = [.. counters.Select(counter => (counter.Name, Value: seen[counter.Name])).Where(one => one.Value is not null).Select(one =>
                (one.Name, one.Value!.Value))],
            Processes = processes.Read(),
            HasCountedConnections = walks,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        census.Dispose();
        reader.Dispose();
        processes.Dispose();
    }

    private ListenerTick Tick(ToldListener one)
    {
        var place = one.Place;
        return new ListenerTick(
            one.Name,
            new ListeningView(one.Address, one.Socket.ReceiveQueue, one.Socket.WriteQueue, one.HalfOpen, one.Socket.Drops, processes.OwnersOf(one.Socket.Inode))
            {
                CloseWait = census.CloseWait.GetValueOrDefault(place),
                QueuedClosed = census.QueuedClosed.GetValueOrDefault(place),
            },
            one.NewDrops);
    }

    private MachineView View(ImmutableArray<ListenerTick> listeners, ImmutableSortedDictionary<string, ulong> moved)
    {
        var stat = SockStat.Read();
        return new MachineView
        {
            Files = MachineInspection.Files(),
            PortRange = ports.Range,
            Ports = ports.Ports,
            Destinations = Destinations(),
            TimeWait = MachineInspection.Against(stat, "TCP.tw", Sysctl.Read("net.ipv4.tcp_max_tw_buckets")),
            Orphans = MachineInspection.Against(stat, "TCP.orphan", Sysctl.Read("net.ipv4.tcp_max_orphans")),
            MemoryPages = MachineInspection.Against(stat, "TCP.mem", Sysctl.Read("net.ipv4.tcp_mem")?.Split(' ')[^1]),
            States = ImmutableSortedDictionary<string, long>.Empty,
            Listeners = [.. listeners.Select(one => one.View with { Drops = one.View.Drops is null ? null : one.NewDrops })],
            Counters = moved,
            Sysctls = sysctls,
        };
    }

    private ImmutableArray<DestinationView> Destinations() => census.Destinations.Count == 0 ? [] :
    [
        .. census.Destinations.OrderByDescending(one => one.Value.Ports).Take(DestinationsTold).Select(one => new DestinationView(
            new SocketEndPoint(one.Key.From, 0).AddressText, one.Key.To.ToString(), one.Value.Ports, one.Value.InTimeWait)),
    ];

    private ImmutableSortedDictionary<string, ulong> Moved(NetCounters seen, NetCounters earlier) => counters
        .Where(counter => seen[counter.Name] is not null && earlier[counter.Name] is not null)
        .ToImmutableSortedDictionary(counter => counter.Name, counter => unchecked(seen[counter.Name]!.Value - earlier[counter.Name]!.Value));
}
