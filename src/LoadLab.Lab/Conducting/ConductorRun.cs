using System.Net;
using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>One variant, from the bare sandbox to the last observation. See <see cref="Conductor"/> for the concurrency.</summary>
internal sealed class ConductorRun : IAsyncDisposable
{
    private readonly LabOrder order;
    private readonly VariantPlan plan;
    private readonly RunOutput lines;
    private readonly ObservationPipe pipe;
    private readonly RunClock clock;
    private readonly List<RoleProcess> swarm = [];

    // Replaced, never changed: the watch over hanging roles reads it from a thread of its own.
    private volatile IReadOnlyList<RoleProcess> roles = [];
    private readonly CancellationTokenSource dead = new();
    private readonly ProcessWatch processes;
    private readonly FdLimits fdLimits;
    private ILabProcess? server;
    private RoleProcess? peer;
    private RoleProcess? probe;
    private Sampler? sampler;
    private PacketWatch? packets;
    private readonly Lock endGate = new();
    private int commands;
    private string? death;
    private Task ending = Task.CompletedTask;

    public ConductorRun(LabOrder order, RunOutput lines, ObservationPipe pipe)
    {
        this.order = order;
        plan = order.Variant;
        this.lines = lines;
        this.pipe = pipe;
        clock = new RunClock(order.EpochMonotonicNs);
        processes = new ProcessWatch(plan, clock, pipe);
        fdLimits = new FdLimits(plan, processes, clock, pipe);
    }

