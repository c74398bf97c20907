using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>One variant, from the bare sandbox to the last observation. See <see cref="Conductor"/> for the concurrency.</summary>
internal sealed class LabInside : IAsyncDisposable
{
    private readonly LabOrder order;
    private readonly VariantPlan plan;
    private readonly Stream lines;
    private readonly ObservationPipe pipe;
    private readonly RunClock clock;
    private readonly List<RoleProcess> swarm = [];
    private readonly CancellationTokenSource dead = new();
    private readonly ProcessWatch processes;
    private readonly FdLimits fdLimits;
    private ILabProcess? server;
    private RoleProcess? peer;
    private RoleProcess? probe;
    private Sampler? sampler;
    private PacketWatch? packets;
    private int commands;
    private string? death;

    public LabInside(LabOrder order, Stream lines, ObservationPipe pipe)
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
        try
        {
            var port = await StartRolesAsync(either.Token).ConfigureAwait(false);
            StartSampling(port);
            var walk = new PhaseWalk(order, clock, pipe, sampler!, packets, processes, fdLimits, server, swarm, peer, probe, port, NextId);
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

    public ValueTask DisposeAsync()
    {
        List<RoleProcess> roles = [.. swarm, .. new[] { probe, peer }.OfType<RoleProcess>()];
        foreach (var role in roles)
        {
            role.End(NextId());
        }

        server?.End(NextId());

        sampler?.Dispose();
        packets?.Dispose();
        roles.ForEach(role => role.Dispose());
        server?.Dispose();
        dead.Dispose();
        return ValueTask.CompletedTask;
    }

    private void SetUp()
    {
        if (order.Sandbox.IsMadeByRun())
        {
            // Before the first sysctl is written: where nothing confines it, it would be the host's.
            if (!NetworkNamespace.IsElsewhere(order.OuterNetworkNamespace, byKernel: order.Sandbox == SandboxKind.Kernel))
            {
                throw new LabFailureException("the conductor is not in a network namespace or kernel of its own, so it changes nothing and runs nothing");
            }

            LoopbackInterface.BringUp();
            if (plan.Declared.UsesBenchmarkRange)
            {
                LoopbackRoute.AddBenchmarkRange();
            }
        }

        foreach (var (name, value) in plan.Declared.Sysctls)
        {
            SandboxSysctl.Set(name, value, order.Sandbox, pipe, clock);
        }
    }

    private void StartSampling(int port)
    {
        var ports = new PortRange(port, port + plan.Declared.Server.Ports - 1);

        // The baseline of both is taken now: what roles did to warm up is none of the run's.
        packets = PacketWatch.Open(order, ports, clock, pipe);
        sampler = new Sampler(pipe.Write, clock, SeesHalfOpen, order.Sandbox == SandboxKind.Kernel ? new SystemWatch(pipe.Write, clock) : null, Asked.Select(WatchedCounters.NameIn).OfType<string>());
        sampler.WarmUp();
        sampler.Start(ports, plan.Declared.Sampling);
        packets?.Start();
    }

    // Half-open requests are a walk over all sockets: it is made for whoever asks, or where there will be some.
    private bool SeesHalfOpen => Asked.Any(witness => witness.StartsWith("sock_diag.synack-retransmits", StringComparison.Ordinal))
        || plan.Declared.Server.DeferAccept > Nanoseconds.Zero
        || plan.Declared.Phases.Any(phase => phase.Action.Kind is PhaseActionKind.Peer or PhaseActionKind.DeferAccept);

    private IEnumerable<string> Asked => plan.Expectations.SelectMany(expectation => expectation.Witnesses).SelectMany(WitnessPair.Asked);

    private async Task<int> StartRolesAsync(CancellationToken stopping)
    {
        var epoch = order.EpochMonotonicNs.ToString();
        if (plan.Declared.Subject is null && !plan.Declared.IsSession)
        {
            var spec = JsonSerializer.Serialize(plan.Declared.Server, ModelJson.Default.ServerSpec);
            server = RoleProcess.Start(Role.Server, 0, LoadLabBinary.CommandLine("role", "server", epoch, plan.Name, spec), lines, clock, Died);
        }

        for (var worker = 0; worker < plan.Workers; worker++)
        {
            IReadOnlyList<string> command = [.. CapabilityBound.CommandLine(plan.Declared.SwarmCapabilities), .. LoadLabBinary.CommandLine("role", "swarm", epoch, plan.Name, worker.ToString())];
            swarm.Add(RoleProcess.Start(Role.Swarm, worker, command, lines, clock, Died));
        }

        if (plan.Declared.Phases.Any(phase => phase.Action.Kind == PhaseActionKind.Peer))
        {
            var script = JsonSerializer.Serialize(plan.Declared.Peer, ModelJson.Default.PeerSpec);
            peer = RoleProcess.Start(Role.Peer, 0, LoadLabBinary.CommandLine("role", "peer", epoch, plan.Name, order.OuterNetworkNamespace, script), lines, clock, Died);
        }

        if (plan.Declared.Phases.Any(phase => phase.Action.Kind is PhaseActionKind.Probe or PhaseActionKind.Session))
        {
            probe = RoleProcess.Start(Role.Probe, 0, LoadLabBinary.CommandLine("role", "probe", epoch, plan.Name), lines, clock, Died);
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

    private void Died(Observation end)
    {
        pipe.Write(end);
        if (end is RoleEnded { Expected: false } role)
        {
            death ??= $"the {EnumWords<Role>.Of(role.Role)} {role.Worker} ended in mid-run with status {role.ExitCode}{(role.LastWords.Length > 0 ? ": " + role.LastWords : "")}";
            dead.Cancel();
        }
    }

    private int NextId() => Interlocked.Increment(ref commands);
}
