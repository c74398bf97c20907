using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Does one phase after the other: its action, its wait, and then one consistent look by every witness.</summary>
internal sealed class PhaseWalk(
    LabOrder order,
    RunClock clock,
    ObservationPipe pipe,
    Sampler sampler,
    PacketWatch? packets,
    ProcessWatch processes,
    FdLimits fdLimits,
    ILabProcess? server,
    IReadOnlyList<RoleProcess> swarm,
    RoleProcess? peer,
    RoleProcess? probe,
    int port,
    Func<int> nextId)
{
    // Threads that are told of a start must be awake and at it by then.
    private static readonly Nanoseconds Lead = Nanoseconds.FromMilliseconds(5);

    // A retransmission between two witnesses makes them speak of different moments; asked again, they agree. Under steady load they never will.
    private const int LooksAtMost = 5;
    private int wave;

    /// <summary>Does it.</summary>
    /// <exception cref="LabFailureException">A role could not do its part.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped, or a role died.</exception>
    public async Task DoAsync(Phase phase, CancellationToken stopping)
    {
        var start = clock.Now;
        if (phase.Action.Kind == PhaseActionKind.Load)
        {
            start += Lead;
        }

        pipe.Write(new PhaseBegan(phase.Name) { T = start });
        packets?.PhaseBegan(phase.Name, start);
        await ActAsync(phase.Action, start, stopping).ConfigureAwait(false);
        var acted = clock.Now;
        var until = acted + phase.Hold;
        await WaitAsync(until, stopping).ConfigureAwait(false);
        var consistent = await LookAsync(stopping).ConfigureAwait(false);
        pipe.Flush();

        // How long a load or a peer's work takes is the kernel's doing; any other action is one call of a role.
        var action = phase.Action.Kind is PhaseActionKind.Load or PhaseActionKind.Peer or PhaseActionKind.Probe or PhaseActionKind.Session ? Nanoseconds.Zero : acted - start;
        var end = clock.Now;
        pipe.Write(new PhaseEnded(phase.Name, consistent, action + (end - until)) { T = end });

        // Lines of the roles are forwarded at once: what they see in the next phase must not come before the end of this one.
        pipe.Flush();
    }

    private Task ActAsync(PhaseAction action, Nanoseconds start, CancellationToken stopping) => action.Kind switch
    {
        PhaseActionKind.Load => LoadAsync((LoadAction)action, start, stopping),
        PhaseActionKind.Hold => Task.CompletedTask,
        PhaseActionKind.Listen => Server.DoAsync(new ListenCommand(nextId(), ((ListenAction)action).Backlog), stopping),
        PhaseActionKind.Accept => Server.DoAsync(new AcceptCommand(nextId(), ((AcceptAction)action).Policy, start), stopping),
        PhaseActionKind.Clients => EndClientsAsync((ClientsAction)action, stopping),
        PhaseActionKind.Send => SendAsync((SendAction)action, stopping),
        PhaseActionKind.DeferAccept => Server.DoAsync(new DeferAcceptCommand(nextId(), ((DeferAcceptAction)action).DeferAccept), stopping),
        PhaseActionKind.RaiseNofile => Task.Run(() => fdLimits.Raise(Server, ((RaiseNofileAction)action).By), stopping),
        PhaseActionKind.Peer => PeerAsync((PeerAction)action, stopping),
        PhaseActionKind.Probe => ProbeAsync((ProbeAction)action, stopping),
        PhaseActionKind.Session => SessionAsync((SessionAction)action, stopping),
        PhaseActionKind.Sysctl => Task.Run(() => SetSysctls((SysctlAction)action), stopping),
    };

    private Task PeerAsync(PeerAction action, CancellationToken stopping) => peer is null
        ? throw new LabFailureException("a phase tells the scripted peer what to send, but no peer was started")
        : peer.DoAsync(new PeerCommand(nextId(), action, Target, port), stopping);

    private ILabProcess Server => server ?? throw new LabFailureException("a phase needs the server, but a scenario of sessions has none");

    private RoleProcess Probe => probe ?? throw new LabFailureException("a phase tells the probe what to do, but no probe was started");

    private Task SessionAsync(SessionAction action, CancellationToken stopping) =>
        Probe.DoAsync(new SessionsCommand(nextId(), action.Sessions, action.InNamespacesOfTheirOwn, order.OuterNetworkNamespace), stopping);

    // After each call the probe is looked at from another process, by two ways into the kernel.
    private async Task ProbeAsync(ProbeAction action, CancellationToken stopping)
    {
        var one = Probe;
        foreach (var step in action.Steps)
        {
            await one.DoAsync(new ProbeCommand(nextId(), step), stopping).ConfigureAwait(false);
            var proc = ProcessLimits.ReadNofile(one.Pid);
            var prlimit = ResourceLimits.Nofile(one.Pid);
            pipe.Write(new ProbeSeen(step.Name, proc?.Soft, proc?.Hard, prlimit?.Soft, prlimit?.Hard) { T = clock.Now });
        }
    }

    private string Target => order.Variant.Declared.Server.Address is "0.0.0.0" ? "127.0.0.1" : order.Variant.Declared.Server.Address;

    private async Task LoadAsync(LoadAction load, Nanoseconds start, CancellationToken stopping)
    {
        if (load.Swarm.Target is { } silent && !order.Sandbox.IsMadeByRun())
        {
            throw new LabFailureException($"swarm.target {silent} is nobody's address in a sandbox alone, and this run has none", refused: true);
        }

        await Server.DoAsync(new BeginCommand(nextId(), start), stopping).ConfigureAwait(false);
        var thisWave = wave++;
        await Task.WhenAll(swarm.Select(worker => worker.DoAsync(
            new LoadCommand(
                nextId(),
                thisWave,
                load.Swarm,
                swarm.Count,
                load.Swarm.Target ?? Target,
                load.Swarm.Port ?? port,
                order.PortRangeLow,
                order.PortRangeHigh,
                start,
                load.Until),
            stopping))).ConfigureAwait(false);
    }

    private Task SendAsync(SendAction action, CancellationToken stopping) => Task.WhenAll(swarm.Select((worker, w) =>
        worker.DoAsync(new SendCommand(nextId(), action.Bytes, Share(action.Count, w)), stopping)));

    private Task EndClientsAsync(ClientsAction action, CancellationToken stopping) => Task.WhenAll(swarm.Select((worker, w) => worker.DoAsync(
        new EndClientsCommand(nextId(), action.End, Share(action.Count, w)),
        stopping)));

    // "The first n of those still open" are shared out as the connects were: worker w has every Workers-th.
    private int? Share(int? count, int worker) => count is { } all ? (all / swarm.Count) + (worker < all % swarm.Count ? 1 : 0) : null;

    private void SetSysctls(SysctlAction action)
    {
        foreach (var (name, value) in action.Sysctls)
        {
            SandboxSysctl.Set(name, value, order.Sandbox, pipe, clock);
        }
    }

    private async Task WaitAsync(Nanoseconds until, CancellationToken stopping)
    {
        var left = until - clock.Now;
        if (left.Value > 0)
        {
            // The timer counts in milliseconds and may come a little early; the clock decides.
            await Task.Delay(left.ToTimeSpan(), stopping).ConfigureAwait(false);
            clock.SleepUntil(until);
        }
    }

    private async Task<bool> LookAsync(CancellationToken stopping)
    {
        for (var look = 0; look < LooksAtMost; look++)
        {
            var before = sampler.Marks();
            await Task.WhenAll(swarm.Append(peer).Append(probe).Append(server).OfType<ILabProcess>().Select(role => role.DoAsync(new ReportCommand(nextId()), stopping))).ConfigureAwait(false);
            sampler.SampleAll();
            packets?.Look();
            processes.Look();
            if (before.SequenceEqual(sampler.Marks()))
            {
                return true;
            }
        }

        return false;
    }
}
