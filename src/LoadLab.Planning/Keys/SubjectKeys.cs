using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using LoadLab.Model;
using LoadLab.Planning.Yaml;

namespace LoadLab.Planning.Keys;

/// <summary>The keys of <c>subject</c>.</summary>
internal static class SubjectKeys
{
    private static readonly ScalarForm<(string Address, int Port)> Target = new(
        "ADDRESS:PORT with an address in 127.0.0.0/8 or 198.18.0.0/15, the only ones that load may go to, such as 127.0.0.1:8080",
        (string text, out (string Address, int Port) value) =>
        {
            var colon = text.LastIndexOf(':');
            value = colon < 0 ? default : (text[..colon], int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0);
            return value.Port is > 0 and <= 65535 && AddressRange.TryAddress(value.Address, out var address) && AddressRange.IsHarmlessAddress(address);
        },
        () => new JsonObject { ["type"] = "string", ["pattern"] = @"^[0-9.]+:\d+$" });

    /// <summary>The table.</summary>
    public static KeyTable<SubjectSpec> Table { get; } = new(
        "Somebody's server under load in place of LoadLab's own: started in the sandbox under the scenario's limits and sysctls.",
        ["command", "target"],
        new ReadKey<SubjectSpec>("command", "The program and its arguments as a list, or one text for sh -c; it may go into the background.", CommandSchema, ReadCommand),
        new ValueKey<SubjectSpec, (string Address, int Port)>("target", Target, "Where it listens, once it is ready: ADDRESS:PORT.", (subject, value) => subject with { Address = value.Address, Port = value.Port }),
        new ValueKey<SubjectSpec, SubjectReadiness>("ready-when", Forms.Word<SubjectReadiness>(), "How one sees that it is ready; default listening: it has a listener on the target's port.", (subject, value) => subject with { ReadyWhen = value }),
        new ValueKey<SubjectSpec, Nanoseconds>("ready-within", Forms.Duration, "How long that may take; default 10s.", (subject, value) => subject with { ReadyWithin = value }));

    private static SubjectSpec ReadCommand(SubjectSpec subject, Declared declared, string path, Reading reading)
    {
        ImmutableArray<string> command = declared switch
        {
            DeclaredScalar { Text.Length: > 0 } one => ["sh", "-c", one.Text],
            DeclaredList list when list.Items.All(item => item is DeclaredScalar) => [.. list.Items.Cast<DeclaredScalar>().Select(item => item.Text)],
            _ => [],
        };
        if (command.Length == 0 || command[0].Length == 0)
        {
            reading.Error(declared.Place, $"{path} is {declared.Words}, but takes a program with its arguments: a list such as [nginx, -c, FILE], or one text for sh -c");
        }

        return subject with { Command = command };
    }

    private static JsonObject CommandSchema() => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "string", ["minLength"] = 1 },
            new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = new JsonObject { ["type"] = new JsonArray("string", "number") } }),
    };
}
