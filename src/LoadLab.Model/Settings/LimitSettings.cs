namespace LoadLab.Model;

/// <summary>Limits of a run's processes.</summary>
public static class LimitSettings
{
    private const int MostDescriptors = 1 << 30;

    private static readonly SettingGroup<Scenario> Server = OfProcess("limits.server.");
    private static readonly SettingGroup<Scenario> Swarm = OfProcess("limits.swarm.");

    /// <summary>Those of the server.</summary>
    public static IReadOnlyList<Setting<Scenario>> OfServer => Server.Rows;

    /// <summary>Those of each swarm worker.</summary>
    public static IReadOnlyList<Setting<Scenario>> OfSwarm => Swarm.Rows;

    /// <summary>RLIMIT_NOFILE of the server.</summary>
    public static ValueSetting<Scenario, int?> ServerNofile { get; } = Server.Add(
        "nofile", Nofile, "RLIMIT_NOFILE of the server, set once it is ready", scenario => (int?)scenario.ServerNofile,
        (scenario, value) => scenario with { ServerNofile = value }, standard: "as it is");

    /// <summary>RLIMIT_NOFILE of the server, counted from what it has open.</summary>
    public static ValueSetting<Scenario, int?> ServerSpare { get; } = Server.Add(
        "spare", Spare, "RLIMIT_NOFILE of the server: open descriptors when it is ready + this number, so how many connections it can hold",
        scenario => (int?)scenario.ServerSpare,
        (scenario, value) => scenario with { ServerSpare = value }, standard: "");

    /// <summary>RLIMIT_NOFILE of each swarm worker.</summary>
    public static ValueSetting<Scenario, int?> SwarmNofile { get; } = Swarm.Add(
        "nofile", Nofile, "RLIMIT_NOFILE of each swarm worker, set once it is ready", scenario => (int?)scenario.SwarmNofile,
        (scenario, value) => scenario with { SwarmNofile = value }, standard: "as it is");

    /// <summary>RLIMIT_NOFILE of each swarm worker, counted from what it has open.</summary>
    public static ValueSetting<Scenario, int?> SwarmSpare { get; } = Swarm.Add(
        "spare", Spare, "RLIMIT_NOFILE of each swarm worker: open descriptors when it is ready + this number, so how many sockets it can make",
        scenario => (int?)scenario.SwarmSpare,
        (scenario, value) => scenario with { SwarmSpare = value }, standard: "");

    /// <summary>Capabilities of each swarm worker.</summary>
    public static ValueSetting<Scenario, CapabilitySet> SwarmCapabilities { get; } = Swarm.Add(
        "capabilities", Forms.Word<CapabilitySet>(), "Which of root's capabilities each swarm worker has. None: an ordinary process",
        scenario => scenario.SwarmCapabilities, (scenario, value) => scenario with { SwarmCapabilities = value },
        standard: "all that the sandbox gives");

    private static TextForm<int?> Nofile => Forms.OrNone(Forms.Whole(16, MostDescriptors));

    private static TextForm<int?> Spare => Forms.OrNone(Forms.Whole(0, MostDescriptors));

    private static SettingGroup<Scenario> OfProcess(string prefix) =>
        new(prefix, ScenarioSettings.Initial, scenario => scenario,
            (_, scenario) => scenario) { WhyNoOption = "a process on its own has the limits that it is started with (ulimit -n)" };
}
