using System.Text.Json.Nodes;
using LoadLab.Model;
using LoadLab.Scenarios.Keys;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Tunings;

/// <summary>A tuning's file while it is read.</summary>
internal sealed record TuningDraft(string About, IReadOnlyList<SettingValue> Settings);

/// <summary>
/// The keys of a tuning's file: those sections of a scenario that are about the machine and the programs, not about what is expected of them.
/// </summary>
internal static class TuningKeys
{
    /// <summary>The table.</summary>
    public static KeyTable<TuningDraft> Table { get; } = new(
        "A tuning: sysctls, limits, and overrides of server and swarm, to be compared with another.",
        ["about"],
        new ValueKey<TuningDraft, string>("about", Forms.Text, "What it is for, and what each line of it changes.",
        (tuning, value) => tuning with { About = value }),
        Section("sysctl", "Sysctls of the sandbox by dotted name."),
        Section("limits", "Limits of processes, as in a scenario."),
        Section("server", "Overrides of the scenario's server."),
        Section("swarm", "Overrides of the scenario's clients."));

    // What a section says is checked with the scenario into which it is put; here only its form is.
    private static ReadKey<TuningDraft> Section(string name, string doc) =>
        new(name, doc, () => new JsonObject { ["type"] = "object" }, (tuning, declared, path, reading) =>
    {
        if (declared is DeclaredMapping mapping)
        {
            return tuning with { Settings = [.. tuning.Settings, .. Flat(name, mapping)] };
        }

        reading.Error(declared.Place, $"{path} is {declared.Words}, but takes a mapping");
        return tuning;
    });

    private static IEnumerable<SettingValue> Flat(string path, DeclaredMapping mapping) =>
        mapping.Entries.SelectMany(entry => entry.Value is DeclaredMapping inner
        ? Flat($"{path}.{entry.Key}", inner)
        : [new SettingValue($"{path}.{entry.Key}", entry.Place, entry.Value)]);
}
