using System.Globalization;
using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios;

/// <summary>Puts settings into a scenario's tree before it is interpreted, so that they are checked exactly as the file's own values are.</summary>
internal static class SettingOverrides
{
    /// <summary>The settings of a command line; a name given twice with two values is an error.</summary>
    public static List<SettingValue> FromCommandLine(IEnumerable<(string Name, string Value)> settings, ICollection<ScenarioError> errors)
    {
        var read = new List<SettingValue>();
        foreach (var (name, value) in settings.Distinct())
        {
            var place = new Place($"--set {name}={value}", 0);
            if (read.Find(other => other.Name == name) is { } other)
            {
                errors.Add(place.Error($"'{name}' is set twice: here and by {other.Place.Path}; only one can hold"));
            }
            else if (name.Length == 0 || name.Split('.').Contains(""))
            {
                errors.Add(place.Error("a setting is NAME=VALUE, such as server.backlog=7 or sysctl.net.core.somaxconn=5"));
            }
            else if ((value.StartsWith('[') || value.StartsWith('{') ? DeclaredReader.Read(place.Path, value, errors, place.Line)
                : new DeclaredScalar(place, value)) is { } declared)
            {
                read.Add(new SettingValue(name, place, declared));
            }
        }

        return read;
    }

    /// <summary>What a tuning sets; with what the command line sets it must not contend.</summary>
    public static void Add(List<SettingValue> settings, Tuning? tuning, ICollection<ScenarioError> errors)
    {
        foreach (var setting in tuning?.Settings ?? [])
        {
            if (settings.Find(other => other.Name == setting.Name) is { } other)
            {
                errors.Add(setting.Place.Error($"'{setting.Name}' is set twice: here and by {other.Place.Path}; only one can hold"));
            }
            else
            {
                settings.Add(setting);
            }
        }
    }

    /// <summary>The tree with all settings.</summary>
    public static DeclaredMapping Apply(DeclaredMapping tree, IEnumerable<SettingValue> settings, ICollection<ScenarioError> errors) =>
        settings.Aggregate(tree, (soFar, setting) => Put(soFar, setting.Name.Split('.'), setting, errors) as DeclaredMapping ?? soFar);

    /// <summary>True when the file itself states another value for what is set.</summary>
    public static bool Contradicts(DeclaredMapping file, SettingValue setting) =>
        (Find(file, setting.Name.Split('.')) is { } stated
            && !(stated is DeclaredScalar own && setting.Value is DeclaredScalar other && own.Text == other.Text))
        || (LimitSettings.InsteadOf(setting.Name) is { } instead && Find(file, instead.Name.Split('.')) is not null);

    private static Declared? Find(Declared within, ReadOnlySpan<string> names) => names.IsEmpty ? within : within switch
    {
        DeclaredMapping mapping when mapping.Find(names[0])?.Value is { } inner =>
            Find(inner, names[0] == "sysctl" && names.Length > 1 ? [string.Join('.', names[1..]!)] : names[1..]),
        DeclaredList list when IndexOf(list, names[0]) is var index and >= 0 => Find(list.Items[index], names[1..]),
        _ => null,
    };

    private static Declared? Put(Declared into, ReadOnlySpan<string> names, SettingValue setting, ICollection<ScenarioError> errors)
    {
        switch (into)
        {
            case DeclaredMapping mapping:
                return PutIntoMapping(mapping, names, setting, errors);
            case DeclaredList list:
                return PutIntoList(list, names, setting, errors);
            default:
                errors.Add(setting.Place.Error($"'{setting.Name}' goes on after a value that has nothing inside: {into.Words}"));
                return null;
        }
    }

    private static DeclaredMapping? PutIntoMapping(DeclaredMapping mapping, ReadOnlySpan<string> names, SettingValue setting, ICollection<ScenarioError> errors)
    {
        if (names.Length == 1)
        {
            var other = LimitSettings.InsteadOf(setting.Name) is { } instead ? mapping.Find(instead.Key) : null;
            return (other is null or { Place.Line: Place.CommandLine } ? mapping : mapping with { Entries = mapping.Entries.Remove(other) })
                .With(new DeclaredEntry(setting.Place, names[0], setting.Value));
        }

        var inner = mapping.Find(names[0]);
        var rest = names[1..];

        // A sysctl's own name has dots: all that follows is one key.
        string[] joined = [string.Join('.', rest!)];
        var value = Put(inner?.Value ?? new DeclaredMapping(setting.Place, []), names[0] == "sysctl" ? joined : rest, setting, errors);
        return value is null ? null : mapping.With(new DeclaredEntry(inner?.Place ?? setting.Place, names[0], value));
    }

    private static DeclaredList? PutIntoList(DeclaredList list, ReadOnlySpan<string> names, SettingValue setting, ICollection<ScenarioError> errors)
    {
        var name = names[0];
        var index = IndexOf(list, name);
        if (index < 0)
        {
            errors.Add(
                setting.Place.Error(
                    $"'{setting.Name}': the list has no element '{name}'; {NearestName.Hint(name, [.. list.Items.Select(NameOf).OfType<string>()])}"));
            return null;
        }

        var value = names.Length == 1 ? setting.Value : Put(list.Items[index], names[1..], setting, errors);
        return value is null ? null : list with { Items = list.Items.SetItem(index, value) };
    }

    private static int IndexOf(DeclaredList list, string name)
    {
        var index = list.Items.FindIndexOf(item => NameOf(item) == name);
        index = index >= 0 ? index : list.Items.FindIndexOf(item => RenamedPhases.Of(name).Contains(NameOf(item)));
        return index < 0 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < list.Items.Length ? number : index;
    }

    private static string? NameOf(Declared item) => item switch
    {
        DeclaredScalar scalar => scalar.Text,
        DeclaredMapping mapping when (mapping.Find("name") ?? mapping.Find("id"))?.Value is DeclaredScalar name => name.Text,
        DeclaredMapping mapping => mapping.Entries.Length > 0 ? mapping.Entries[0].Key : null,
        _ => null,
    };

    private static int FindIndexOf(this System.Collections.Immutable.ImmutableArray<Declared> items, Func<Declared, bool> isIt)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (isIt(items[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
