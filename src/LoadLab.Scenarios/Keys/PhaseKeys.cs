using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>A phase while it is read; <see cref="Scenario"/> is what it may refer to.</summary>
internal sealed record PhaseDraft(Scenario Scenario, DeclaredMapping? Swarm)
{
    /// <summary>Its name; null: the action's word.</summary>
    public string? Name { get; init; }

    /// <summary>Every action it names, with its word; exactly one is right.</summary>
    public ImmutableArray<(string Word, PhaseAction Action)> Actions { get; init; } = [];

    /// <summary>The wait after the action.</summary>
    public Nanoseconds Wait { get; init; }

    /// <summary>With one more action.</summary>
    public PhaseDraft Doing(string word, PhaseAction action) => this with { Actions = Actions.Add((word, action)) };
}

/// <summary>What clients do in a phase, while it is read.</summary>
internal sealed record ClientsDraft
{
    /// <summary>How they end.</summary>
    public ClientEnd End { get; init; } = ClientEnd.Close;

    /// <summary>How many bytes each sends; null: they end.</summary>
    public int? SendBytes { get; init; }

    /// <summary>How many of them; null: all.</summary>
    public int? Count { get; init; }

    /// <summary>The action.</summary>
    public PhaseAction Action => SendBytes is { } bytes ? new SendAction(bytes, Count) : new ClientsAction(End, Count);
}

/// <summary>The keys of a phase.</summary>
internal static class PhaseKeys
{
    private static readonly KeyTable<LoadAction> Load = new(
        "What differs from the scenario's swarm.",
        [],
        [
            .. SwarmKeys.Table.Keys.Select(key => key.Within<LoadAction>(load => load.Swarm, (load, swarm) => load with { Swarm = swarm })),
            new ValueKey<LoadAction, LoadUntil>("until", Forms.Word<LoadUntil>(), "When the load is over: all connects issued (default), or each answered.",
            (load, value) => load with { Until = value }),
        ]);

    private const string Actions = "load, hold, listen, accept, defer-accept, raise-nofile, clients, sysctl, peer, probe";

    private static readonly TextForm<ClientEnd> End = Forms.Word(ClientEnd.Hold);

    private static readonly KeyTable<ClientsDraft> Clients = new(
        "What established clients do: they end their connection, or they send.",
        [],
        new ValueKey<ClientsDraft, ClientEnd>("end", End, "How they end.", (clients, value) => clients with { End = value }),
        new ValueKey<ClientsDraft, int>("send", Forms.Whole(1, 1 << 24), "How many bytes each sends, without waiting for anything.",
        (clients, value) => clients with { SendBytes = value }),
        new ValueKey<ClientsDraft, int>("count", Forms.Whole(1, 10_000_000), "How many of those still open, the oldest first; default all.",
        (clients, value) => clients with { Count = value }));

    /// <summary>The table.</summary>
    public static KeyTable<PhaseDraft> Table { get; } = new(
        "A phase: one action, then a wait.",
        [],
        new ValueKey<PhaseDraft, string>("name", PhaseName.Form, "Its name, for '@name' in expectations; default: the action's word.",
        (phase, value) => phase with { Name = value }),
        new ReadKey<PhaseDraft>("load", "The swarm connects; what is said here overrides the scenario's swarm.", Load.Schema, ReadLoad),
        new ValueKey<PhaseDraft, Nanoseconds>("hold", Forms.Duration, "Nothing but the wait.",
        (phase, value) => phase.Doing("hold", new HoldAction()) with { Wait = value }),
        new ValueKey<PhaseDraft, int>("listen", ServerSettings.Backlog.Form, "listen() again on the live listeners, with this backlog; -1: net.core.somaxconn.",
        (phase, value) => phase.Doing("listen", new ListenAction(value))),
        new ValueKey<PhaseDraft, AcceptPolicy>("accept", ServerSettings.Accept.Form, "The accept policy from now on.",
        (phase, value) => phase.Doing("accept", new AcceptAction(value))),
        new ValueKey<PhaseDraft, Nanoseconds>("defer-accept", ServerSettings.DeferAccept.Form,
        "TCP_DEFER_ACCEPT of the live listeners from now on; 0 turns it off.", (phase, value) => phase.Doing("defer-accept", new DeferAcceptAction(value))),
        new ValueKey<PhaseDraft, int>("raise-nofile", Forms.Whole(1, 1 << 20),
        "RLIMIT_NOFILE of the running server is raised by so many, by prlimit(2), up to its hard limit.",
        (phase, value) => phase.Doing("raise-nofile", new RaiseNofileAction(value))),
        new ReadKey<PhaseDraft>("clients", "Established clients end their connections, or send.", ClientsSchema, ReadClients),
        new ValueKey<PhaseDraft, ImmutableSortedDictionary<string,
        string>>("sysctl", SysctlForm.Instance, "Sysctls of the sandbox change while it runs.",
        (phase, value) => phase.Doing("sysctl", new SysctlAction(value))),
        new ReadKey<PhaseDraft>("peer", "The scripted peer sends.", PeerKeys.Action.Schema,
        (phase, declared, path, reading) => phase.Doing("peer", PeerKeys.Read(declared, path, reading))),
        new ReadKey<PhaseDraft>("probe", "The probe makes system calls, one after the other.", ProbeKeys.Schema,
        (phase, declared, path, reading) => phase.Doing("probe", ProbeKeys.Read(declared, path, reading))),
        new ReadKey<PhaseDraft>("wait", "How long to wait after the action; default 0.", Forms.Duration.Schema, ReadWait));

