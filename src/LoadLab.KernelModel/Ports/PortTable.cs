using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The local ports of a network namespace: what bind() and connect() get, how long closed connections keep it, and both ends' TIME-WAIT.</summary>
/// <remarks>
/// A connect() that lets the kernel pick needs a port whose 4-tuple is free and that no bind() has taken; bind() needs one that nobody has at its address, for
/// whatever destination.
/// Kernel: net/ipv4/inet_hashtables.c __inet_hash_connect, __inet_check_established; net/ipv4/inet_connection_sock.c inet_csk_get_port;
/// net/ipv4/tcp_minisocks.c tcp_time_wait, tcp_timewait_state_process.
/// Concurrency: one run, one thread.
/// </remarks>
internal sealed class PortTable
{
    // The server picks one port: that it is one of so few has a chance below 1 %.
    private const int SmallShare = 100;
    private readonly SysctlState state;
    private readonly PortSysctls sysctls;
    private readonly PortSearch search;
    private readonly PortSearch searchOfServer;
    private readonly PortOwners owners = new();
    private readonly PortWaits waits;
    private readonly Dictionary<(UInt128 Source, UInt128 Destination, int Port), PortRoute> routes = [];

    /// <summary>The ports of one run.</summary>
    public PortTable(SysctlState state, Timeline timeline, WheelClock wheel, Timing timing)
    {
        this.state = state;
        sysctls = new PortSysctls(state);
        search = new PortSearch(timing.Choice);
        searchOfServer = new PortSearch(timing.ServerChoice ?? timing.Choice) { StartsHigh = true };
        waits = new PortWaits(state, sysctls, owners, timeline, wheel, timing.Choice);
    }

    /// <summary>The namespace's closed ends, by now.</summary>
    public TimeWaitTable Waiting
    {
        get
        {
            waits.Expire();
            return waits.Buckets;
        }
    }

    /// <summary>net.ipv4.ip_local_port_range, as it is now.</summary>
    public PortRange Range
    {
        get
        {
            _ = sysctls.Refresh();
            return sysctls.Range;
        }
    }

    /// <summary>True where one more end may wait in TIME-WAIT or FIN-WAIT-2.</summary>
    public bool HasBucket => Waiting.All < sysctls.MostBuckets;

    /// <summary>Ports that loads name themselves: planned ones, and those of a narrower IP_LOCAL_PORT_RANGE.</summary>
    public PortSet Named { get; init; } = PortSet.Empty;

    /// <summary>Ports taken from TIME-WAIT by connect() (TWRecycled).</summary>
    public long Recycled { get; private set; }

    /// <summary>A listener takes its port; 0: the kernel picks one. The lease names it.</summary>
    /// <returns>EADDRINUSE when somebody has it.</returns>
    public Errno Listen(Endpoint end, bool isReusable, bool isInGroup, out PortLease? lease)
    {
        waits.Expire();
        var port = end.Port == 0 ? PickForBind(searchOfServer, end.Address, sysctls.Range, isReusable, null)
            : owners.Conflicts(end, isReusable, isInGroup) ? -1 : end.Port;
        lease = port < 0 ? null : new PortLease { Source = end with { Port = port }, IsBound = true, IsListener = true, MayShare = isReusable,
            IsInGroup = isInGroup };
        if (lease is null)
        {
            return Errno.EADDRINUSE;
        }

        owners.Add(lease);
        return Errno.None;
    }

    /// <summary>A listener is closed.</summary>
    public void Unlisten(PortLease listener) => owners.Remove(listener, sysctls.ForgetsBind);

    /// <summary>bind() and connect() of a client, up to its SYN.</summary>
    /// <returns>EADDRINUSE of bind(), EADDRNOTAVAIL of connect(), or none and the lease.</returns>
    public Errno Take(in PortAsk ask, out PortLease? lease)
    {
        waits.Expire();
        lease = null;
        var range = ask.LocalPorts is { } local ? sysctls.Range.Narrowed(local) : sysctls.Range;
        var source = ask.LiveSource;
        var route = Route(source, ask.Destination);
        waits.Promote(route);
        if (ask.IsPlanned || ask.Bind == BindWay.First)
        {
            var port = !ask.IsPlanned ? PickForBind(search, ask.Source.Address, range, ask.MayShare, route)
                : owners.Conflicts(ask.Source, ask.MayShare, isInGroup: false) ? -1 : ask.Source.Port;
            if (port < 0)
            {
                return Errno.EADDRINUSE;
            }

            // A port of one's own is taken from TIME-WAIT at once, whatever tcp_tw_reuse says.
            var isWaiting = route.ClientEnds.TryGetValue(port, out var end) && end is { State: WaitState.TimeWait, Lease.HasTimestamps: true };
            if (route.Taken.Contains(port) && !isWaiting)
            {
                return Errno.EADDRNOTAVAIL;
            }

            lease = new PortLease { Source = source with { Port = port }, IsBound = true, MayShare = ask.MayShare };
        }
        else
        {
            var step = ask.LocalPorts is not null && sysctls.StepsByOne ? 1 : 2;
            var named = NamedIn(range, search);
            var port = search.Find(range, new PortCandidates(sysctls.Reserved, owners.Bound, route.Taken, route.Reusable, route.Reusable)
                { AlsoKnown = route.ServerPorts, Named = named, Owned = named.Count > 0 ? owners.Owned : PortSet.Empty }, isBind: false, step);
            if (port < 0)
            {
                return Errno.EADDRNOTAVAIL;
            }

            lease = new PortLease { Source = source with { Port = port }, MayShare = ask.MayShare };
        }

        Use(lease, route, ask.Destination);
        return Errno.None;
    }

