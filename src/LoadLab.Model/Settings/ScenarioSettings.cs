namespace LoadLab.Model;

/// <summary>The settings of a run as a whole.</summary>
public static class ScenarioSettings
{
    /// <summary>The name of the one mapping whose keys are the kernel's: <c>sysctl.net.core.somaxconn</c>.</summary>
    public const string Sysctl = "sysctl";

    /// <summary>What <see cref="Sysctl"/> means.</summary>
    public const string AboutSysctl = "Sysctls of the sandbox by dotted name, set before anything starts.";

    internal static readonly Scenario Initial = new() { Name = "", Path = "", Claim = "" };

    private static readonly SettingGroup<Scenario> Group = new(
        "", Initial, scenario => scenario, (_, scenario) => scenario) { WhyNoOption = "it is of a run in a sandbox" };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting<Scenario>> Rows => Group.Rows;

    /// <summary>Where it runs.</summary>
    public static ValueSetting<Scenario, SandboxKind> Sandbox { get; } = Group.Add(
        "sandbox", Forms.Word<SandboxKind>(), "Where it runs. In host and container no sysctl is ever changed; in kernel, a kernel booted for the run, "
            + "every one may be", scenario => scenario.Sandbox,
        (scenario, value) => scenario with { Sandbox = value }, isAlwaysShown: true);

    /// <summary>The kernel of the kernel sandbox.</summary>
    public static ValueSetting<Scenario, string?> Kernel { get; } = Group.Add(
        "kernel", Forms.Path, "The User-Mode Linux that sandbox kernel boots, by its path", scenario => scenario.Kernel,
        (scenario, value) => scenario with { Kernel = value }, standard: "linux.uml of the PATH");

    /// <summary>The wait after the load.</summary>
    public static ValueSetting<Scenario, Nanoseconds> Hold { get; } = Group.Add(
        "hold", Forms.Duration, "The wait after the load, where the phases do not say their own",
        scenario => scenario.Hold, (scenario, value) => scenario with { Hold = value }, isAlwaysShown: true, verb: Role.Swarm,
        docAlone: "How long established connections are held after the last connect; default until each connect is answered.");

    /// <summary>The packet tap.</summary>
    public static ValueSetting<Scenario, bool> Trace { get; } = Group.Add(
        "trace", Forms.Boolean, "Whether the packet tap runs and writes trace.pcapng", scenario => scenario.Trace,
        (scenario, value) => scenario with { Trace = value });

    /// <summary>The sampler.</summary>
    public static ValueSetting<Scenario, bool> Sampling { get; } = Group.Add(
        "sampling", Forms.Boolean, "Whether counters, listeners and states are read 100 times a second. False: only at each phase's end, so peaks and "
            + "moments are not seen", scenario => scenario.Sampling,
        (scenario, value) => scenario with { Sampling = value });

    /// <summary>The check of the swarm's own limits.</summary>
    public static ValueSetting<Scenario, Preflight> Preflight { get; } = Group.Add(
        "preflight", Forms.Word<Preflight>(), "Whether the swarm's own limits refuse the run or are only noted", scenario => scenario.Preflight,
        (scenario, value) => scenario with { Preflight = value });
}