    /// <summary>Reads one phase; null when it cannot be made.</summary>
    public static Phase? Read(Scenario scenario, DeclaredMapping? swarm, Declared declared, string path, Reading reading)
    {
        switch (declared)
        {
            case DeclaredScalar { Text: "load" }:
                return new Phase("load", new LoadAction(scenario.Swarm, LoadUntil.Issued), Nanoseconds.Zero);
            case DeclaredScalar { Text: "hold" }:
                return new Phase("hold", new HoldAction(), scenario.Hold);
            case DeclaredMapping:
                break;
            default:
                reading.Error(declared.Place, $"{path} is {declared.Words}, but takes load, hold, or a mapping with one of the keys {Actions}");
                return null;
        }

        var errorsBefore = reading.Errors.Count;
        var draft = Table.Read(new PhaseDraft(scenario, swarm), declared, path, reading);
        if (draft.Actions.Length != 1 && reading.Errors.Count == errorsBefore)
        {
            var has = draft.Actions.Length == 0 ? "no action" : $"the actions {string.Join(" and ", draft.Actions.Select(pair => pair.Word))}";
            reading.Error(declared.Place, $"{path} has {has}, but a phase has exactly one of {Actions}");
        }

        return draft.Actions.Length == 1 ? new Phase(draft.Name ?? draft.Actions[0].Word, draft.Actions[0].Action, draft.Wait) : null;
    }

    private static PhaseDraft ReadLoad(PhaseDraft phase, Declared declared, string path, Reading reading)
    {
        var load = Load.Read(new LoadAction(phase.Scenario.Swarm, LoadUntil.Issued), declared, path, reading);
        return declared is DeclaredMapping own
            ? phase.Doing("load", load with { Swarm = SwarmKeys.Finish(load.Swarm, own, phase.Swarm, path, reading) })
            : phase;
    }

    private static PhaseDraft ReadClients(PhaseDraft phase, Declared declared, string path, Reading reading)
    {
        if (declared is DeclaredMapping mapping)
        {
            if (mapping.Has("end") == mapping.Has("send"))
            {
                var ends = mapping.Has("end")
                    ? "both end and send; make two phases of it"
                    : "neither end nor send; say which of them the clients do";
                reading.Error(declared.Place, $"{path} has {ends}");
            }

            return phase.Doing("clients", Clients.Read(new ClientsDraft(), declared, path, reading).Action);
        }

        return End.TryRead(declared, path, reading, out var end) ? phase.Doing("clients", new ClientsAction(end, null)) : phase;
    }

    private static PhaseDraft ReadWait(PhaseDraft phase, Declared declared, string path, Reading reading)
    {
        if (phase.Actions.Any(pair => pair.Word == "hold"))
        {
            reading.Error(declared.Place, $"{path} and a hold contradict each other: the hold is the wait");
        }

        return Forms.Duration.TryRead(declared, path, reading, out var wait) ? phase with { Wait = wait } : phase;
    }

    private static JsonObject ClientsSchema() => new() { ["anyOf"] = new JsonArray(End.Schema(), Clients.Schema()) };
}
