using System.Collections.Frozen;
using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Asks the kernel a hundred times a second: counters, listeners; TCP states less often; writes what has changed.</summary>
/// <remarks>
/// Concurrency: one thread of its own ticks; <see cref="SampleAll"/> may be called from another, the gate keeps them apart.
/// All descriptors are open from construction, so it goes on at any limit. 10 ms: below it the kernel's own timer tick (4 ms at HZ=250) would be what is seen.
/// </remarks>
internal sealed class Sampler : IDisposable
{
    private const long PeriodNs = 10_000_000;

    private static readonly FrozenSet<string> Gauges = [.. Counter.Known.Where(counter => counter.IsGauge).Select(counter => counter.Name)];
    private static readonly string[] SocketsInUse = ["TCP.inuse", "TCP6.inuse"];
    private static readonly Nanoseconds CountersEvery = Nanoseconds.FromMilliseconds(100);
    private readonly Lock gate = new();
    private readonly NetCounterReader counterReader = new();
    private readonly SockDiag diag = new();
    private readonly WalkPace walk = new();
    private readonly Action<Observation> write;
    private readonly RunClock clock;
    private readonly Thread thread;
    private readonly NetCounters start;
    private readonly bool seesHalfOpen;
    private readonly SystemWatch? system;
    private NetCounters? last;
    private ImmutableSortedDictionary<string, ulong> lastDelta = ImmutableSortedDictionary<string, ulong>.Empty;
    private ImmutableArray<ListenerView> lastListeners = [];
    private (ImmutableSortedDictionary<string, long> Client, ImmutableSortedDictionary<string, long> Server) lastStates =
        (ImmutableSortedDictionary<string, long>.Empty, ImmutableSortedDictionary<string, long>.Empty);

    private HalfOpenSeen? lastHalfOpen;
    private Nanoseconds countersDue;
    private volatile bool stopping;
    private PortRange ports;

    /// <summary>Remembers the counters as they are now.</summary>
    /// <param name="write">Takes an observation, from the sampler's thread or from the caller's: a run's pipe, or whoever samples the host on its own.</param>
    /// <param name="clock">The run's clock.</param>
    /// <param name="seesHalfOpen">Whether it looks at half-open requests, too.</param>
    /// <param name="system">What looks at the kernel as a whole, where that is the run's own; disposed with this.</param>
    /// <param name="asked">Counters that expectations name: those that this kernel lacks are said, since absent is not zero.</param>
    public Sampler(Action<Observation> write, RunClock clock, bool seesHalfOpen, SystemWatch? system, IEnumerable<Counter> asked)
    {
        this.seesHalfOpen = seesHalfOpen;
        this.system = system;
        this.write = write;
        this.clock = clock;
        start = counterReader.Read();
        write(new CountersSeen(ImmutableSortedDictionary<string, ulong>.Empty, start.Count,
            [.. Counter.Marks.Union(asked).Select(counter => counter.Name).Where(name => start[name] is null)]) { T = clock.Now });
        thread = new Thread(TickLoop) { IsBackground = true, Name = "sampler" };
    }

    /// <summary>
    /// Does once, unseen, what every tick does: the first time costs what the just-in-time compiler takes, and no sample should be late for that.
    /// </summary>
    public void WarmUp()
    {
        _ = Marks();
        _ = diag.Listeners(PortRange.One(1));
        _ = diag.States(PortRange.One(1));
        Counters(always: true);
        clock.SleepUntil(clock.Now);
    }

    /// <summary>Begins to tick for the server's ports; without ticks only <see cref="SampleAll"/> looks.</summary>
    public void Start(PortRange serverPorts, bool ticks)
    {
        ports = serverPorts;
        system?.Files(always: true);
        if (ticks)
        {
            thread.Start();
            return;
        }

        // So that a peak between two phases' ends, which was not seen, decides nothing.
        write(new SamplesLost(LossSource.Ticks, 1, "sampling=false asks for none") { T = clock.Now });
    }

    /// <summary>Asks every witness now and writes what it says, changed or not.</summary>
    public void SampleAll()
    {
        lock (gate)
        {
            Counters(always: true);
            Listeners(always: true);
            States(always: true);
            system?.Files(always: true);
            system?.Log();
        }
    }

    /// <summary>The TCP counters, the listeners' queues and the sockets in use now, to see whether the kernel moved while witnesses were asked.</summary>
    /// <remarks>
    /// accept() moves no counter. It shortens a queue, and what makes up for that, an arrival, moves one. A client that gives up in SYN-SENT moves none either
    /// (net/ipv4/tcp.c __tcp_close): there is a socket less in use.
    /// </remarks>
    public IReadOnlyList<ulong?> Marks()
    {
        lock (gate)
        {
            var now = counterReader.Read();
            var stat = SockStat.Read();
            return
            [
                .. Counter.Marks.Select(counter => now[counter.Name]),
                .. diag.Listeners(ports).Select(listener => (ulong?)listener.Queue),
                .. SocketsInUse.Select(name => (ulong?)Of(stat, name)),
            ];
        }
    }

