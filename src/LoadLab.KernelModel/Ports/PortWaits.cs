using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>Closed connections that still keep something: the client's end its port, either end a bucket; and when connect() may take a port from
/// TIME-WAIT.</summary>
/// <remarks>Kernel: net/ipv4/inet_timewait_sock.c inet_twsk_hashdance_schedule, inet_twsk_bind_unhash; net/ipv4/tcp_ipv4.c tcp_twsk_unique. Concurrency: one
/// run, one thread.</remarks>
internal sealed class PortWaits(SysctlState state, PortSysctls sysctls, PortOwners owners, Timeline timeline, WheelClock wheel, double choice)
{
    /// <summary>The buckets.</summary>
    public TimeWaitTable Buckets { get; } = new(wheel);

    /// <summary>What has expired by now is gone.</summary>
    public void Expire()
    {
        _ = sysctls.Refresh();
        while (Buckets.TryExpire(timeline.Now, out var expired))
        {
            _ = (expired.Lease is null ? expired.Route.ServerEnds : expired.Route.ClientEnds).Remove(expired.Port);
            expired.Route.ReleaseServerPort(expired.Port);
            if (expired.Lease is { } lease)
            {
                Release(lease);
            }
        }
    }

    /// <summary>The client's end begins to wait, or is forgotten where there is no bucket.</summary>
    public void AddClient(PortLease lease, WaitState waits)
    {
        if (waits == WaitState.None || !TryAdd(lease.Route!.ClientEnds, new WaitingEnd(lease, lease.Route, lease.Source.Port, waits)))
        {
            Release(lease);
            return;
        }

        (lease.Wait, lease.Since) = (waits, timeline.Now);
        lease.Route.Waiting.Enqueue(lease);
    }

    /// <summary>The server's end begins to wait; false where there is no bucket.</summary>
    public bool TryAddServer(PortLease lease, WaitState waits)
    {
        var isAdded = TryAdd(lease.Route!.ServerEnds, new WaitingEnd(null, lease.Route, lease.Source.Port, waits));
        if (isAdded)
        {
            lease.Route.ServerPorts.Add(lease.Source.Port);
        }

        return isAdded;
    }

    /// <summary>An end waits no more: reused, or ended by a SYN, a FIN or a RST.</summary>
    public void End(Dictionary<int, WaitingEnd> ends, int port)
    {
        if (ends.Remove(port, out var end))
        {
            Buckets.End(end);
        }
    }

    /// <summary>Nothing of a client's socket is left: its port is free.</summary>
    public void Release(PortLease lease)
    {
        (lease.Wait, lease.IsReleased) = (WaitState.None, true);
        lease.Route!.Taken.Remove(lease.Source.Port);
        lease.Route.Reusable.Remove(lease.Source.Port);
        owners.Remove(lease, sysctls.ForgetsBind);
    }

    /// <summary>Marks the ports of a route that connect() may take from TIME-WAIT by now.</summary>
    public void Promote(PortRoute route)
    {
        if (route.Generation != state.Generation)
        {
            route.Generation = state.Generation;
            route.Reusable.Clear();
            route.Waiting.Clear();
            foreach (var lease in route.ClientEnds.Values.Select(end => end.Lease!).OrderBy(lease => lease.Since.Value))
            {
                route.Waiting.Enqueue(lease);
            }
        }

        while (route.Waiting.TryPeek(out var eldest))
        {
            if (eldest.Wait == WaitState.TimeWait && (sysctls.ReuseFrom(eldest, choice) is not { } from || from > timeline.Now))
            {
                return;
            }

            _ = route.Waiting.Dequeue();
            if (eldest.Wait == WaitState.TimeWait)
            {
                route.Reusable.Add(eldest.Source.Port);
            }
        }
    }

    private bool TryAdd(Dictionary<int, WaitingEnd> ends, WaitingEnd end)
    {
        if (!Buckets.TryAdd(end, timeline.Now, end.State == WaitState.TimeWait ? TimeWaitTable.Length : sysctls.FinTimeout, sysctls.MostBuckets))
        {
            return false;
        }

        ends[end.Port] = end;
        return true;
    }
}
