using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>One worker of the swarm: its threads, and the orders that concern all of them.</summary>
/// <remarks>
/// Concurrency: one thread calls it. It owns the swarm threads, talks to them by orders only, and waits for their answers; a load is begun without waiting,
/// and the last thread that is done with it says so through the call-back.
/// </remarks>
internal sealed class SwarmEngine : IDisposable
{
    private const int KeptBack = 4;
    private readonly List<SwarmThread> threads = [];
    private readonly DescriptorReserve reserve = new(KeptBack);
    private readonly OwnDescriptors descriptors = new();
    private readonly int worker;
    private readonly RunClock clock;
    private readonly SwarmOutput output;
    private readonly ConsentWatch? consent;
    private long plannedConnects;
    private bool isStopped;

    public SwarmEngine(int worker, RunClock clock, SwarmOutput output, ConsentWatch? consent = null)
    {
        this.consent = consent;
        FdTable.Widen();
        this.worker = worker;
        this.clock = clock;
        this.output = output;
    }

    /// <summary>Has at least so many threads.</summary>
    /// <exception cref="KernelException">No descriptor was available for one.</exception>
    public void Prepare(int count)
    {
        for (var number = threads.Count; number < count; number++)
        {
            threads.Add(new SwarmThread(worker, number, clock, reserve, output, number == 0 && descriptors.IsCheap ? TellDescriptors : null, consent));
        }
    }

    /// <summary>Begins a load. <paramref name="done"/> is called once, by a swarm thread, when it is issued or settled as the command asks.</summary>
    /// <returns>null, or why not as a sentence.</returns>
    public string? Begin(LoadCommand command, Action done)
    {
        var spec = command.Swarm;
        var refusal = SwarmTarget.TryCreate(command.Address, command.Port, out var target)
            ?? (command.Workers < 1 || worker >= command.Workers ? $"worker {worker} has no share in a load of {command.Workers} workers." : null)
            ?? (spec.Threads is < 1 or > 1024 ? $"{spec.Threads} threads: it takes 1 to 1024." : null)
            ?? (spec.Ports == PortStrategy.Planned && (command.PortRangeLow < 1 || command.PortRangeHigh > 65535
                || command.PortRangeHigh < command.PortRangeLow)
                ? $"ports cannot be planned in the range {command.PortRangeLow} to {command.PortRangeHigh}." : null);
        if (refusal is not null)
        {
            return refusal;
        }

        try
        {
            Prepare(spec.Threads);
        }
        catch (KernelException e)
        {
            return $"a thread of the swarm could not be made: {e.Message}.";
        }

        var ends = new LocalEnds(spec, target!, command.PortRangeLow, command.PortRangeHigh, plannedConnects);
        var ports = PortSupply.Of(spec, command.PortRangeLow, command.PortRangeHigh, Sysctl.Read("net.ipv4.ip_local_reserved_ports"));
        plannedConnects += spec.Ports == PortStrategy.Planned ? new Pacer(spec).Count : 0;
        var progress = new WaveProgress(command.Until, spec.Threads, done);
        for (var number = 0; number < spec.Threads; number++)
        {
            var thread = threads[number];
            var wave = new Wave(command, target!, ends, new LoadShare(worker, command.Workers, number, spec.Threads), progress) { AvailablePorts = ports };
            thread.Post(() => thread.Begin(wave));
        }

        return null;
    }

    /// <summary>Has everything written and writes one look at all clients.</summary>
    public ClientsSeen Report()
    {
        var views = Ask(thread => thread.Report());
        var seen = new ClientsSeen(
            worker,
            views.Sum(view => view.Open),
            views.Sum(view => view.Pending),
            views.Sum(view => view.SynRetransmits),
            views.Sum(view => view.Senders),
            views.Sum(view => view.DataRetransmits)) { T = clock.Now };
        output.Write(seen);
        TellDescriptors();
        output.Write(new CpuUsed(Role.Swarm, worker, ProcessorTime.OfProcess) { T = clock.Now });
        return seen;
    }

    /// <summary>Ends the oldest held connections of all threads, by the moment they were established; all when <paramref name="count"/> is null.</summary>
    public void EndClients(ClientEnd end, int? count)
    {
        var shares = SharesOfOldest(count);
        _ = Ask((thread, number) =>
        {
            thread.EndHeld(end, shares[number]);
            return 0;
        });
    }

    /// <summary>The oldest held connections of all threads send so many bytes each, without waiting; all when <paramref name="count"/> is null.</summary>
    public void Send(int bytes, int? count)
    {
        var shares = SharesOfOldest(count);
        _ = Ask((thread, number) =>
        {
            thread.SendHeld(bytes, shares[number]);
            return 0;
        });
    }

    /// <summary>Stops the threads and has everything written; what is pending is recorded as such. The sockets stay open until <see cref="Dispose"/>.</summary>
    public void Stop()
    {
        if (!isStopped)
        {
            isStopped = true;
            _ = Ask(thread =>
            {
                thread.Stop();
                return 0;
            });
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        foreach (var thread in threads)
        {
            thread.Dispose();
        }

        reserve.Dispose();
        descriptors.Dispose();
    }

    // By the engine's caller, and by the first thread where counting is one call (OwnDescriptors.IsCheap), which any thread may make.
    private void TellDescriptors()
    {
        var limit = ResourceLimits.Nofile(0) ?? new SoftAndHard(0, 0);
        output.Write(new DescriptorsSeen(Role.Swarm, worker, reserve.Count(descriptors), limit.Soft, limit.Hard) { T = clock.Now });
    }

    // How many of the oldest held connections, by the moment they were established, are each thread's; null for all of them.
    private long?[] SharesOfOldest(int? count)
    {
        if (count is not { } most)
        {
            return new long?[threads.Count];
        }

        var oldest = Ask(thread => thread.HeldSince(most)).SelectMany((since, number) => since.Select(at => (at, number))).Order().Take(most).ToList();
        return [.. threads.Select((_, number) => (long?)oldest.Count(one => one.number == number))];
    }

    private T[] Ask<T>(Func<SwarmThread, T> question) => Ask((thread, _) => question(thread));

    private T[] Ask<T>(Func<SwarmThread, int, T> question)
    {
        var answers = new T[threads.Count];
        var left = new CountdownEvent(Math.Max(1, threads.Count));
        for (var number = 0; number < threads.Count; number++)
        {
            var (thread, place) = (threads[number], number);
            thread.Post(() =>
            {
                answers[place] = question(thread, place);
                _ = left.Signal();
            });
        }

        if (threads.Count > 0)
        {
            left.Wait();
        }

        return answers;
    }
}