    /// <summary>A connection is over for its client's socket, or for both.</summary>
    public void Close(PortLease lease, PortEnd end)
    {
        waits.Expire();
        if (lease.IsReleased)
        {
            return;
        }

        var (route, port) = (lease.Route!, lease.Source.Port);
        var waitsIn = end switch
        {
            PortEnd.ClientTimeWait or PortEnd.BothTimeWait => WaitState.TimeWait,
            PortEnd.ClientFinWait2 => WaitState.FinWait2,
            PortEnd.Free or PortEnd.ServerTimeWait => WaitState.None,
        };
        waits.End(route.ClientEnds, port);
        waits.AddClient(lease, waitsIn);
        waits.End(route.ServerEnds, port);
        route.ReleaseServerPort(port);
        if (end is PortEnd.ServerTimeWait or PortEnd.BothTimeWait)
        {
            _ = waits.TryAddServer(lease, WaitState.TimeWait);
        }
    }

    /// <summary>The server's process has closed its end, and the client sends no FIN yet: the server's end is in FIN-WAIT-2 without a process.</summary>
    /// <returns>False when there was no bucket for it, so that its socket is gone.</returns>
    public bool ServerWaits(PortLease lease) => waits.TryAddServer(lease, WaitState.FinWait2);

    /// <summary>The client's end is closed and the server's program keeps its own: once the client's port is free again, a SYN from it meets that
    /// end.</summary>
    public static void Leave(PortLease lease, Flow flow)
    {
        lease.Route!.HalfLeft[lease.Source.Port] = flow;
        lease.Route.ServerPorts.Add(lease.Source.Port);
    }

    /// <summary>The connection of the same four numbers whose server's end is still there; null when there is none.</summary>
    public static Flow? TakeOver(PortLease lease)
    {
        _ = lease.Route!.HalfLeft.Remove(lease.Source.Port, out var left);
        lease.Route.ReleaseServerPort(lease.Source.Port);
        return left is { IsDead: false, Server: ServerState.Queued or ServerState.Accepted } ? left : null;
    }

    /// <summary>True while an end of this connection waits in FIN-WAIT-2 without a process.</summary>
    public bool IsWaiting(PortLease lease, Side side)
    {
        waits.Expire();
        return !lease.IsReleased && (side == Side.Client ? lease.Route!.ClientEnds : lease.Route!.ServerEnds).TryGetValue(lease.Source.Port, out var end)
            && end.State == WaitState.FinWait2;
    }

    /// <summary>True while the server's end of this connection waits in FIN-WAIT-2 without a process.</summary>
    public bool IsServerWaiting(PortLease lease) => IsWaiting(lease, Side.Server);

    private PortSet NamedIn(PortRange range, PortSearch by) =>
        range == sysctls.Range && (by == search || Named.Count * SmallShare >= range.Count) ? Named : PortSet.Empty;

    private int PickForBind(PortSearch by, UInt128 address, PortRange range, bool mayShare, PortRoute? route)
    {
        var (own, wildcard) = owners.At(address);
        var port = InHalves(new PortCandidates(sysctls.Reserved, own, wildcard, PortSet.Empty, owners.Owned) { Named = NamedIn(range, by) });

        // bind() does not know the destination: it may share a port that connect() then cannot use for this one.
        return port >= 0 || !mayShare || !sysctls.IsAutobindShared ? port
            : InHalves(new PortCandidates(sysctls.Reserved, owners.Unshared(address, range), PortSet.Empty, PortSet.Empty, route?.Taken ?? owners.Owned));

        // With SO_REUSEADDR the lower half of the range comes first.
        int InHalves(in PortCandidates ports)
        {
            var half = mayShare && range.Count >= 4 ? range.First + (range.Count >> 2 << 1) : range.First;
            var found = half == range.First ? -1 : by.Find(new PortRange(range.First, half - 1), ports, isBind: true, step: 2);
            return found >= 0 ? found : by.Find(new PortRange(half, range.Last), ports, isBind: true, step: 2);
        }
    }

    private void Use(PortLease lease, PortRoute route, Endpoint destination)
    {
        var port = lease.Source.Port;
        if (route.ClientEnds.TryGetValue(port, out var again))
        {
            Recycled++;
            waits.End(route.ClientEnds, port);
            waits.Release(again.Lease!);
        }

        // Its SYN ends the server's TIME-WAIT of the same four numbers: its timestamp, or its sequence number, is later.
        waits.End(route.ServerEnds, port);
        route.ReleaseServerPort(port);
        (lease.Route, lease.Destination, lease.HasTimestamps) = (route, destination, sysctls.HasTimestamps);
        route.Taken.Add(port);
        owners.Add(lease);
    }

    private PortRoute Route(Endpoint source, Endpoint destination)
    {
        var key = (source.Address, destination.Address, destination.Port);
        if (!routes.TryGetValue(key, out var route))
        {
            routes.Add(key, route = new PortRoute(source, destination) { Generation = state.Generation });
        }

        return route;
    }
}
