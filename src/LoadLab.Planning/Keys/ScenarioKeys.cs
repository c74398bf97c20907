using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LoadLab.Model;
using LoadLab.Planning.Yaml;

namespace LoadLab.Planning.Keys;

/// <summary>A scenario while it is read, with what is said of it beside the scenario itself.</summary>
internal sealed record ScenarioDraft(Scenario Scenario, DeclaredMapping? Swarm)
{
    /// <summary>Its variants.</summary>
    public ImmutableArray<VariantDraft> Variants { get; init; } = [];
}

/// <summary>The keys of a scenario file.</summary>
internal static class ScenarioKeys
{
    private static readonly KeyTable<Scenario> ServerLimits = new(
        "The server process.",
        [],
        new ValueKey<Scenario, int>("nofile", Nofile, "RLIMIT_NOFILE of the server, set once it is ready; default as it is.", (scenario, value) => scenario with { ServerNofile = value }),
        new ValueKey<Scenario, int>("spare", Spare, "RLIMIT_NOFILE of the server as so many more than it has open when it is ready: how many connections it can hold.", (scenario, value) => scenario with { ServerSpare = value }));

    private static readonly KeyTable<Scenario> SwarmLimits = new(
        "Each swarm worker process.",
        [],
        new ValueKey<Scenario, int>("nofile", Nofile, "RLIMIT_NOFILE of each swarm worker, set once it is ready; default as it is.", (scenario, value) => scenario with { SwarmNofile = value }),
        new ValueKey<Scenario, int>("spare", Spare, "RLIMIT_NOFILE of each swarm worker as so many more than it has open when it is ready: how many sockets it can make.", (scenario, value) => scenario with { SwarmSpare = value }),
        new ValueKey<Scenario, CapabilitySet>("capabilities", Forms.Word<CapabilitySet>(), "Which of root's capabilities each swarm worker has; default all that the sandbox gives. None: an ordinary process.", (scenario, value) => scenario with { SwarmCapabilities = value }));

    private static readonly KeyTable<Scenario> Limits = new(
        "Limits of processes.",
        [],
        new ReadKey<Scenario>("server", "Limits of the server process.", ServerLimits.Schema, ServerLimits.Read),
        new ReadKey<Scenario>("swarm", "Limits of each swarm worker process.", SwarmLimits.Schema, SwarmLimits.Read));

    /// <summary>The table; later keys may refer to what earlier ones read.</summary>
    public static KeyTable<ScenarioDraft> Table { get; } = new(
        "A LoadLab scenario: a lab, a load, phases, and what is expected of the kernel.",
        ["claim"],
        Simple("claim", Forms.Text, "The one sentence that the run holds or breaks.", (scenario, value) => scenario with { Claim = value }),
        Simple("about", Forms.Text, "What a person should know to read the result.", (scenario, value) => scenario with { About = value }),
        Simple("nuance", Forms.Text, "A sentence that qualifies the claim and is itself checked by the steps.", (scenario, value) => scenario with { Nuance = value }),
        Simple("kernel-source", Forms.Text, "File and function of the kernel behind a session's steps.", (scenario, value) => scenario with { KernelSource = value }),
        Simple("sandbox", Forms.Word<SandboxKind>(), "Where it runs; default namespace. In host and container no sysctl is ever changed; in kernel, a kernel booted for the run, every one may be.", (scenario, value) => scenario with { Sandbox = value }),
        Simple("sysctl", SysctlForm.Instance, "Sysctls of the sandbox by dotted name, set before anything starts.", (scenario, value) => scenario with { Sysctls = value }),
        Section("limits", "Limits of processes.", Limits.Schema, Limits.Read),
        Section("server", "The server under load.", ServerKeys.Table.Schema, (scenario, declared, path, reading) => scenario with { Server = ServerKeys.Read(scenario.Server, declared, path, reading) }),
        Section("subject", "Somebody's server in place of LoadLab's own.", SubjectKeys.Table.Schema, (scenario, declared, path, reading) => scenario with { Subject = SubjectKeys.Table.Read(scenario.Subject ?? new SubjectSpec(), declared, path, reading) }),
        new ReadKey<ScenarioDraft>("swarm", "The clients.", SwarmKeys.Table.Schema, ReadSwarm),
        Section("peer", "The scripted peer, where a phase tells it to send.", PeerKeys.Table.Schema, (scenario, declared, path, reading) => scenario with { Peer = PeerKeys.Table.Read(scenario.Peer, declared, path, reading) }),
        Simple("hold", Forms.Duration, "The wait after the load, where the phases do not say their own; default 1s.", (scenario, value) => scenario with { Hold = value }),
        Simple("trace", Forms.Boolean, "Whether the packet tap runs and writes trace.pcapng; default true.", (scenario, value) => scenario with { Trace = value }),
        Simple("sampling", Forms.Boolean, "Whether counters, listeners and states are read 100 times a second; default true. False: only at each phase's end, so peaks and moments are not seen.", (scenario, value) => scenario with { Sampling = value }),
        Simple("preflight", Forms.Word<Preflight>(), "Whether the swarm's own limits refuse the run (default) or are only noted.", (scenario, value) => scenario with { Preflight = value }),
        new ReadKey<ScenarioDraft>("phases", "What happens, in order; default: load, then hold.", PhasesSchema, ReadPhases),
        new ReadKey<ScenarioDraft>("session", "Steps of system calls on named sockets and of a scripted peer's segments, each with what is expected after it; in place of phases.", SessionKeys.Schema, ReadSession),
        new ReadKey<ScenarioDraft>("variants", "Runs of the scenario with other settings, each in a sandbox of its own, in turn.", () => ListOf(VariantKeys.Table.Schema()), ReadVariants),
        new ReadKey<ScenarioDraft>("expect", "What is expected.", () => ListOf(ExpectationKeys.Table.Schema()), ReadExpectations));

