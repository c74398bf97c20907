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
    private RoleProcess? server;
    private RoleProcess? peer;
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
            var walk = new PhaseWalk(order, clock, pipe, sampler!, packets, server!, swarm, peer, port, NextId);
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
        List<RoleProcess> roles = [.. swarm, .. new[] { peer, server }.OfType<RoleProcess>()];
        foreach (var role in roles)
        {
            role.End(NextId());
        }

        sampler?.Dispose();
        packets?.Dispose();
        roles.ForEach(role => role.Dispose());
        dead.Dispose();
        return ValueTask.CompletedTask;
    }

    private void SetUp()
    {
        var isOwn = order.Sandbox != SandboxKind.Host && HostInspection.NetworkNamespace != order.OuterNetworkNamespace;
        if (order.Sandbox == SandboxKind.Namespace)
        {
            if (!isOwn)
            {
                throw new LabFailureException("the conductor is not in a network namespace of its own, so it changes nothing and runs nothing");
            }

            LoopbackInterface.BringUp();
            if (plan.Declared.UsesBenchmarkRange)
            {
                LoopbackRoute.AddBenchmarkRange();
            }
        }

        foreach (var (name, value) in plan.Declared.Sysctls)
        {
            SandboxSysctl.Set(name, value, isOwn, pipe, clock);
        }

    }

    private void StartSampling(int port)
    {
        var ports = new PortRange(port, port + plan.Declared.Server.Ports - 1);

        // The baseline of both is taken now: what roles did to warm up is none of the run's.
        packets = PacketWatch.Open(order, ports, clock, pipe);
        sampler = new Sampler(new SampleOutput(pipe.Write), clock, SeesHalfOpen, plan.Expectations.SelectMany(expectation => expectation.Witnesses).SelectMany(WitnessPair.Asked).Select(WatchedCounters.NameIn).OfType<string>());
        sampler.WarmUp();
        sampler.Start(ports, plan.Declared.Sampling);
        packets?.Start();
    }

    // Half-open requests are a walk over all sockets: it is made for whoever asks, or where there will be some.
    private bool SeesHalfOpen => plan.Expectations.SelectMany(expectation => expectation.Witnesses).Any(witness => witness.StartsWith("sock_diag.synack-retransmits", StringComparison.Ordinal))
        || plan.Declared.Server.DeferAccept > Nanoseconds.Zero
        || plan.Declared.Phases.Any(phase => phase.Action.Kind is PhaseActionKind.Peer or PhaseActionKind.DeferAccept);

    private async Task<int> StartRolesAsync(CancellationToken stopping)
    {
        var epoch = order.EpochMonotonicNs.ToString();
        var spec = JsonSerializer.Serialize(plan.Declared.Server, ModelJson.Default.ServerSpec);
        server = RoleProcess.Start(Role.Server, 0, LoadLabBinary.CommandLine("role", "server", epoch, plan.Name, spec), lines, clock, Died);
        for (var worker = 0; worker < plan.Workers; worker++)
        {
            swarm.Add(RoleProcess.Start(Role.Swarm, worker, LoadLabBinary.CommandLine("role", "swarm", epoch, plan.Name, worker.ToString()), lines, clock, Died));
        }

        if (plan.Declared.Phases.Any(phase => phase.Action.Kind == PhaseActionKind.Peer))
        {
            var script = JsonSerializer.Serialize(plan.Declared.Peer, ModelJson.Default.PeerSpec);
            peer = RoleProcess.Start(Role.Peer, 0, LoadLabBinary.CommandLine("role", "peer", epoch, plan.Name, order.OuterNetworkNamespace, script), lines, clock, Died);
        }

        CommandPipe.WarmUp();
        var ready = await server.Ready.WaitAsync(stopping).ConfigureAwait(false);
        foreach (var worker in swarm)
        {
            _ = await worker.Ready.WaitAsync(stopping).ConfigureAwait(false);
            Limit(worker, plan.Declared.SwarmNofile);
        }

        if (peer is not null)
        {
            _ = await peer.Ready.WaitAsync(stopping).ConfigureAwait(false);
        }

        Limit(server, plan.Declared.ServerNofile);
        return ready.Port;
    }

    // CoreCLR raises its soft limit to the hard one at start-up, so a role's limit is lowered from here, once it has all it needs open.
    private void Limit(RoleProcess role, long? nofile)
    {
        if (nofile is not { } limit)
        {
            return;
        }

        var set = ResourceLimits.SetNofile(role.Pid, new SoftAndHard(limit, limit));
        if (!set.IsOk)
        {
            throw new LabFailureException($"RLIMIT_NOFILE {limit} for the {EnumWords<Role>.Of(role.Role)}: {set.Errno}");
        }

        pipe.Write(new DescriptorsSeen(role.Role, role.Worker, ResourceLimits.OpenDescriptors(role.Pid) ?? 0, limit, limit) { T = clock.Now });
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
