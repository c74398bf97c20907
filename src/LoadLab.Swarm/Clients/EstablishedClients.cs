using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>The established connections of one thread: exchanges their bytes, holds them, ends them. Called by that thread alone.</summary>
internal sealed class EstablishedClients
{
    private readonly int worker;
    private readonly ClientSockets sockets;
    private readonly Action<Observation> write;
    private readonly ConsentWatch? consent;
    private readonly ConnectionTable table;
    private readonly FailureTally failures = new();
    private readonly ClientTraffic traffic;
    private ConnectionList held = new();
    private ConnectionList halfClosed = new();
    private ByteExchange? exchange;
    private long exchanging;

    public EstablishedClients(int worker, ClientSockets sockets, Action<Observation> write, ConsentWatch? consent)
    {
        (this.worker, this.sockets, this.write, this.consent) = (worker, sockets, write, consent);
        table = sockets.Table;
        traffic = new ClientTraffic(failures);
    }

    /// <summary>Connections that have not ended.</summary>
    public long Open => held.Count + exchanging;

    /// <summary>Clients told to send whose send() took every byte.</summary>
    public long Senders => traffic.Senders;

    /// <summary>True when failures wait to be written.</summary>
    public bool HasFailures => !failures.IsEmpty;

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
        exchange ??= new ByteExchange(failures);
        var step = exchange.Continue(ref connection, mayRead, now);
        if (step == ExchangeStep.Waiting)
        {
            var watched = sockets.Watch(token, Readiness.Readable | (connection.BytesToSend > 0 ? Readiness.Writable : Readiness.None));
            if (watched.IsOk)
            {
                return;
            }

            failures.Add(SwarmSyscalls.EpollAdd, watched.Errno, now);
            step = ExchangeStep.Failed;
        }
        else if (step == ExchangeStep.Failed)
        {
            // The server has closed or reset it early, or has ended.
            consent?.Doubt();
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

    /// <summary>The oldest held connections send so many bytes each, as far as their sockets take them now.</summary>
    public void SendHeld(int bytes, long count, long now)
    {
        for (var token = held.First; count > 0 && token >= 0; count--)
        {
            var next = table[token].Next;
            if (!traffic.Send(ref table[token], bytes, now))
            {
                CloseBroken(token);
            }

            token = next;
        }
    }

    /// <summary>Looks at each held connection that has sent: those that have failed are counted and closed.</summary>
    /// <returns>Data that they have retransmitted, those that have ended included.</returns>
    public long LookAtSenders(long now)
    {
        var retransmits = 0L;
        for (var token = held.First; token >= 0;)
        {
            ref var connection = ref table[token];
            var next = connection.Next;
            if (connection.HasSent && !traffic.IsWhole(ref connection, now))
            {
                CloseBroken(token);
            }
            else
            {
                retransmits += ClientTraffic.RetransmitsOf(ref connection);
            }

            token = next;
        }

        return retransmits + traffic.EndedRetransmits;
    }

    /// <summary>Writes the failures of exchanges and of connections that were held.</summary>
    public void WriteFailures(long now)
    {
        if (failures.IsEmpty)
        {
            return;
        }

        foreach (var failure in failures.Take())
        {
            write(new SyscallFailed(Role.Swarm, worker, failure.Syscall, failure.Errno, failure.Count, failure.First,
                failure.Last) { T = new Nanoseconds(now) });
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
            connection.HasSent = connection.Wave.Spec.ExchangeBytes > 0;
            _ = sockets.Watch(token, Readiness.None);
            table.Append(ref held, token);
            return;
        }

        traffic.Ends(ref connection);
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

        exchange ??= new ByteExchange(failures);
        connection.State = ConnectionState.Draining;
        if (!sockets.Watch(token, Readiness.Readable).IsOk)
        {
            sockets.Close(token, reset: false);
            return;
        }

        table.Append(ref wave.Draining, token);
    }

    private void CloseBroken(int token)
    {
        traffic.Ends(ref table[token]);
        table.Remove(ref held, token);
        sockets.Close(token, reset: false);
    }

    private void StopDraining(int token)
    {
        table.Remove(ref table[token].Wave.Draining, token);
        sockets.Close(token, reset: false);
    }
}
