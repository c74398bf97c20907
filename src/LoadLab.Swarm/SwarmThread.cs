using System.Collections.Concurrent;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>What a thread says to a report.</summary>
internal readonly record struct ThreadView(long Open, long Pending, long SynRetransmits, long Senders, long DataRetransmits);

/// <summary>One thread of a worker: an event loop on an epoll of its own, with its own connections, counts and records.</summary>
/// <remarks>
/// Concurrency: everything but <see cref="Post"/> happens on the thread itself; nothing of it is shared, and no lock is taken between two ticks.
/// Orders come through a queue and a wake-up, and are carried out between two rounds of the loop: a round is at most 64 connects and one look at epoll.
/// While connects are due and epoll watches nothing, it is not asked: a churn that is answered at once makes no system call but its own.
/// </remarks>
internal sealed class SwarmThread : IDisposable
{
    private const long TickNs = 10_000_000;
    private const int ConnectsOfRound = 64;

    // How often it looks whether it may connect again: about as long as a question and its answer take.
    private const long KeptBackNs = 250_000;

    // 64 connects take a millisecond or two; where each is a round through a kernel in user space, some more.
    private const long LongestRoundNs = 30_000_000;
    private readonly ConcurrentQueue<Action> orders = new();
    private readonly Epoll epoll = new();
    private readonly List<Wave> waves = [];
    private readonly ConnectRecorder recorder;
    private readonly ThreadClients clients;
    private readonly PortWatch ports;
    private readonly SwarmOutput output;
    private readonly RunClock clock;
    private readonly int worker;
    private readonly Action<Wave> writeTally;
    private readonly Thread thread;
    private readonly ConsentWatch? consent;
    private volatile bool ordersWait;
    private bool stopping;
    private long nextTick;

    public SwarmThread(int worker, int number, RunClock clock, DescriptorReserve reserve, SwarmOutput output, Action? tellDescriptors, ConsentWatch? consent)
    {
        this.clock = clock;
        this.worker = worker;
        this.output = output;
        recorder = new ConnectRecorder(worker, output.Write);
        clients = new ThreadClients(worker, epoll, clock, recorder, reserve, output.Write, consent);
        this.consent = consent;
        ports = new PortWatch(worker, number, output.Write, tellDescriptors);
        writeTally = WriteTally;
        thread = new Thread(Loop) { IsBackground = true, Name = $"swarm {number}" };
        thread.Start();
    }

    /// <summary>Has an order carried out by the thread.</summary>
    public void Post(Action order)
    {
        orders.Enqueue(order);
        ordersWait = true;
        epoll.Wake();
    }

    /// <summary>Order: issue the connects of a wave.</summary>
    public void Begin(Wave wave)
    {
        if (waves.Count == 0)
        {
            recorder.ShareWith(wave.Share.Step);
        }

        waves.Add(wave);
        ports.Begin(wave.AvailablePorts);
    }

    /// <summary>Order: <see cref="EstablishedClients.HeldSince"/>.</summary>
    public List<long> HeldSince(int most) => clients.Established.HeldSince(most);

    /// <summary>Order: end the oldest held connections; all, and those half-closed before, when <paramref name="count"/> is null.</summary>
    public void EndHeld(ClientEnd end, long? count)
    {
        clients.Established.EndHeld(end, count ?? long.MaxValue);
        if (count is null)
        {
            clients.Established.EndHalfClosed(end);
        }
    }

    /// <summary>Order: the oldest held connections send; all when <paramref name="count"/> is null.</summary>
    public void SendHeld(int bytes, long? count) => clients.Established.SendHeld(bytes, count ?? long.MaxValue, clock.Now.Value);

    /// <summary>Order: write all that was not yet written, and say how things stand.</summary>
    public ThreadView Report()
    {
        var now = clock.Now.Value;
        var dataRetransmits = clients.Established.LookAtSenders(now);
        Tick(now, isReport: true, isBusy: false);
        ports.Report(clients.Sockets, now);
        recorder.WriteLast(now);
        var established = clients.Established;
        return new ThreadView(established.Open, waves.Sum(wave => (long)wave.Pending.Count), clients.Pending.SynRetransmits(waves), established.Senders,
            dataRetransmits);
    }

