using System.Collections.Immutable;
using System.Globalization;

namespace LoadLab.Model;

/// <summary>A machine, and the network namespace of whoever looks.</summary>
public sealed record MachineView
{
    /// <summary>Open files of all processes against fs.file-max; null where /proc/sys/fs/file-nr cannot be read.</summary>
    public Usage? Files { get; init; }

    /// <summary>net.ipv4.ip_local_port_range.</summary>
    public required PortRange PortRange { get; init; }

    /// <summary>Ports of it that are not in net.ipv4.ip_local_reserved_ports: as many connections there can be from one address to one destination.</summary>
    public required long Ports { get; init; }

    /// <summary>The destinations that hold the most ports of the range, the busiest first.</summary>
    public ImmutableArray<DestinationView> Destinations { get; init; } = [];

    /// <summary>TCP.tw of /proc/net/sockstat against net.ipv4.tcp_max_tw_buckets.</summary>
    public Usage? TimeWait { get; init; }

    /// <summary>Sockets that no process holds any more against net.ipv4.tcp_max_orphans; of the whole machine.</summary>
    public Usage? Orphans { get; init; }

    /// <summary>Pages of memory that TCP uses against the third number of net.ipv4.tcp_mem; of the whole machine.</summary>
    public Usage? MemoryPages { get; init; }

    /// <summary>TCP sockets by state, IPv4 and IPv6.</summary>
    public required ImmutableSortedDictionary<string, long> States { get; init; }

    /// <summary>Every listener, the one with the longest queue first.</summary>
    public ImmutableArray<ListeningView> Listeners { get; init; } = [];

    /// <summary>
    /// Counters since boot, or since the namespace was made, of those that diagnoses read; one that this kernel does not have is not among them.
    /// </summary>
    public required ImmutableSortedDictionary<string, ulong> Counters { get; init; }

    /// <summary>Sysctls that diagnoses read; one that this namespace does not show is not among them.</summary>
    public ImmutableSortedDictionary<string, string> Sysctls { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>A destination, and the ports of the range that one source address holds for it.</summary>
/// <param name="From">Source address.</param>
/// <param name="To">Destination, address:port.</param>
/// <param name="Ports">Different local ports of the range, in any state, TIME-WAIT included.</param>
/// <param name="InTimeWait">How many of them are in TIME-WAIT.</param>
public sealed record DestinationView(string From, string To, long Ports, long InTimeWait);

/// <summary>A listener.</summary>
/// <param name="Address">Where it listens, address:port.</param>
/// <param name="Queue">Length of its accept queue, in connections.</param>
/// <param name="LiveBacklog">Its limit: full is more than that.</param>
/// <param name="HalfOpen">Half-open requests at its address: its SYN queue.</param>
/// <param name="Drops">Packets that it has dropped since listen(); null where this kernel does not report it.</param>
/// <param name="Owners">Who holds it, e.g. <c>nginx[4711]</c>, as far as this user may see.</param>
public sealed record ListeningView(string Address, long Queue, long LiveBacklog, long HalfOpen, long? Drops, ImmutableArray<string> Owners)
{
    /// <summary>Accepted connections of its address in CLOSE-WAIT.</summary>
    public long CloseWait { get; init; }

    /// <summary>Connections of its address in CLOSE-WAIT that no process has accepted: closed clients that hold a slot.</summary>
    public long QueuedClosed { get; init; }
}

/// <summary>A port of this network namespace.</summary>
public sealed record PortView
{
    /// <summary>The port.</summary>
    public required int Port { get; init; }

    /// <summary>net.core.somaxconn now; null where this namespace does not show it.</summary>
    public int? Somaxconn { get; init; }

    /// <summary>Those that listen on it.</summary>
    public required ImmutableArray<ListeningView> Listeners { get; init; }

    /// <summary>Its sockets by state, the listeners included.</summary>
    public required ImmutableSortedDictionary<string, long> States { get; init; }

    /// <summary>What came while it was watched; null where one look was taken.</summary>
    public PortLoad? Load { get; init; }

    /// <summary>Handshake packets that any listener of the namespace dropped since boot, or since the namespace was made.</summary>
    public ulong? ListenDrops { get; init; }

    /// <summary>Those of them that met a full accept queue.</summary>
    public ulong? ListenOverflows { get; init; }

    /// <summary><see cref="MachineView.Counters"/>.</summary>
    public ImmutableSortedDictionary<string, ulong> Counters { get; init; } = ImmutableSortedDictionary<string, ulong>.Empty;

    /// <summary><see cref="MachineView.Sysctls"/>.</summary>
    public ImmutableSortedDictionary<string, string> Sysctls { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>What came to a port while it was watched.</summary>
/// <param name="ForS">For how many seconds.</param>
/// <param name="ArrivalsPerSecond">Handshakes finished a second, of the whole network namespace.</param>
/// <param name="LongestPauseS">The longest time in seconds for which connections were queued and none was accepted.</param>
/// <param name="PeakQueue">The longest accept queue, of all listeners of the port together.</param>
public sealed record PortLoad(double ForS, double ArrivalsPerSecond, double LongestPauseS, long PeakQueue)
{
    // A pause begins and ends between two looks, which are 10 ms apart.
    private const double TwoLooksMs = 20;

    /// <summary>The command that finds the backlog for this load; null where no connection came, or none had to wait.</summary>
    public string? Size => ArrivalsPerSecond * LongestPauseS < 1 ? null
        : string.Create(CultureInfo.InvariantCulture,
            $"loadlab size accept-queue --rate {Math.Ceiling(ArrivalsPerSecond):0}/s --pause {Math.Ceiling(LongestPauseS * 1000) + TwoLooksMs:0}ms");
}

/// <summary>A process.</summary>
public sealed record ProcessView
{
    /// <summary>Its pid.</summary>
    public required int Pid { get; init; }

    /// <summary>Its name (comm).</summary>
    public required string Name { get; init; }

    /// <summary>Descriptors open; null where this user may not list them.</summary>
    public long? Open { get; init; }

    /// <summary>How many more it can open: free numbers below the soft limit.</summary>
    public long? Free { get; init; }

    /// <summary>Places in its table of descriptors: it has never had more open at once. Any process may see it.</summary>
    public long? Places { get; init; }

    /// <summary>Soft RLIMIT_NOFILE.</summary>
    public required long Soft { get; init; }

    /// <summary>Hard RLIMIT_NOFILE.</summary>
    public required long Hard { get; init; }

    /// <summary>Its TCP sockets by state; null where this user may not list them.</summary>
    public ImmutableSortedDictionary<string, long>? States { get; init; }

    /// <summary>Its sockets that are not TCP, or were closed by the kernel.</summary>
    public long? OtherSockets { get; init; }

    /// <summary>True when it is in another network namespace than this process; null where this user may not see.</summary>
    public bool? IsElsewhere { get; init; }
}
