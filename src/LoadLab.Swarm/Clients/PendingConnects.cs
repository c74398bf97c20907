using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>The connects of one thread that the server has not answered. Called by that thread alone.</summary>
internal sealed class PendingConnects(int worker, ClientSockets sockets, Outcomes outcomes, Action<Observation> write)
{
    /// <summary>
    /// The first SYN is retransmitted after a second, or after two ticks where an older connection of the same port has answered it (TCP_TIMEOUT_MIN,
    /// net/ipv4/tcp_input.c tcp_rcv_synsent_state_process): a younger connect has no retransmission worth a system call. Unit: ns.
    /// </summary>
    internal const long YoungestResentNs = 1_000_000;

    private readonly ConnectionTable table = sockets.Table;
    private readonly List<SynWatch> watches = [];
    private long settledSynRetransmits;

    /// <summary>True while one is watched as an example.</summary>
    public bool IsWatching => watches.Count > 0;

    /// <summary>A connect has begun: epoll tells when it ends.</summary>
    public void Add(int token, long now)
    {
        ref var connection = ref table[token];
        var wave = connection.Wave;
        connection.State = ConnectionState.Connecting;
        var watched = sockets.Watch(token, Readiness.Writable);
        if (!watched.IsOk)
        {
            outcomes.Failed(wave, connection.Index, connection.Intended, connection.At, now, SwarmSyscalls.EpollAdd, watched.Errno);
            sockets.Close(token, reset: false);
            return;
        }

        table.Append(ref wave.Pending, token);
        if (wave.Progress.TryWatch())
        {
            watches.Add(new SynWatch(worker, wave.Number, token, connection.Fd, connection.At, write));
        }
    }

    /// <summary>A connect has ended.</summary>
    /// <returns>True when it is established; otherwise it is recorded and closed.</returns>
    public bool Settle(int token, long now)
    {
        ref var connection = ref table[token];
        var errno = SocketCalls.PendingError(connection.Fd);
        Remove(token, now);
        if (!errno.IsNone)
        {
            outcomes.Failed(connection.Wave, connection.Index, connection.Intended, connection.At, now, SwarmSyscalls.Connect, errno);
            sockets.Close(token, reset: false);
            return false;
        }

        outcomes.Established(connection.Wave, connection.Index, connection.Intended, connection.At, now, connection.SynRetransmits);
        connection.At = now;
        return true;
    }

    /// <summary>When the oldest of a wave is to be given up; long.MaxValue: never.</summary>
    public long GiveUpAt(Wave wave) => wave.TimeoutNs > 0 && wave.Pending.First >= 0 ? table[wave.Pending.First].At + wave.TimeoutNs : long.MaxValue;

    /// <summary>Gives up those whose time is over.</summary>
    public void GiveUp(Wave wave, long now)
    {
        while (GiveUpAt(wave) <= now)
        {
            var token = wave.Pending.First;
            Remove(token, now);
            outcomes.GivenUp(ref table[token], now);
            sockets.Close(token, reset: false);
        }
    }

    /// <summary>Every 10 ms while <see cref="IsWatching"/>.</summary>
    public void LookAtWatched(long now)
    {
        foreach (var watch in watches)
        {
            watch.Look(now);
        }
    }

    /// <summary>SYNs retransmitted by the connects of all time: those still pending, asked now, and the settled ones as they were then.</summary>
    public long SynRetransmits(IEnumerable<Wave> waves)
    {
        var sum = settledSynRetransmits;
        foreach (var wave in waves)
        {
            for (var token = wave.Pending.First; token >= 0; token = table[token].Next)
            {
                sum += SocketCalls.TotalRetransmits(table[token].Fd) ?? 0;
            }
        }

        return sum;
    }

    /// <summary>Records every one of a wave as pending.</summary>
    public void Record(Wave wave)
    {
        for (var token = wave.Pending.First; token >= 0; token = table[token].Next)
        {
            outcomes.Pending(ref table[token]);
        }
    }

    private void Remove(int token, long now)
    {
        ref var connection = ref table[token];
        table.Remove(ref connection.Wave.Pending, token);
        for (var i = watches.Count - 1; i >= 0; i--)
        {
            if (watches[i].Token == token)
            {
                watches[i].Look(now);
                watches.RemoveAt(i);
            }
        }

        if (now - connection.At >= YoungestResentNs)
        {
            connection.SynRetransmits = (int)(SocketCalls.TotalRetransmits(connection.Fd) ?? 0);
            settledSynRetransmits += connection.SynRetransmits;
        }
    }
}