    /// <summary>Order: the last one. Records what is pending and writes all.</summary>
    public void Stop()
    {
        stopping = true;
        foreach (var wave in waves)
        {
            clients.Pending.Record(wave);
        }

        _ = Report();
    }

    /// <summary>After <see cref="Stop"/>: waits for the thread and closes its sockets.</summary>
    public void Dispose()
    {
        thread.Join();
        clients.CloseAll();
        epoll.Dispose();
    }

    private void Loop()
    {
        while (true)
        {
            if (ordersWait)
            {
                TakeOrders();
                if (stopping)
                {
                    return;
                }
            }

            var began = clock.Now.Value;
            var due = Issue();
            var now = clock.Now.Value;
            TellGap(began + LongestRoundNs, now);
            if (now >= nextTick)
            {
                Tick(now, isReport: false, isBusy: due <= now);
            }

            if (due > now || clients.Watched > 0)
            {
                Await(due);
            }
        }
    }

    private void TakeOrders()
    {
        ordersWait = false;
        while (orders.TryDequeue(out var order))
        {
            order();
        }
    }

    // Issues what is due and answers when the loop is next wanted.
    private long Issue()
    {
        var due = long.MaxValue;
        foreach (var wave in waves)
        {
            var now = clock.Now.Value;
            for (var n = 0; n < ConnectsOfRound && consent?.MayConnect() != false && wave.TryTake(now, out var index, out var intended); n++)
            {
                clients.Attempt(wave, index, intended, now);
                now = clock.Now.Value;
            }

            if (wave.IsIssued)
            {
                clients.Established.EndDraining(wave);
            }

            clients.Pending.GiveUp(wave, now);
            wave.TellProgress(writeTally);

            // What is kept back is due, but not before the server has answered.
            var next = consent is { HoldsBack: true } && !wave.IsIssued ? Math.Max(wave.DueAt, now + KeptBackNs) : wave.DueAt;
            due = Math.Min(due, Math.Min(next, clients.Pending.GiveUpAt(wave)));
        }

        return due;
    }

    private void Await(long due)
    {
        var until = Math.Min(due, NeedsTick() ? nextTick : long.MaxValue);
        var events = epoll.Wait(until == long.MaxValue ? until : until + clock.EpochNs);
        if (until != long.MaxValue)
        {
            TellGap(until, clock.Now.Value);
        }

        foreach (var ready in events)
        {
            clients.OnReady(ready.Token);
        }
    }

    // Between the moment at which it should have gone on and now.
    private void TellGap(long expected, long now)
    {
        if (now - expected > ClockGap.Least.Value)
        {
            output.Write(new ClockGap(Role.Swarm, worker, new Nanoseconds(now - expected)) { T = new Nanoseconds(now) });
        }
    }

    private bool NeedsTick() => clients.NeedsTick || ports.HasNews(clients.Sockets) || recorder.HasWaiting || waves.Exists(wave => !wave.Tally.IsEmpty);

    private void Tick(long now, bool isReport, bool isBusy)
    {
        nextTick = now - (now % TickNs) + TickNs;
        clients.Tick(now);
        if (!isBusy)
        {
            recorder.Write(now);
        }

        ports.Look(clients.Sockets, now);

        // A reader that cannot follow gets one line for a longer time; no count is lost, and no memory is spent on waiting lines.
        if (output.IsBehind() && !isReport)
        {
            return;
        }

        foreach (var wave in waves)
        {
            WriteTally(wave);
        }
    }

    private void WriteTally(Wave wave)
    {
        if (!wave.Tally.IsEmpty)
        {
            output.Write(wave.Tally.Take(clock.Now.Value));
        }
    }
}
