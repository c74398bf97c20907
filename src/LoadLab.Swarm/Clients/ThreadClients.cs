using System.Net.Sockets;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>The clients of one thread: connects them, takes the kernel's answers, ends them. Called by that thread alone.</summary>
/// <remarks>
/// A connect that is answered at once and ends at once (churn) never enters the table: its whole life is <see cref="Attempt"/>, which reads the clock once and
/// allocates the Socket alone. Everything slower has a place in the table, whose number is its token in epoll.
/// </remarks>
internal sealed class ThreadClients(int worker, Epoll epoll, RunClock clock, ConnectRecorder recorder, DescriptorReserve reserve, Action<Observation> write)
{
    // The first SYN is sent again after a second (200 ms when the route has a shorter RTO): a younger connect has no retransmission worth a system call.
    private const long YoungestResentNs = 200_000_000;
    private readonly ConnectionTable table = new();
    private readonly Connector connector = new(reserve);
    private readonly FailureTally exchangeFailures = new();
    private readonly List<SynWatch> watches = [];
    private ConnectionList held = new();
    private ConnectionList halfClosed = new();
    private ByteExchange? exchange;
    private long exchanging;
    private long settledSynRetransmits;

    /// <summary>How many descriptors epoll watches.</summary>
    public int Watched { get; private set; }

    /// <summary>True when a tick has something to look at.</summary>
    public bool NeedsTick => watches.Count > 0 || !exchangeFailures.IsEmpty;

    /// <summary>Established connections that have not ended.</summary>
    public long Open => held.Count + exchanging;

    /// <summary>Issues one connect.</summary>
    public void Attempt(Wave wave, long index, long intended, long actual)
    {
        wave.Tally.Issued(actual - intended);
        var socket = connector.Begin(wave.Target, wave.Ends, index, out var answer);
        var now = clock.Now.Value;
        switch (answer.Step)
        {
            case ConnectStep.Established:
                RecordEstablished(wave, index, intended, actual, now);
                if (wave is { Then: ClientEnd.Close or ClientEnd.Reset, Spec.ExchangeBytes: 0 })
                {
                    SocketSource.Close(socket!, wave.Then == ClientEnd.Reset);
                    wave.Tally.Ended();
                    return;
                }

                Proceed(Keep(wave, socket!, answer.Fd, index, intended, now), now);
                return;
            case ConnectStep.Pending:
                Await(Keep(wave, socket!, answer.Fd, index, intended, actual), now);
                return;
            case ConnectStep.Failed:
                RecordFailed(wave, index, intended, actual, now, ConnectOutcome.Failed, answer.Syscall, answer.Errno);
                return;
        }
    }

    /// <summary>epoll says that something can be done.</summary>
    public void OnReady(int token)
    {
        ref var connection = ref table[token];
        var now = clock.Now.Value;
        switch (connection.State)
        {
            case ConnectionState.Connecting:
                Settle(token, now);
                break;
            case ConnectionState.Exchanging:
                Exchange(token, mayRead: true, now);
                break;
            case ConnectionState.Draining when exchange!.IsAtEnd(connection.Fd):
                StopDraining(token);
                break;
            case ConnectionState.None or ConnectionState.Held or ConnectionState.HalfClosed or ConnectionState.Draining:
                break;
        }
    }

    /// <summary>When the oldest pending connect of a wave is to be given up; long.MaxValue: never.</summary>
    public long GiveUpAt(Wave wave) => wave.TimeoutNs > 0 && wave.Pending.First >= 0 ? table[wave.Pending.First].At + wave.TimeoutNs : long.MaxValue;

