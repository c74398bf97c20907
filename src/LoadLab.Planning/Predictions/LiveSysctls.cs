using System.Collections.Immutable;
using LoadLab.KernelModel;
using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Predictions;

/// <summary>The sysctls that a variant will run with: what the sandbox has, and what this variant asks where the trial asked something else.</summary>
internal sealed class LiveSysctls(Scenario scenario, HostFacts host)
{
    private const int UsualTicksPerSecond = 250;
    private IReadOnlyList<ModelRun>? runs;

    /// <summary>What the model allows a machine for what has no rule: a replay has what a run was seen to meet.</summary>
    public RunConditions Conditions { get; init; } = RunConditions.Planned;

    /// <summary>When the connects of each load were really made, for a replay; empty in a plan.</summary>
    public ImmutableArray<ImmutableArray<SeenConnect>> Connects { get; init; } = [];

    /// <summary>What the phases really were, for a replay; empty in a plan.</summary>
    public ImmutableArray<SeenPhase> Phases { get; init; } = [];

    /// <summary>True for a replay: the model runs under further draws.</summary>
    public bool IsReplay { get; init; }

    /// <summary>How long after its load began the first connect was really made, for a replay.</summary>
    public Nanoseconds FirstConnect { get; init; }

    /// <summary>True: a slow machine is enough, since only the time that a run takes is asked for.</summary>
    public bool IsBrief { get; init; }

    /// <summary>The kernel.</summary>
    public KernelVersion Kernel => host.Kernel;

    /// <summary>Its processors.</summary>
    public int Processors => host.Cores;

    /// <summary>HZ; null: not known.</summary>
    public int? TicksPerSecond => host.TicksPerSecond;

    /// <summary>What the kernel model needs to know.</summary>
    public KernelFacts Facts => new(host.Kernel, host.Cores, TicksPerSecond ?? UsualTicksPerSecond, Text);

    /// <summary>The model's runs of the scenario: made once, and kept.</summary>
    public IReadOnlyList<ModelRun> ModelRuns(Func<IReadOnlyList<ModelRun>> make) => runs ??= make();

    /// <summary>The model's runs that were made; none where the model does not cover the scenario.</summary>
    public IReadOnlyList<ModelRun> RunsMade => runs ?? [];

    /// <summary>The same, but for one sysctl.</summary>
    public LiveSysctls With(string name, string value) =>
        new(scenario with { Sysctls = scenario.Sysctls.SetItem(name, value) }, host)
        {
            Conditions = Conditions,
            Connects = Connects,
            Phases = Phases,
            IsReplay = IsReplay,
        };

    /// <summary>net.core.somaxconn; where it cannot be read, a new namespace's default.</summary>
    public int Somaxconn => (int)Math.Clamp(Number("net.core.somaxconn") ?? AcceptQueue.DefaultSomaxconn(host.Kernel), 0, int.MaxValue);

    /// <summary>True when somaxconn can be read.</summary>
    public bool IsSomaxconnKnown => Number("net.core.somaxconn") is not null;

    /// <summary>The ports that the kernel picks from.</summary>
    public EphemeralPorts EphemeralPorts => EphemeralPorts.Of(Text("net.ipv4.ip_local_port_range"), Text("net.ipv4.ip_local_reserved_ports"));

    /// <summary>The SYN schedule of the scenario's clients.</summary>
    public RetransmitSchedule SynSchedule => SynScheduleOf(scenario.Loads.FirstOrDefault()?.Swarm ?? scenario.Swarm);

    /// <summary>The SYN schedule of these clients.</summary>
    public RetransmitSchedule SynScheduleOf(SwarmSpec swarm) => KernelModel.Rules.SynSchedule.Of(host.Kernel, Number, swarm, TicksPerSecond);

    /// <summary>The hard RLIMIT_NOFILE that roles begin with.</summary>
    public long NofileHard => host.NofileHard;

    /// <summary>A sysctl's text; null when it does not exist.</summary>
    public string? Text(string name) => host.SysctlOf(scenario, name);

    /// <summary>A sysctl as a number; null when it is missing or none.</summary>
    public long? Number(string name) => long.TryParse(Text(name), out var value) ? value : null;
}
