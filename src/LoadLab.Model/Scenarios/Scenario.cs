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