    /// <summary>Asks every witness now, and says so when nothing has moved since the marks: no tick comes between that look and what is said of it.</summary>
    /// <param name="before">The marks from before the roles reported.</param>
    /// <param name="others">Asks the witnesses that are not this one's.</param>
    /// <param name="settled">Says it.</param>
    /// <returns>False when something has moved; then nothing was said.</returns>
    public bool TrySettle(IReadOnlyList<ulong?> before, Action others, Action settled)
    {
        lock (gate)
        {
            SampleAll();
            others();
            if (!before.SequenceEqual(Marks()))
            {
                return false;
            }

            settled();
            return true;
        }
    }

    /// <summary>Looks at the states of connections, and at nothing else.</summary>
    public void SampleStates()
    {
        lock (gate)
        {
            States(always: true);
        }
    }

    /// <summary>Ends its own looks; it can still be asked to look.</summary>
    public void StopTicks()
    {
        stopping = true;
        if (!thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            thread.Join();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        StopTicks();
        counterReader.Dispose();
        diag.Dispose();
        system?.Dispose();
    }

    private void TickLoop()
    {
        var due = clock.Now;
        var lastLook = due;
        while (!stopping)
        {
            lock (gate)
            {
                var look = clock.Now;
                Counters(always: false);
                Listeners(always: false);
                system?.Files(always: false);
                SayWhatWasMissed(clock.Now - lastLook);
                lastLook = look;
                if (walk.IsDue(clock.Now, Established))
                {
                    States(always: false);
                }
            }

            due += new Nanoseconds(PeriodNs);
            var late = clock.Now - due;
            if (late > ClockGap.Least)
            {
                write(new ClockGap(Role.Conductor, 0, late) { T = clock.Now });
            }

            // After a pause of the machine there is nothing to catch up on.
            due = late.Value > PeriodNs ? clock.Now : due;
            clock.SleepUntil(due);
        }
    }

    // What was there for less than the time between two looks may not have been seen: more than two ticks' time is not what the model allows a sampler.
    private void SayWhatWasMissed(Nanoseconds sinceLastLook)
    {
        if (sinceLastLook > SamplesLost.MostBetweenLooks)
        {
            var missed = (sinceLastLook.Value / PeriodNs) - 1;
            write(new SamplesLost(LossSource.Ticks, missed, $"the sampler took no sample for {sinceLastLook}") { T = clock.Now });
        }
    }

    // A counter's first move is said at once, since its moment counts; how much it has moved is said ten times a second: under load dozens of counters move in
    // every tick,
    // and writing and reading them all would be taken from what is measured.
    private void Counters(bool always)
    {
        var now = counterReader.Read();
        var at = clock.Now;
        if (!always && (ReferenceEquals(now, last) || (at < countersDue && Moved(now).Count() == lastDelta.Count)))
        {
            return;
        }

        last = now;
        countersDue = at + CountersEvery;
        var delta = Moved(now).ToImmutableSortedDictionary(one => one.Name, one => one.Delta);
        if (!Same(delta, lastDelta))
        {
            lastDelta = delta;
            write(new CountersSeen(delta, 0, []) { T = at });
        }
    }

    private IEnumerable<(string Name, ulong Delta)> Moved(NetCounters now) => now.Since(start).Where(one => !Gauges.Contains(one.Name));

    private void Listeners(bool always)
    {
        var now = diag.Listeners(ports);
        if (always || !now.SequenceEqual(lastListeners))
        {
            lastListeners = now;
            write(new ListenersSeen(ListenerWitness.SockDiag, now) { T = clock.Now });
        }
    }

    private void States(bool always)
    {
        var before = ProcessorTime.OfThread;
        var now = diag.States(ports);
        walk.Walked(clock.Now, ProcessorTime.OfThread - before, diag.Walked, Established);
        if (always || !Same(now.Client, lastStates.Client) || !Same(now.Server, lastStates.Server))
        {
            lastStates = now;
            // Opening a file is not for every tick; who asks for everything gets this as well. Orphans are counted for the whole kernel, so only the
            // run's own one testifies.
            var stat = always ? SockStat.Read() : null;
            write(new StatesSeen(now.Client, now.Server, Of(stat, "TCP.tw")) { T = clock.Now, QueuedClosed = diag.QueuedClosed, Orphans = system is null ? null
                : Of(stat, "TCP.orphan") });
        }

        if (seesHalfOpen)
        {
            HalfOpen(always);
        }
    }

    private static long? Of(IReadOnlyDictionary<string, long>? stat, string name) => stat is not null && stat.TryGetValue(name, out var value) ? value : null;

    // Tcp.CurrEstab as it was last read: by how much it grows, the table of connections does at least.
    private long Established => (long)(last?["Tcp.CurrEstab"] ?? 0);

    private void HalfOpen(bool always)
    {
        var (requests, retransmits) = diag.HalfOpen;
        var now = new HalfOpenSeen(requests, retransmits);
        if (always || now != lastHalfOpen)
        {
            lastHalfOpen = now;
            write(now with { T = clock.Now });
        }
    }

    private static bool Same<T>(ImmutableSortedDictionary<string, T> a, ImmutableSortedDictionary<string, T> b)
        where T : struct => a.Count == b.Count && a.SequenceEqual(b);
}
