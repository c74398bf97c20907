using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>The established connections of one thread: exchanges their bytes, holds them, ends them. Called by that thread alone.</summary>
internal sealed class EstablishedClients(int worker, ClientSockets sockets, Action<Observation> write)
{
    private readonly ConnectionTable table = sockets.Table;
    private readonly FailureTally exchangeFailures = new();
    private ConnectionList held = new();
    private ConnectionList halfClosed = new();
    private ByteExchange? exchange;
    private long exchanging;

    /// <summary>Connections that have not ended.</summary>
    public long Open => held.Count + exchanging;

    /// <summary>True when failures wait to be written.</summary>
    public bool HasFailures => !exchangeFailures.IsEmpty;

    /// <summary>A connection has just been established: exchanges bytes, then ends as its load says.</summary>
    public void Proceed(int token, long now)
    {
        ref var connection = ref table[token];
        var bytes = connection.Wave.Spec.ExchangeBytes;
        if (bytes == 0)
        {
            End(token, connection.Wave.Then);
            return;
        }

        connection.State = ConnectionState.Exchanging;
        connection.BytesToSend = connection.BytesToRead = bytes;
        exchanging++;
        Exchange(token, mayRead: false, now);
    }

    /// <summary>Goes on with an exchange.</summary>
    public void Exchange(int token, bool mayRead, long now)
    {
        ref var connection = ref table[token];
        exchange ??= new ByteExchange(exchangeFailures);
        var step = exchange.Continue(ref connection, mayRead, now);
        if (step == ExchangeStep.Waiting)
        {
            var watched = sockets.Watch(token, Readiness.Readable | (connection.BytesToSend > 0 ? Readiness.Writable : Readiness.None));
            if (watched.IsOk)
            {
                return;
            }

            exchangeFailures.Add(SwarmSyscalls.EpollAdd, watched.Errno, now);
            step = ExchangeStep.Failed;
        }

        exchanging--;
        End(token, step == ExchangeStep.Finished ? connection.Wave.Then : ClientEnd.Close);
    }

    /// <summary>The peer of a half-closed connection of a churn has sent something: closes it when that was its FIN.</summary>
    public void Drain(int token)
    {
        if (exchange!.IsAtEnd(table[token].Fd))
        {
            StopDraining(token);
        }
    }

    /// <summary>A churn's time is over: nothing of it waits for a peer any more.</summary>
    public void EndDraining(Wave wave)
    {
        while (wave.Draining.First >= 0)
        {
            StopDraining(wave.Draining.First);
        }
    }

    /// <summary>Writes the failures of exchanges.</summary>
    public void WriteFailures(long now)
    {
        if (exchangeFailures.IsEmpty)
        {
            return;
        }

        foreach (var failure in exchangeFailures.Take())
        {
            write(new SyscallFailed(Role.Swarm, worker, failure.Syscall, failure.Errno, failure.Count, failure.First, failure.Last) { T = new Nanoseconds(now) });
        }
    }

    /// <summary>When each of the first <paramref name="most"/> held connections was established, in that order.</summary>
    public List<long> HeldSince(int most)
    {
        var since = new List<long>(Math.Min(most, held.Count));
        for (var token = held.First; token >= 0 && since.Count < most; token = table[token].Next)
        {
            since.Add(table[token].At);
        }

        return since;
    }

    /// <summary>Ends the oldest held connections.</summary>
    public void EndHeld(ClientEnd end, long count)
    {
        for (; count > 0 && held.First >= 0; count--)
        {
            var token = held.First;
            table.Remove(ref held, token);
            End(token, end);
        }
    }

    /// <summary>Closes or resets what was half-closed before.</summary>
    public void EndHalfClosed(ClientEnd end)
    {
        while (halfClosed.First >= 0 && end != ClientEnd.HalfClose)
        {
            var token = halfClosed.First;
            table.Remove(ref halfClosed, token);
            sockets.Close(token, end == ClientEnd.Reset);
        }
    }

    private void End(int token, ClientEnd end)
    {
        ref var connection = ref table[token];
        if (end == ClientEnd.Hold)
        {
            connection.State = ConnectionState.Held;
            _ = sockets.Watch(token, Readiness.None);
            table.Append(ref held, token);
            return;
        }

        var wave = connection.Wave;
        wave.Tally.Ended();
        if (end != ClientEnd.HalfClose || (wave.IsChurn && wave.IsIssued))
        {
            sockets.Close(token, end == ClientEnd.Reset);
            return;
        }

        _ = SocketCalls.HalfClose(connection.Fd);
        if (!wave.IsChurn)
        {
            connection.State = ConnectionState.HalfClosed;
            _ = sockets.Watch(token, Readiness.None);
            table.Append(ref halfClosed, token);
            return;
        }

        exchange ??= new ByteExchange(exchangeFailures);
        connection.State = ConnectionState.Draining;
        if (!sockets.Watch(token, Readiness.Readable).IsOk)
        {
            sockets.Close(token, reset: false);
            return;
        }

        table.Append(ref wave.Draining, token);
    }

    private void StopDraining(int token)
    {
        table.Remove(ref table[token].Wave.Draining, token);
        sockets.Close(token, reset: false);
    }
}
