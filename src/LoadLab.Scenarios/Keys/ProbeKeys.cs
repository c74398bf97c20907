using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>The keys of a phase's <c>probe</c>: a list of named system calls.</summary>
internal static class ProbeKeys
{
    /// <summary>What only some calls know: each of them needs all of its keys and takes no other.</summary>
    private static readonly Dictionary<ProbeCall, string[]> Arguments = new() { [ProbeCall.Setrlimit] = ["soft", "hard"] };

    private static readonly KeyTable<ProbeStep> Table = new(
        "One call of the probe.",
        ["name", "call"],
        new ValueKey<ProbeStep, string>("name", PhaseName.Form, "Its name, for probe.NAME.errno and the like in expectations.",
        (step, value) => step with { Name = value }),
        new ValueKey<ProbeStep, ProbeCall>("call", Forms.Word<ProbeCall>(), "Which call.", (step, value) => step with { Call = value }),
        new ValueKey<ProbeStep, long?>("soft", Forms.Limit, "setrlimit: the soft limit.", (step, value) => step with { Soft = value }),
        new ValueKey<ProbeStep, long?>("hard", Forms.Limit, "setrlimit: the hard limit.", (step, value) => step with { Hard = value }));

    /// <summary>Reads a list of steps, or one.</summary>
    public static ProbeAction Read(Declared declared, string path, Reading reading)
    {
        var items = declared is DeclaredList list ? list.Items : [declared];
        return new ProbeAction([.. items.Select((item, index) => ReadStep(item, $"{path}[{index}]", reading))]);
    }

    /// <summary>Its JSON schema.</summary>
    public static JsonObject Schema() =>
        new() { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = Table.Schema() }, Table.Schema()) };

    private static ProbeStep ReadStep(Declared declared, string path, Reading reading)
    {
        var step = Table.Read(new ProbeStep("", ProbeCall.Getrlimit), declared, path, reading);
        if (declared is not DeclaredMapping mapping)
        {
            return step;
        }

        string[] known = Arguments.GetValueOrDefault(step.Call) ?? [];
        foreach (var entry in mapping.Entries.Where(entry => Arguments.Values.SelectMany(keys => keys).Contains(entry.Key) && !known.Contains(entry.Key)))
        {
            reading.Error(entry.Place, $"{path}.{entry.Key} has no meaning with call: {EnumWords<ProbeCall>.Of(step.Call)}; leave it out");
        }

        foreach (var missing in known.Where(key => !mapping.Has(key)))
        {
            reading.Error(mapping.Place,
                $"{path}.call is {EnumWords<ProbeCall>.Of(step.Call)}, but {path}.{missing} is missing: say which limit it sets, e.g. {missing}: 1000");
        }

        return step;
    }
}
