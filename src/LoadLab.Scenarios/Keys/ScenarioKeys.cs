using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>A scenario while it is read, with what is said of it beside the scenario itself.</summary>
internal sealed record ScenarioDraft(Scenario Scenario, DeclaredMapping? Swarm)
{
    /// <summary>Its variants.</summary>
    public ImmutableArray<VariantDraft> Variants { get; init; } = [];
}

/// <summary>The keys of a scenario file.</summary>
internal static class ScenarioKeys
{
    private static readonly KeyTable<Scenario> ServerLimits = new("The server process.", [], SettingKey<Scenario>.Of(LimitSettings.OfServer));

    private static readonly KeyTable<Scenario> SwarmLimits = new("Each swarm worker process.", [], SettingKey<Scenario>.Of(LimitSettings.OfSwarm));

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
        Simple("title", Forms.Title, "What it is about, as a line of a list.", (scenario, value) => scenario with { Title = value }),
        Simple("about", Forms.Text, "What a person should know to read the result.", (scenario, value) => scenario with { About = value }),
        Simple("nuance", Forms.Text, "A sentence that qualifies the claim and is itself checked by the steps.",
        (scenario, value) => scenario with { Nuance = value }),
        Simple("kernel-source", Forms.Text, "File and function of the kernel behind a session's steps.",
        (scenario, value) => scenario with { KernelSource = value }),
        Setting(ScenarioSettings.Sandbox),
        Setting(ScenarioSettings.Kernel),
        Simple(ScenarioSettings.Sysctl, SysctlForm.Instance, ScenarioSettings.AboutSysctl, (scenario, value) => scenario with { Sysctls = value }),
        Section("limits", "Limits of processes.", Limits.Schema, Limits.Read),
        Section("server", "The server under load.", ServerKeys.Table.Schema,
        (scenario, declared, path, reading) => scenario with { Server = ServerKeys.Read(scenario.Server, declared, path, reading) }),
        Section("subject", "Another server in place of LoadLab's own.", SubjectKeys.Table.Schema,
        (scenario, declared, path, reading) => scenario with { Subject = SubjectKeys.Table.Read(
            scenario.Subject ?? new SubjectSpec(), declared, path, reading) }),
        new ReadKey<ScenarioDraft>("swarm", "The clients.", SwarmKeys.Table.Schema, ReadSwarm),
        Section("peer", "The scripted peer, where a phase tells it to send.", PeerKeys.Table.Schema,
        (scenario, declared, path, reading) => scenario with { Peer = PeerKeys.Table.Read(scenario.Peer, declared, path, reading) }),
        Setting(ScenarioSettings.Hold),
        Setting(ScenarioSettings.Trace),
        Setting(ScenarioSettings.Sampling),
        Setting(ScenarioSettings.Preflight),
        new ReadKey<ScenarioDraft>("phases", "What happens, in order; default: load, then hold.", PhasesSchema, ReadPhases),
        new ReadKey<ScenarioDraft>("session",
        "Steps of system calls on named sockets and of a scripted peer's segments, each with what is expected after it; in place of phases.",
        SessionKeys.Schema, ReadSession),
        new ReadKey<ScenarioDraft>("variants", "Runs of the scenario with other settings, each in a sandbox of its own, in turn.",
        () => ListOf(VariantKeys.Table.Schema()), ReadVariants),
        new ReadKey<ScenarioDraft>("expect", "What is expected.", () => ListOf(ExpectationKeys.Table.Schema()), ReadExpectations));

    private static Key<ScenarioDraft> Setting(Setting<Scenario> row) =>
        new SettingKey<Scenario>(row).Within<ScenarioDraft>(draft => draft.Scenario, (draft, scenario) => draft with { Scenario = scenario });

    private static Key<ScenarioDraft> Simple(string name, TextForm<string> form, string doc, Func<Scenario, string, Scenario> with) =>
        Simple<string>(name, form, doc, with);

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
            if (expectations.Any(other => other.Id == expectation.Id && (other.Variant is null || expectation.Variant is null
                || other.Variant == expectation.Variant)))
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
