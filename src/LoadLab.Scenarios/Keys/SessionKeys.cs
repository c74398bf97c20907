using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>The keys of <c>session</c>: a list of steps.</summary>
internal static class SessionKeys
{
    /// <summary>Where a session's server listens when no step and no <c>server.port</c> says otherwise.</summary>
    private const int DefaultPort = 7000;

    private const string SocketNames = "a socket's name, or other.NAME for the other end of its connection";

    private static readonly TextForm<Errno> ErrnoForm = new(
        "the name of an errno, such as EAGAIN",
        (string text, out Errno value) => Errno.TryParse(text, out value),
        () => new JsonObject { ["type"] = "string", ["pattern"] = "^E[A-Z0-9]+$" });

    private static readonly TextForm<SysctlValue?> SysctlForm = new(
        "NAME=VALUE, such as net.ipv4.tcp_syncookies=0",
        (string text, out SysctlValue? value) => SysctlValue.TryParse(text, out value),
        () => new JsonObject { ["type"] = "string", ["minLength"] = 1 });

    private static readonly TextForm<PredictedRange> RangeForm = new(
        "a number or a range such as 50..60",
        TryRange,
        () => new JsonObject { ["type"] = new JsonArray("integer", "number", "string") });

    private static readonly TextForm<PredictedRange?> ReturnsForm = new(
        RangeForm.Words,
        (string text, out PredictedRange? value) => (value = TryRange(text, out var range) ? range : null) is not null,
        RangeForm.Schema);

    private static readonly TextForm<string> StateForm = new(
        string.Join(" | ", TcpStateNames.All),
        (string text, out string value) => TcpStateNames.NumberOf(value = text) > 0,
        () => new JsonObject { ["enum"] = new JsonArray([.. TcpStateNames.All.Select(name => (JsonNode)name)]) },
        TcpStateNames.All);

    private static readonly KeyTable<SessionStep> Table = new(
        "One step of a session: a call, and what is expected of the kernel after it.",
        ["call"],
        new ValueKey<SessionStep, string>("name", PhaseName.Form, "Its name; default the call's, numbered where there are several.",
        (step, value) => step with { Name = value }),
        new ValueKey<SessionStep, string>("says", Forms.Text, "What the step shows, as a sentence.", (step, value) => step with { Says = value }),
        new ValueKey<SessionStep, SessionCall>("call", Forms.Word<SessionCall>(),
        "Which call; peer: the scripted peer; returned: an earlier call that blocked is awaited.", (step, value) => step with { Call = value }),
        new ValueKey<SessionStep, string>("on", PhaseName.Form, "On which socket; for peer, which peer.", (step, value) => step with { On = value }),
        new ValueKey<SessionStep, string>("as", PhaseName.Form, "socket, accept: the new socket's name.", (step, value) => step with { As = value }),
        new ValueKey<SessionStep, string>("to", PhaseName.Form, "connect: to which socket or peer. A new peer: to which socket it sends.",
        (step, value) => step with { To = value }),
        new ValueKey<SessionStep, string>("of", PhaseName.Form, "returned: which step's call is awaited.", (step, value) => step with { Of = value }),
        new ValueKey<SessionStep, int>("port", ServerSettings.Port.Form, "bind, connect: the port; default the session's, 7000 or server.port.",
        (step, value) => step with { Port = value }),
        new ValueKey<SessionStep, int>("backlog", ServerSettings.Backlog.Form, "listen: the backlog; default 128.",
        (step, value) => step with { Backlog = value }),
        new ValueKey<SessionStep, string>("text", Forms.TextOrNumber, "What is written, or sent by the peer.", (step, value) => step with { Text = value }),
        new ValueKey<SessionStep, int>("bytes", Forms.Whole(1, 1 << 24), "How many bytes a read takes at most (default 4096), or a write has that has no text.",
        (step, value) => step with { Bytes = value }),
        new ValueKey<SessionStep, ShutdownHow>("how", Forms.Word<ShutdownHow>(), "shutdown: which direction; default wr.",
        (step, value) => step with { How = value }),
        new ReadKey<SessionStep>("flags", "recv, recvmsg, send, sendmsg: flags.", FlagsSchema, ReadFlags),
        new ValueKey<SessionStep, SessionOption>("option", Forms.Word<SessionOption>(), "setsockopt: which.", (step, value) => step with { Option = value }),
        new ValueKey<SessionStep, int>("value", Forms.Whole(0, int.MaxValue), "setsockopt: its value; default 1.",
        (step, value) => step with { Value = value }),
        new ValueKey<SessionStep, SysctlValue?>("sysctl", SysctlForm, "sysctl: NAME=VALUE, one of net.", (step, value) => step with { Sysctl = value }),
        new ValueKey<SessionStep, SessionSegment>("send", Forms.Word<SessionSegment>(), "peer: what it sends; without this it only gets its address.",
        (step, value) => step with { Send = value }),
        new ValueKey<SessionStep, bool>("acknowledges", Forms.Boolean, "peer: whether its segment acknowledges what has come since it last did; default true.",
        (step, value) => step with { Acknowledges = value }),
        new ValueKey<SessionStep, bool>("blocks", Forms.Boolean, "The call is expected to block; a later step awaits it.",
        (step, value) => step with { Blocks = value }),
        new ValueKey<SessionStep, Nanoseconds>("wait", Forms.Duration, "The look comes after so long at the earliest; default 0.",
        (step, value) => step with { Wait = value }),
        new ValueKey<SessionStep, Nanoseconds>("within", Forms.Duration,
        "The look comes after so long at the latest, when not all is as expected before; default 2s.", (step, value) => step with { Within = value }),
        new ValueKey<SessionStep, PredictedRange?>("returns", ReturnsForm, "What the call returns.", (step, value) => step with { Returns = value }),
        new ValueKey<SessionStep, Errno>("errno", ErrnoForm, "With which errno it fails; default it does not.", (step, value) => step with { Errno = value }),
        new ValueKey<SessionStep, string>("reads", Forms.TextOrNumber, "The bytes that a read gives.", (step, value) => step with { Reads = value }),
        new ReadKey<SessionStep>("states", "TCP states by socket; other.NAME is the other end of its connection. CLOSE is also what is not there any more.",
        () => NamedSchema(StateForm), (step, declared, path, reading) => step with { States = Named(declared, path, SocketNames, StateForm, reading) }),
        new ReadKey<SessionStep>("timers", "What sockets' timers have left, in seconds.", () => NamedSchema(RangeForm),
        (step, declared, path, reading) => step with { Timers = Named(declared, path, SocketNames, RangeForm, reading) }),
        new ValueKey<SessionStep, string>("packets", Forms.Text,
            "The segments since the step before, in order, with commas between them: 'client SYN, server SYN-ACK, client ACK'; none for none.", (step, value) =>
            step with { Packets = Packets(value) }),
        new ReadKey<SessionStep>("counters", "By how much counters move: TcpExt.ListenOverflows: 1.", () => NamedSchema(RangeForm),
        (step, declared, path, reading) => step with { Counters = Named(declared, path, "a counter", RangeForm, reading) }));