    /// <summary>Gives up the connects whose time is over.</summary>
    public void GiveUp(Wave wave, long now)
    {
        while (GiveUpAt(wave) <= now)
        {
            var token = wave.Pending.First;
            ref var connection = ref table[token];
            StopPending(token, now);
            RecordFailed(wave, connection.Index, connection.Intended, connection.At, now, ConnectOutcome.TimedOut, SwarmSyscalls.ConnectGivenUp, Errno.ETIMEDOUT);
            Close(token, reset: false);
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

    /// <summary>Every 10 ms while <see cref="NeedsTick"/>.</summary>
    public void Tick(long now)
    {
        foreach (var watch in watches)
        {
            watch.Look(now);
        }

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
            Close(token, end == ClientEnd.Reset);
        }
    }

    /// <summary>SYNs sent again by the connects of all time: those still pending, asked now, and the settled ones as they were then.</summary>
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

    /// <summary>Records every pending connect as such.</summary>
    public void RecordPending(Wave wave)
    {
        for (var token = wave.Pending.First; token >= 0; token = table[token].Next)
        {
            ref var connection = ref table[token];
            recorder.Add(new ConnectRow(wave.Number, connection.Index, connection.Intended, connection.At, 0, ConnectOutcome.Pending, Errno.None));
        }
    }

    /// <summary>Closes every socket there is.</summary>
    public void CloseAll()
    {
        for (var token = 0; token < table.End; token++)
        {
            if (table[token].State != ConnectionState.None)
            {
                SocketSource.Close(table[token].Socket, reset: false);
                table[token].State = ConnectionState.None;
            }
        }
    }

    private int Keep(Wave wave, Socket socket, int fd, long index, long intended, long at)
    {
        var token = table.Take();
        ref var connection = ref table[token];
        connection.Socket = socket;
        connection.Wave = wave;
        connection.Fd = fd;
        connection.Index = index;
        connection.Intended = intended;
        connection.At = at;
        wave.InTable++;
        return token;
    }

    private void Await(int token, long now)
    {
        ref var connection = ref table[token];
        var wave = connection.Wave;
        connection.State = ConnectionState.Connecting;
        var added = epoll.Add(connection.Fd, token, Readiness.Writable);
        if (!added.IsOk)
        {
            RecordFailed(wave, connection.Index, connection.Intended, connection.At, now, ConnectOutcome.Failed, SwarmSyscalls.EpollAdd, added.Errno);
            Close(token, reset: false);
            return;
        }

        Watched++;
        connection.Watched = Readiness.Writable;
        table.Append(ref wave.Pending, token);
        if (wave.Progress.TryWatch())
        {
            watches.Add(new SynWatch(worker, wave.Number, token, connection.Fd, connection.At, write));
        }
    }

    private void Settle(int token, long now)
    {
        ref var connection = ref table[token];
        var errno = SocketCalls.PendingError(connection.Fd);
        StopPending(token, now);
        if (!errno.IsNone)
        {
            RecordFailed(connection.Wave, connection.Index, connection.Intended, connection.At, now, ConnectOutcome.Failed, SwarmSyscalls.Connect, errno);
            Close(token, reset: false);
            return;
        }

        RecordEstablished(connection.Wave, connection.Index, connection.Intended, connection.At, now);
        connection.At = now;
        Proceed(token, now);
    }

    private void StopPending(int token, long now)
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
            settledSynRetransmits += SocketCalls.TotalRetransmits(connection.Fd) ?? 0;
        }
    }

    // Established and in the table: exchange, then end as the load says.
    private void Proceed(int token, long now)
    {
        ref var connection = ref table[token];
        var bytes = connection.Wave.Spec.ExchangeBytes;
        if (bytes > 0)
        {
            connection.State = ConnectionState.Exchanging;
            connection.BytesToSend = connection.BytesToRead = bytes;
            exchanging++;
            Exchange(token, mayRead: false, now);
            return;
        }

        End(token, connection.Wave.Then);
    }

    private void Exchange(int token, bool mayRead, long now)
    {
        ref var connection = ref table[token];
        exchange ??= new ByteExchange(exchangeFailures);
        var step = exchange.Continue(ref connection, mayRead, now);
        if (step == ExchangeStep.Waiting)
        {
            Watch(token, Readiness.Readable | (connection.BytesToSend > 0 ? Readiness.Writable : Readiness.None));
            return;
        }

        exchanging--;
        End(token, step == ExchangeStep.Finished ? connection.Wave.Then : ClientEnd.Close);
    }

    private void End(int token, ClientEnd end)
    {
        ref var connection = ref table[token];
        if (end == ClientEnd.Hold)
        {
            connection.State = ConnectionState.Held;
            Watch(token, Readiness.None);
            table.Append(ref held, token);
            return;
        }

        var wave = connection.Wave;
        wave.Tally.Ended();
        if (end != ClientEnd.HalfClose || (wave.IsChurn && wave.IsIssued))
        {
            Close(token, end == ClientEnd.Reset);
            return;
        }

        _ = SocketCalls.HalfClose(connection.Fd);
        if (wave.IsChurn)
        {
            exchange ??= new ByteExchange(exchangeFailures);
            connection.State = ConnectionState.Draining;
            Watch(token, Readiness.Readable);
            table.Append(ref wave.Draining, token);
            return;
        }

        connection.State = ConnectionState.HalfClosed;
        Watch(token, Readiness.None);
        table.Append(ref halfClosed, token);
    }

    private void StopDraining(int token)
    {
        table.Remove(ref table[token].Wave.Draining, token);
        Close(token, reset: false);
    }

    private void Close(int token, bool reset)
    {
        ref var connection = ref table[token];
        Watched -= connection.Watched == Readiness.None ? 0 : 1;
        connection.Wave.InTable--;
        SocketSource.Close(connection.Socket, reset);
        table.Release(token);
    }

    private void Watch(int token, Readiness wanted)
    {
        ref var connection = ref table[token];
        if (connection.Watched == wanted)
        {
            return;
        }

        _ = connection.Watched == Readiness.None ? epoll.Add(connection.Fd, token, wanted)
            : wanted == Readiness.None ? epoll.Remove(connection.Fd)
            : epoll.Change(connection.Fd, token, wanted);
        Watched += (wanted == Readiness.None ? 0 : 1) - (connection.Watched == Readiness.None ? 0 : 1);
        connection.Watched = wanted;
    }

    private void RecordEstablished(Wave wave, long index, long intended, long actual, long now)
    {
        wave.Tally.Established(now - intended);
        recorder.Add(new ConnectRow(wave.Number, index, intended, actual, now, ConnectOutcome.Established, Errno.None));
    }

    private void RecordFailed(Wave wave, long index, long intended, long actual, long now, ConnectOutcome outcome, string syscall, Errno errno)
    {
        wave.Tally.Failed(syscall, errno, now);
        recorder.Add(new ConnectRow(wave.Number, index, intended, actual, now, outcome, errno));
    }
}
