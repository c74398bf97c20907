using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>A variant as declared: its name and what it sets, with the places, and the kernel that it needs (null: any).</summary>
internal sealed record VariantDraft(string Name, ImmutableArray<SettingValue> Settings, KernelNeed? Needs = null);

/// <summary>The keys of a variant.</summary>
internal static class VariantKeys
{
    /// <summary>The table.</summary>
    public static KeyTable<VariantDraft> Table { get; } = new(
        "One run of the scenario with some settings of its own.",
        ["name", "set"],
        new ValueKey<VariantDraft, string>("name", PhaseName.Form, "Its name.", (variant, value) => variant with { Name = value }),
        new ValueKey<VariantDraft, KernelNeed?>("needs", KernelNeed.Form,
        "The oldest kernel that has what it is about; on an older one it is left out, and the run says so.",
        (variant, value) => variant with { Needs = value }),
        new ReadKey<VariantDraft>("set",
        "Settings by dotted name; '=smallest-backlog' and '=smallest-backlog - 1' take the prediction for the scenario without variants.",
        SetSchema, ReadSet));

    private static VariantDraft ReadSet(VariantDraft variant, Declared declared, string path, Reading reading)
    {
        if (declared is not DeclaredMapping mapping)
        {
            reading.Error(declared.Place, $"{path} is {declared.Words}, but takes a mapping of settings, such as server.backlog: 16");
            return variant;
        }

        return variant with { Settings = [.. mapping.Entries.Select(entry => new SettingValue(entry.Key, entry.Place, entry.Value))] };
    }

    private static JsonObject SetSchema() => new() { ["type"] = "object" };
}
