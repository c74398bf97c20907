using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>An end of a connection that no process has any more, in TIME-WAIT or FIN-WAIT-2.</summary>
/// <param name="Lease">The client's port; null for the server's end.</param>
/// <param name="Route">Its addresses and the server's port.</param>
/// <param name="Port">The client's port.</param>
/// <param name="State">What it waits in.</param>
internal sealed record WaitingEnd(PortLease? Lease, PortRoute Route, int Port, WaitState State)
{
    /// <summary>True until it has expired or was ended before.</summary>
    public bool IsLive { get; set; } = true;
}

/// <summary>The namespace's TIME-WAIT buckets: how many there may be, how many there are, and when each expires.</summary>
/// <remarks>
/// TIME-WAIT lasts 60 s (TCP_TIMEWAIT_LEN), FIN-WAIT-2 without a process net.ipv4.tcp_fin_timeout; the timer wheel makes both longer.
/// net.ipv4.tcp_max_tw_buckets bounds both together; beyond it a
/// connection is forgotten at once and TCPTimeWaitOverflow counts it.
/// Kernel: net/ipv4/inet_timewait_sock.c inet_twsk_alloc, __inet_twsk_schedule; net/ipv4/tcp_minisocks.c tcp_time_wait; include/net/tcp.h TCP_TIMEWAIT_LEN.
/// </remarks>
internal sealed class TimeWaitTable(WheelClock wheel)
{
    /// <summary>TCP_TIMEWAIT_LEN.</summary>
    public static readonly Nanoseconds Length = Nanoseconds.FromSeconds(60);

    private readonly PriorityQueue<WaitingEnd, long> expiries = new();

    /// <summary>Buckets in use.</summary>
    public long All => OfClients + OfServers + FinWait2;

    /// <summary>Clients' ends in TIME-WAIT.</summary>
    public long OfClients { get; private set; }

    /// <summary>Servers' ends in TIME-WAIT.</summary>
    public long OfServers { get; private set; }

    /// <summary>Ends in FIN-WAIT-2 that no process has.</summary>
    public long FinWait2 => FinWait2OfClients + FinWait2OfServers;

    /// <summary>Those of them that are clients' ends.</summary>
    public long FinWait2OfClients { get; private set; }

    /// <summary>Those of them that are servers' ends.</summary>
    public long FinWait2OfServers { get; private set; }

    /// <summary>Connections that found no bucket (TCPTimeWaitOverflow).</summary>
    public long Overflows { get; private set; }

    /// <summary>An end begins to wait; false when there is no bucket for it.</summary>
    public bool TryAdd(WaitingEnd end, Nanoseconds now, Nanoseconds length, long mostBuckets)
    {
        if (All >= mostBuckets)
        {
            Overflows++;
            return false;
        }

        expiries.Enqueue(end, wheel.FiresAt(now, length).Value);
        Count(end, 1);
        return true;
    }

    /// <summary>An end is gone before its time: reused, ended by a SYN or by a RST.</summary>
    public void End(WaitingEnd end)
    {
        if (end.IsLive)
        {
            end.IsLive = false;
            Count(end, -1);
        }
    }

    /// <summary>The next end that has expired by now; false when there is none.</summary>
    public bool TryExpire(Nanoseconds now, out WaitingEnd expired)
    {
        while (expiries.TryPeek(out expired!, out var at) && at <= now.Value)
        {
            _ = expiries.Dequeue();
            if (expired.IsLive)
            {
                End(expired);
                return true;
            }
        }

        return false;
    }

    private void Count(WaitingEnd end, int by)
    {
        FinWait2OfClients += end.State == WaitState.FinWait2 && end.Lease is not null ? by : 0;
        FinWait2OfServers += end.State == WaitState.FinWait2 && end.Lease is null ? by : 0;
        OfClients += end.State == WaitState.TimeWait && end.Lease is not null ? by : 0;
        OfServers += end.State == WaitState.TimeWait && end.Lease is null ? by : 0;
    }
}
