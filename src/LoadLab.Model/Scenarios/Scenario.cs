using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>What the planner does when the swarm itself would run out of ports before the scenario's point is reached.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<Preflight>))]
public enum Preflight
{
    /// <summary>Refuse: a server is never blamed for its client.</summary>
    Refuse,

    /// <summary>Go on and note it: the client's own limit is what the scenario is about.</summary>
    Note,
}

/// <summary>What an author declares: the lab's set-up, the load, the phases and what is expected. Nothing in it is resolved yet.</summary>
public sealed record Scenario
{
    /// <summary><c>mechanism/claim</c> for one of the repository's, the path for another file.</summary>
    public required string Name { get; init; }

    /// <summary>The file it was read from.</summary>
    public required string Path { get; init; }

    /// <summary>What it is about, as a line of a list; "" where its author wrote none.</summary>
    public string Title { get; init; } = "";

    /// <summary>The one sentence that the run holds or breaks.</summary>
    public required string Claim { get; init; }

    /// <summary>What a person should know to read the result: two sentences or a few.</summary>
    public string About { get; init; } = "";

    /// <summary>Where it runs.</summary>
    public SandboxKind Sandbox { get; init; } = SandboxTraits.Default;

    /// <summary>The User-Mode Linux that the kernel sandbox boots, by its path; null: linux.uml of the PATH.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Kernel { get; init; }

    /// <summary>The only half that is LoadLab's, where the other is an external server; null: both are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Role? OwnHalf { get; init; }

    /// <summary>True where the server is LoadLab's, or at least in LoadLab's hands.</summary>
    [JsonIgnore]
    public bool HasOwnServer => OwnHalf != Role.Swarm;

    /// <summary>True where the clients are LoadLab's.</summary>
    [JsonIgnore]
    public bool HasOwnClients => OwnHalf != Role.Server;

    /// <summary>Sysctls, by dotted name, set inside the sandbox before anything starts.</summary>
    public ImmutableSortedDictionary<string, string> Sysctls { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>RLIMIT_NOFILE of the server, set once it is ready; null: as it is.</summary>
    public long? ServerNofile { get; init; }

    /// <summary>RLIMIT_NOFILE of each swarm worker, set once it is ready; null: as it is.</summary>
    public long? SwarmNofile { get; init; }

    /// <summary>RLIMIT_NOFILE of the server as so many more than it has open when it is ready; null: not so.</summary>
    public long? ServerSpare { get; init; }

    /// <summary>RLIMIT_NOFILE of each swarm worker as so many more than it has open when it is ready; null: not so.</summary>
    public long? SwarmSpare { get; init; }

    /// <summary>Which of root's rights each swarm worker has.</summary>
    public CapabilitySet SwarmCapabilities { get; init; } = CapabilitySet.All;

    /// <summary>The server.</summary>
    public ServerSpec Server { get; init; } = new();

    /// <summary>An external server in place of LoadLab's; null: LoadLab's own.</summary>
    public SubjectSpec? Subject { get; init; }

    /// <summary>The clients.</summary>
    public SwarmSpec Swarm { get; init; } = new();

    /// <summary>The scripted peer, where a phase needs one.</summary>
    public PeerSpec Peer { get; init; } = new();

    /// <summary>Whether the packet tap runs and writes trace.pcapng.</summary>
    public bool Trace { get; init; } = true;

    /// <summary>Whether counters, listeners and states are read a hundred times a second; false: only at each phase's end.</summary>
    public bool Sampling { get; init; } = true;

    /// <summary>The wait after the load, where the phases do not say their own.</summary>
    public Nanoseconds Hold { get; init; } = Nanoseconds.FromSeconds(1);

    /// <summary>Whether the swarm's own limits refuse the run.</summary>
    public Preflight Preflight { get; init; } = Preflight.Refuse;

    /// <summary>In this order. When the file names none: the load, then the hold.</summary>
    public ImmutableArray<Phase> Phases { get; init; } = [];

    /// <summary>What is expected.</summary>
    public ImmutableArray<Expectation> Expectations { get; init; } = [];

    /// <summary>A sentence that qualifies the claim and is itself checked; "" for none.</summary>
    public string Nuance { get; init; } = "";

    /// <summary>File and function of the kernel behind a session's steps; "" for none.</summary>
    public string KernelSource { get; init; } = "";

    /// <summary>The loads, in the phases' order.</summary>
    [JsonIgnore]
    public IEnumerable<LoadAction> Loads => Actions<LoadAction>();

    /// <summary>True with a load in shape churn: the server's speed decides how many connects that makes.</summary>
    [JsonIgnore]
    public bool HasChurn => Loads.Any(load => load.Swarm.Shape == LoadShape.Churn);

    /// <summary>True where the rules predict only once the connects of a run are known. Of a program under test they predict nothing.</summary>
    [JsonIgnore]
    public bool AwaitsRun => HasChurn && Subject is null && !IsSession;

    /// <summary>The actions of a kind, in the phases' order.</summary>
    public IEnumerable<T> Actions<T>()
        where T : PhaseAction => Phases.Select(phase => phase.Action).OfType<T>();

    /// <summary>True when a phase has an action of this kind.</summary>
    public bool Has<T>()
        where T : PhaseAction => Actions<T>().Any();

    /// <summary>True when nothing but sessions is run: then there are no server and no clients.</summary>
    [JsonIgnore]
    public bool IsSession => !Phases.IsEmpty && Phases.All(phase => phase.Action is SessionAction);

    /// <summary>True when something is sent from or to 198.18.0.0/15: by the scripted peer, or by a load whose target lies there.</summary>
    [JsonIgnore]
    public bool UsesBenchmarkRange =>
        (Subject is { } subject && IsBenchmark(subject.Address)) || Phases.Any(phase => phase.Action is PeerAction or SessionAction
        || (phase.Action is LoadAction { Swarm.Target: { } target } && IsBenchmark(target)));

    private static bool IsBenchmark(string text) => AddressRange.TryAddress(text, out var address) && AddressRange.Benchmark.Contains(address);
}

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

    /// <summary>The setting that names the same limit in the other way, as a number or by what it leaves free; null: there is none.</summary>
    /// <param name="name">Its dotted name.</param>
    public static Setting? InsteadOf(string name) => name == ServerNofile.Name ? ServerSpare : name == ServerSpare.Name ? ServerNofile
        : name == SwarmNofile.Name ? SwarmSpare : name == SwarmSpare.Name ? SwarmNofile : null;

    private static TextForm<int?> Nofile => Forms.OrNone(Forms.Whole(16, MostDescriptors));

    private static TextForm<int?> Spare => Forms.OrNone(Forms.Whole(0, MostDescriptors));

    private static SettingGroup<Scenario> OfProcess(string prefix) =>
        new(prefix, ScenarioSettings.Initial, scenario => scenario,
            (_, scenario) => scenario) { WhyNoOption = "a process on its own has the limits that it is started with (ulimit -n)" };
}
