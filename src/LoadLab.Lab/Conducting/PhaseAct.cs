using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Does the action of one phase, by telling the roles.</summary>
internal sealed class PhaseAct(LabContext lab, LabRoles roles, Nanoseconds start, CancellationToken stopping) : IPhaseActionVisitor<Task>
{
    private string Target => lab.Order.Variant.Declared.Server.Address is "0.0.0.0" ? "127.0.0.1" : lab.Order.Variant.Declared.Server.Address;

    public async Task Load(LoadAction action)
    {
        if (!SandboxTraits.Of(lab.Order.Sandbox).IsMadeByRun)
        {
            RefuseOthers(action.Swarm);
        }

        await roles.Server.DoAsync(new BeginCommand(roles.NextId(), start), stopping).ConfigureAwait(false);
        var thisWave = roles.NextWave();
        await Task.WhenAll(roles.Swarm.Select(worker => worker.DoAsync(
            new LoadCommand(
                roles.NextId(),
                thisWave,
                action.Swarm,
                roles.Swarm.Count,
                action.Swarm.Target ?? Target,
                action.Swarm.Port ?? roles.Port,
                lab.Order.PortRangeLow,
                lab.Order.PortRangeHigh,
                start,
                action.Until),
            stopping))).ConfigureAwait(false);
    }

    public Task Hold(HoldAction action) => Task.CompletedTask;

    public Task Listen(ListenAction action) => roles.Server.DoAsync(new ListenCommand(roles.NextId(), action.Backlog), stopping);

    public Task Accept(AcceptAction action) => roles.Server.DoAsync(new AcceptCommand(roles.NextId(), action.Policy, start), stopping);

    public Task Clients(ClientsAction action)
    {
        var shares = roles.Oldest(action.Count);
        roles.Ended(action.Count);
        return Task.WhenAll(roles.Swarm.Zip(shares, (worker, share) =>
            worker.DoAsync(new EndClientsCommand(roles.NextId(), action.End, share), stopping)));
    }

    public Task Sysctl(SysctlAction action) => Task.Run(
        () =>
        {
            foreach (var (name, value) in action.Sysctls)
            {
                SandboxSysctl.Set(name, value, lab.Order, lab.Pipe, lab.Clock);
            }
        },
        stopping);

    public Task Send(SendAction action) => Task.WhenAll(roles.Swarm.Zip(roles.Oldest(action.Count), (worker, share) =>
        worker.DoAsync(new SendCommand(roles.NextId(), action.Bytes, share), stopping)));

    public Task DeferAccept(DeferAcceptAction action) => roles.Server.DoAsync(new DeferAcceptCommand(roles.NextId(), action.DeferAccept), stopping);

    public Task RaiseNofile(RaiseNofileAction action) => Task.Run(() => roles.Limits.Raise(roles.Server, action.By), stopping);

    public async Task Peer(PeerAction action)
    {
        var sender = roles.Peer;
        await roles.Server.DoAsync(new BeginCommand(roles.NextId(), start), stopping).ConfigureAwait(false);
        await sender.DoAsync(new PeerCommand(roles.NextId(), action, Target, roles.Port), stopping).ConfigureAwait(false);
    }

    // After each call the probe is looked at from another process, by two ways into the kernel.
    public async Task Probe(ProbeAction action)
    {
        var one = roles.Probe;
        foreach (var step in action.Steps)
        {
            await one.DoAsync(new ProbeCommand(roles.NextId(), step), stopping).ConfigureAwait(false);
            var proc = ProcessLimits.ReadNofile(one.Pid);
            var prlimit = ResourceLimits.Nofile(one.Pid);
            lab.Pipe.Write(new ProbeSeen(step.Name, proc?.Soft, proc?.Hard, prlimit?.Soft, prlimit?.Hard) { T = lab.Clock.Now });
        }
    }

    public Task Session(SessionAction action) =>
        roles.Probe.DoAsync(new SessionsCommand(roles.NextId(), action.Sessions, action.InNamespacesOfTheirOwn, lab.Order.Starter, lab.Order.Sandbox),
            stopping);

    // With SO_REUSEPORT another program may listen on the server's port, too, and has not agreed to be loaded.
    private void RefuseOthers(SwarmSpec load)
    {
        if (load.Target is { } silent)
        {
            throw new LabFailureException($"swarm.target {silent} is an address without a host, which only a sandbox has, and this run has none",
                refused: true);
        }

        var port = load.Port ?? roles.Port;
        _ = AddressRange.TryAddress(Target, out var address);
        using var listeners = new PortListeners();
        if (listeners.HasForeign(TcpSegment.Mapped(address), port, roles.Server.Processes.Select(one => one.Pid)))
        {
            throw new LabFailureException(
                $"another program listens on {Target}:{port}, too, and sandbox {EnumWords<SandboxKind>.Of(lab.Order.Sandbox)} does not keep the load from "
                + $"it: use sandbox: namespace, or end the other program", refused: true);
        }
    }
}