    /// <summary>Reads the steps, and makes an expectation of each thing that a step expects.</summary>
    public static (Session Session, ImmutableArray<Expectation> Expectations) Read(Scenario scenario, Declared declared, string path, Reading reading)
    {
        var steps = ImmutableArray.CreateBuilder<SessionStep>();
        var expectations = new SessionExpectationList(scenario);
        if (declared is not DeclaredList { Items.IsEmpty: false } list)
        {
            reading.Error(declared.Place, $"{path} is {declared.Words}, but takes a list of steps");
            return (new Session(SessionExpectationList.NameOf(scenario), SocketFamily.Ipv4, DefaultPort, []), []);
        }

        foreach (var (item, index) in list.Items.Select((item, index) => (item, index)))
        {
            var at = $"{path}[{index}]";
            var step = Table.Read(new SessionStep { Name = "", Call = SessionCall.Wait }, item, at, reading);
            var word = EnumWords<SessionCall>.Of(step.Call);
            var count = steps.Count(other => other.Call == step.Call);
            step = step.Name.Length > 0 ? step : step with { Name = count == 0 ? word : $"{word}-{count + 1}" };
            if (steps.Any(other => other.Name == step.Name))
            {
                reading.Error(item.Place, $"{at} is the second step called '{step.Name}'; give it a name of its own");
            }

            foreach (var problem in SessionStepCheck.Problems(step, steps))
            {
                reading.Error(item.Place, $"{at}: {problem}");
            }

            steps.Add(step);
            expectations.Add(step, item.Place.Line);
        }

        var port = scenario.Server.Port == 0 ? DefaultPort : scenario.Server.Port;
        return (new Session(SessionExpectationList.NameOf(scenario), SocketFamily.Ipv4, port, steps.ToImmutable()), expectations.Made);
    }

    /// <summary>Its JSON schema.</summary>
    public static JsonObject Schema() => new() { ["type"] = "array", ["minItems"] = 1, ["items"] = Table.Schema() };

    private static bool TryRange(string text, out PredictedRange value)
    {
        var read = StatedValueForm.TryParse(text, [], out var formula, out _) && formula is { Quantity: null, IsTime: false };
        value = read ? formula!.Literal : default;
        return read;
    }

    private static ImmutableArray<string> Packets(string text) =>
        text == "none" ? [] : [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static SessionStep ReadFlags(SessionStep step, Declared declared, string path, Reading reading)
    {
        var form = Forms.Word<MessageFlag>();
        var flags = ImmutableArray.CreateBuilder<MessageFlag>();
        foreach (var item in declared is DeclaredList list ? list.Items : [declared])
        {
            if (form.TryRead(item, path, reading, out var flag))
            {
                flags.Add(flag);
            }
        }

        return step with { Flags = flags.ToImmutable() };
    }

    private static ImmutableSortedDictionary<string, T> Named<T>(Declared declared, string path, string what, TextForm<T> form, Reading reading)
    {
        var named = ImmutableSortedDictionary<string, T>.Empty.WithComparers(StringComparer.Ordinal);
        if (declared is not DeclaredMapping mapping)
        {
            reading.Error(declared.Place, $"{path} is {declared.Words}, but takes a mapping of {what} to {form.Words}");
            return named;
        }

        foreach (var entry in mapping.Entries)
        {
            if (form.TryRead(entry.Value, $"{path}.{entry.Key}", reading, out var value))
            {
                named = named.SetItem(entry.Key, value);
            }
        }

        return named;
    }

    private static JsonObject FlagsSchema() => new()
    {
        ["anyOf"] = new JsonArray(Forms.Word<MessageFlag>().Schema(), new JsonObject { ["type"] = "array", ["items"] = Forms.Word<MessageFlag>().Schema() }),
    };

    private static JsonObject NamedSchema<T>(TextForm<T> form) => new() { ["type"] = "object", ["additionalProperties"] = form.Schema() };
}