    /// <summary>Walks all phases; false when it was asked to stop before their end.</summary>
    /// <exception cref="LabFailureException">A role died, or the set-up failed.</exception>
    public async Task<bool> RunAsync(CancellationTokenSource stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token, dead.Token);
        SetUp();
        using var hangs = new HangWatch(new HangLimits(order), clock, () => roles, EndEarly);
        try
        {
            var port = await StartRolesAsync(either.Token).ConfigureAwait(false);
            StartSampling(port);
            hangs.PhasesBegin();
            var told = new LabRoles(swarm, port, fdLimits, NextId) { AnyServer = server, AnyPeer = peer, AnyProbe = probe };
            var walk = new PhaseWalk(new LabContext(order, clock, pipe, lines), told, new LabWitnesses(sampler!, packets, processes));
            foreach (var phase in plan.Declared.Phases)
            {
                await walk.DoAsync(phase, either.Token).ConfigureAwait(false);
            }

            return true;
        }
        catch (OperationCanceledException) when (death is null)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            throw new LabFailureException(death!);
        }
        catch (LabFailureException) when (death is not null)
        {
            throw new LabFailureException(death!);
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<RoleProcess> clients = [.. swarm, .. new[] { probe, peer }.OfType<RoleProcess>()];
        foreach (var role in clients)
        {
            role.End(NextId());
        }

        server?.End(NextId());

        sampler?.Dispose();
        packets?.Dispose();
        clients.ForEach(role => role.Dispose());
        server?.Dispose();
        await ending.ConfigureAwait(false);
        dead.Dispose();
    }

    private void SetUp()
    {
        if (SandboxTraits.Of(order.Sandbox).IsMadeByRun)
        {
            // Before anything is changed: where nothing confines it, it would be the machine's.
            if ((SandboxProof.Missing(order.Starter, order.Sandbox) ?? NotNew()) is { } missing)
            {
                throw new LabFailureException($"the conductor has no sandbox of the run's own, so it changes nothing and runs nothing: {missing}");
            }

            LoopbackInterface.BringUp();
            if (plan.Declared.UsesBenchmarkRange)
            {
                LoopbackRoute.AddBenchmarkRange();
            }
        }

        foreach (var (name, value) in plan.Declared.Sysctls)
        {
            SandboxSysctl.Set(name, value, order, pipe, clock);
        }
    }

    // A namespace that was there before has an interface that is up, be it only lo: whoever is in it may use it.
    private string? NotNew() => !SandboxTraits.Of(order.Sandbox).IsNamespaceMadeByRun ? null : InterfacesUp.Names switch
    {
        null => "the interfaces of the network namespace cannot be read, so it is not proven to be new",
        [] => null,
        { } up => $"the network namespace is not new: {string.Join(", ", up)} is up",
    };

    private void StartSampling(int port)
    {
        var ports = new PortRange(port, port + plan.Declared.Server.Ports - 1) { Host = HostOf(plan.Declared.Server.Address) };

        // The baseline of both is taken now: what roles did to warm up is none of the run's.
        packets = PacketWatch.Open(order, ports, clock, pipe);
        sampler = new Sampler(pipe.Write, clock, SeesHalfOpen, SandboxTraits.Of(order.Sandbox).HasOwnKernel ? new SystemWatch(pipe.Write, clock) : null,
            plan.Asked.Select(one => one.Argument).OfType<Counter>());
        sampler.WarmUp();
        sampler.Start(ports, plan.Declared.Sampling);
        packets?.Start();
    }

    // A listener on all addresses has its port for itself on each of them.
    private static UInt128? HostOf(string address) =>
        IPAddress.TryParse(address, out var parsed) && !parsed.Equals(IPAddress.Any) && !parsed.Equals(IPAddress.IPv6Any)
            ? TcpSegment.Mapped(parsed) : null;

    // Half-open requests are a walk over all sockets: it is made for whoever asks, or where there will be some.
    private bool SeesHalfOpen => plan.Asked.Any(one => one.Witness == KernelWitnesses.SynAckRetransmits)
        || plan.Declared.Server.DeferAccept > Nanoseconds.Zero
        || plan.Declared.Phases.Any(phase => phase.Action is PeerAction or DeferAcceptAction);

    // Made before the limits are set, so that a load finds them at a limit that leaves nothing for a thread.
    private int Threads => plan.Declared.Loads.Select(load => load.Swarm.Threads).DefaultIfEmpty(1).Max();

    private async Task<int> StartRolesAsync(CancellationToken stopping)
    {
        var epoch = order.EpochMonotonicNs.ToString();
        if (plan.Declared.Subject is null && !plan.Declared.IsSession)
        {
            var spec = JsonSerializer.Serialize(plan.Declared.Server, ModelJson.Default.ServerSpec);
            server = Started(RoleProcess.Start(Role.Server, 0, LoadLabBinary.CommandLine("role", "server", epoch, plan.Name, spec), lines, clock, Died));
        }

        for (var worker = 0; worker < plan.Workers; worker++)
        {
            IReadOnlyList<string> command = [.. CapabilityBound.CommandLine(plan.Declared.SwarmCapabilities),
                .. LoadLabBinary.CommandLine("role", "swarm", epoch, plan.Name, worker.ToString(), Threads.ToString())];
            swarm.Add(Started(RoleProcess.Start(Role.Swarm, worker, command, lines, clock, Died)));
        }

        if (plan.Declared.Has<PeerAction>())
        {
            var script = JsonSerializer.Serialize(plan.Declared.Peer, ModelJson.Default.PeerSpec);
            var starter = JsonSerializer.Serialize(order.Starter, ModelJson.Default.NamespaceIdentity);
            peer = Started(RoleProcess.Start(Role.Peer, 0,
                LoadLabBinary.CommandLine("role", "peer", epoch, plan.Name, starter, EnumWords<SandboxKind>.Of(order.Sandbox), script), lines, clock, Died));
        }

        if (plan.Declared.Phases.Any(phase => phase.Action is ProbeAction or SessionAction))
        {
            probe = Started(RoleProcess.Start(Role.Probe, 0, LoadLabBinary.CommandLine("role", "probe", epoch, plan.Name), lines, clock, Died));
        }

        if (plan.Declared.IsSession)
        {
            CommandPipe.WarmUp();
            _ = await probe!.Ready.WaitAsync(stopping).ConfigureAwait(false);
            return plan.Declared.Server.Port;
        }

        // After the roles: every program that there was not before is the subject's.
        server ??= SubjectProcess.Start(plan.Declared, order.SubjectLogPath, clock, Died);
        CommandPipe.WarmUp();
        var ready = await server.Ready.WaitAsync(stopping).ConfigureAwait(false);
        foreach (var worker in swarm)
        {
            _ = await worker.Ready.WaitAsync(stopping).ConfigureAwait(false);
            await LimitAsync(worker, plan.Declared.SwarmNofile, plan.Declared.SwarmSpare, stopping).ConfigureAwait(false);
        }

        if (peer is not null)
        {
            _ = await peer.Ready.WaitAsync(stopping).ConfigureAwait(false);
        }

        if (probe is not null)
        {
            _ = await probe.Ready.WaitAsync(stopping).ConfigureAwait(false);
        }

        if (plan.Declared.Subject is not null)
        {
            pipe.Write(ready with { T = clock.Now });
        }

        await LimitAsync(server, plan.Declared.Subject is null ? plan.Declared.ServerNofile : null, plan.Declared.ServerSpare, stopping).ConfigureAwait(false);
        return ready.Port;
    }

    private async Task LimitAsync(ILabProcess role, long? nofile, long? spare, CancellationToken stopping)
    {
        if (nofile is not null || spare is not null)
        {
            // Once it has answered, all that it starts has started.
            await role.DoAsync(new ReportCommand(NextId()), stopping).ConfigureAwait(false);
            fdLimits.Lower(role, nofile, spare);
        }

        processes.Add(role);
    }

    private RoleProcess Started(RoleProcess role)
    {
        roles = [.. roles, role];
        return role;
    }

    private void Died(Observation end)
    {
        pipe.Write(end);
        if (end is RoleEnded { Expected: false } role)
        {
            EndEarly(role.Sentence);
        }
    }

    // Not Cancel(): what waits would go on on this thread, which is that of a role's reader, and would then wait for this thread's end.
    private void EndEarly(string reason)
    {
        lock (endGate)
        {
            if (death is null)
            {
                death = reason;
                ending = dead.CancelAsync();
            }
        }
    }

    private int NextId() => Interlocked.Increment(ref commands);
}