    private static ScalarForm<int> Nofile => Forms.Whole(16, 1 << 30);

    private static ScalarForm<int> Spare => Forms.Whole(0, 1 << 30);

    private static Key<ScenarioDraft> Simple<TValue>(string name, ValueForm<TValue> form, string doc, Func<Scenario, TValue, Scenario> with) =>
        new ValueKey<ScenarioDraft, TValue>(name, form, doc, (draft, value) => draft with { Scenario = with(draft.Scenario, value) });

    private static ReadKey<ScenarioDraft> Section(string name, string doc, Func<JsonObject> schema, Func<Scenario, Declared, string, Reading, Scenario> read) =>
        new(name, doc, schema, (draft, declared, path, reading) => draft with { Scenario = read(draft.Scenario, declared, path, reading) });

    private static ScenarioDraft ReadSwarm(ScenarioDraft draft, Declared declared, string path, Reading reading)
    {
        var swarm = SwarmKeys.Table.Read(draft.Scenario.Swarm, declared, path, reading);
        return declared is DeclaredMapping mapping
            ? draft with { Scenario = draft.Scenario with { Swarm = SwarmKeys.Finish(swarm, mapping, null, path, reading) }, Swarm = mapping }
            : draft;
    }

    private static ScenarioDraft ReadPhases(ScenarioDraft draft, Declared declared, string path, Reading reading)
    {
        var phases = ImmutableArray.CreateBuilder<Phase>();
        foreach (var (item, at) in Items(declared, path, reading))
        {
            if (PhaseKeys.Read(draft.Scenario, draft.Swarm, item, at, reading) is not { } phase)
            {
                continue;
            }

            if (phases.Any(other => other.Name == phase.Name))
            {
                reading.Error(item.Place, $"{at} is the second phase called '{phase.Name}'; give it a name of its own");
            }

            phases.Add(phase);
        }

        return draft with { Scenario = draft.Scenario with { Phases = phases.ToImmutable() } };
    }

    private static ScenarioDraft ReadSession(ScenarioDraft draft, Declared declared, string path, Reading reading)
    {
        if (!draft.Scenario.Phases.IsEmpty)
        {
            reading.Error(declared.Place, $"{path} and phases contradict each other: a session has no other phases; leave one of them out");
            return draft;
        }

        var (session, expectations) = SessionKeys.Read(draft.Scenario, declared, path, reading);
        return draft with
        {
            Scenario = draft.Scenario with
            {
                // The packet tap watches the server's port.
                Server = draft.Scenario.Server with { Port = session.Port },
                Phases = [new Phase("session", new SessionAction([session], InNamespacesOfTheirOwn: false), Nanoseconds.Zero)],
                Expectations = expectations,
            },
        };
    }

    private static ScenarioDraft ReadVariants(ScenarioDraft draft, Declared declared, string path, Reading reading)
    {
        var variants = ImmutableArray.CreateBuilder<VariantDraft>();
        foreach (var (item, at) in Items(declared, path, reading))
        {
            var variant = VariantKeys.Table.Read(new VariantDraft("", []), item, at, reading);
            if (variants.Any(other => other.Name == variant.Name))
            {
                reading.Error(item.Place, $"{at} is the second variant called '{variant.Name}'; give it another name");
            }

            variants.Add(variant);
        }

        return draft with { Variants = variants.ToImmutable() };
    }

    private static ScenarioDraft ReadExpectations(ScenarioDraft draft, Declared declared, string path, Reading reading)
    {
        string[] phases = draft.Scenario.Phases.IsEmpty ? ["load", "hold"] : [.. draft.Scenario.Phases.Select(phase => phase.Name)];
        string[] variants = [.. draft.Variants.Select(variant => variant.Name)];
        var expectations = ImmutableArray.CreateBuilder<Expectation>();
        foreach (var (item, at) in Items(declared, path, reading))
        {
            var expectation = ExpectationKeys.Read(item, phases, variants, at, reading);
            if (expectations.Any(other => other.Id == expectation.Id && (other.Variant is null || expectation.Variant is null || other.Variant == expectation.Variant)))
            {
                reading.Error(item.Place, $"{at} is the second expectation with the id '{expectation.Id}'; give it another");
            }

            expectations.Add(expectation);
        }

        return draft with { Scenario = draft.Scenario with { Expectations = [.. draft.Scenario.Expectations, .. expectations] } };
    }

    private static IEnumerable<(Declared Item, string Path)> Items(Declared declared, string path, Reading reading)
    {
        if (declared is DeclaredList list)
        {
            return list.Items.Select((item, index) => (item, $"{path}[{index}]"));
        }

        reading.Error(declared.Place, $"{path} is {declared.Words}, but takes a list");
        return [];
    }

    private static JsonObject PhasesSchema() =>
        ListOf(new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["enum"] = new JsonArray("load", "hold") }, PhaseKeys.Table.Schema()) });

    private static JsonObject ListOf(JsonObject item) => new() { ["type"] = "array", ["items"] = item };
}
