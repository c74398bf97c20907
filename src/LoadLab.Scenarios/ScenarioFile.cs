using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Scenarios.Keys;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios;

/// <summary>
/// From a file to a <see cref="DeclaredScenario"/>: text, tree, settings of the command line, scenario. Every error of the file comes at once.
/// </summary>
public static class ScenarioFile
{
    /// <summary>Reads a scenario file.</summary>
    /// <param name="path">The file, as errors are to name it.</param>
    /// <param name="name">The scenario's name.</param>
    /// <param name="settings">Each <c>--set NAME=VALUE</c>.</param>
    /// <param name="tuning">A tuning that is put into it; null: none.</param>
    /// <param name="variant">The only variant that is run; null: all. A setting wins over what it sets itself.</param>
    public static Checked<DeclaredScenario> Load(
        string path, string name, IReadOnlyList<(string Name, string Value)> settings, Tuning? tuning = null, string? variant = null)
    {
        var errors = new List<ScenarioError>();
        return FileText.Read(path, errors) is { } text ? Parse(path, name, text, settings, tuning, variant) : new Checked<DeclaredScenario>(errors);
    }

    /// <summary>Reads a scenario's text.</summary>
    /// <param name="path">The file it comes from, for errors.</param>
    /// <param name="name">The scenario's name.</param>
    /// <param name="text">Its YAML.</param>
    /// <param name="settings">Each <c>--set NAME=VALUE</c>.</param>
    /// <param name="tuning">A tuning that is put into it; null: none.</param>
    /// <param name="variant">The only variant that is run; null: all. A setting wins over what it sets itself.</param>
    public static Checked<DeclaredScenario> Parse(
        string path, string name, string text, IReadOnlyList<(string Name, string Value)> settings, Tuning? tuning = null, string? variant = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var errors = new List<ScenarioError>();
        var overrides = SettingOverrides.FromCommandLine(settings, errors);
        SettingOverrides.Add(overrides, tuning, errors);
        switch (DeclaredReader.Read(path, text, errors))
        {
            case null:
                return new Checked<DeclaredScenario>(errors);
            case DeclaredMapping mapping:
                var tree = SettingOverrides.Apply(mapping, overrides, errors);
                var scenario = Interpret(mapping, tree, path, name, overrides, variant, errors);
                return errors.Count == 0 ? new Checked<DeclaredScenario>(scenario) : new Checked<DeclaredScenario>(errors);
            case { } other:
                errors.Add(other.Place.Error($"the scenario is {other.Words}, but takes a mapping that has at least a claim"));
                return new Checked<DeclaredScenario>(errors);
        }
    }

    /// <summary>Splits <c>NAME=VALUE</c>; false when there is no '='.</summary>
    public static bool TryParseSetting(string text, out (string Name, string Value) setting)
    {
        ArgumentNullException.ThrowIfNull(text);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        setting = equals < 0 ? (text.Trim(), "") : (text[..equals].Trim(), text[(equals + 1)..].Trim());
        return equals > 0;
    }

    /// <summary>A tree read as a scenario, with the phases it has when it names none.</summary>
    internal static ScenarioDraft Interpret(DeclaredMapping tree, string path, string name, Reading reading)
    {
        var draft = ScenarioKeys.Table.Read(new ScenarioDraft(new Scenario { Name = name, Path = path, Claim = "" }, null), tree, "", reading);
        var scenario = draft.Scenario;
        return scenario.Phases.IsEmpty
            ? draft with { Scenario = scenario with { Phases = [new Phase("load", new LoadAction(scenario.Swarm, LoadUntil.Issued), Nanoseconds.Zero),
                new Phase("hold", new HoldAction(), scenario.Hold)] } }
            : draft;
    }

    private static DeclaredScenario Interpret(
        DeclaredMapping file, DeclaredMapping tree, string path, string name, List<SettingValue> overrides, string? only, List<ScenarioError> errors)
    {
        var reading = new Reading();
        var draft = Interpret(tree, path, name, reading);
        draft = only is null ? draft : draft with { Variants = Only(only, draft, tree, overrides, reading) };
        var variants = ImmutableArray.CreateBuilder<ScenarioVariant>();
        foreach (var variant in draft.Variants)
        {
            foreach (var setting in variant.Settings)
            {
                CheckVariantSetting(variant, setting, overrides, reading);
            }

            var own = SettingOverrides.Apply(tree, variant.Settings.Where(setting => !VariantFormula.IsFormula(setting)), errors);
            variants.Add(new ScenarioVariant(variant.Name, Interpret(own, path, name, reading).Scenario));
        }

        errors.AddRange(reading.Errors);
        return new DeclaredScenario(draft.Scenario, tree, draft.Variants, variants.Count == 0 ? [new ScenarioVariant("", draft.Scenario)]
            : variants.ToImmutable(), overrides.Count > 0,
            [.. overrides.Where(setting => SettingOverrides.Contradicts(file, setting))
                .Select(setting => setting.Name)]);
    }

    // Run alone, a variant gives way to the command line, since nothing else is compared with it.
    private static ImmutableArray<VariantDraft> Only(string name, ScenarioDraft draft, DeclaredMapping tree, List<SettingValue> overrides, Reading reading)
    {
        if (draft.Variants.FirstOrDefault(variant => variant.Name == name) is { } one)
        {
            return [one with { Settings = [.. one.Settings.Where(setting => !overrides.Exists(other => other.Name == setting.Name))] }];
        }

        reading.Error(tree.Place,
            $"there is no variant '{name}'; "
            + $"{(draft.Variants.IsEmpty ? "this scenario has none" : NearestName.Hint(name, [.. draft.Variants.Select(variant => variant.Name)]))}");
        return draft.Variants;
    }

    private static void CheckVariantSetting(VariantDraft variant, SettingValue setting, List<SettingValue> overrides, Reading reading)
    {
        if (overrides.Find(other => other.Name == setting.Name) is { } contradicted)
        {
            reading.Error(contradicted.Place,
                $"variant '{variant.Name}' sets {setting.Name} itself; to run that variant alone with another value, add --variant {variant.Name}");
        }

        var top = setting.Name.Split('.')[0];
        if (top is "variants" or "expect" or "title" or "claim" or "about")
        {
            reading.Error(setting.Place, $"variant '{variant.Name}' sets {setting.Name}, but a variant changes settings and load, never {top}");
        }

        if (VariantFormula.IsFormula(setting) && !VariantFormula.TryParse(setting, out _, out var wrong))
        {
            reading.Error(setting.Value.Place, $"variant '{variant.Name}' sets {setting.Name} to {setting.Value.Words}, but {wrong}");
        }
    }
}
