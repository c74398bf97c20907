using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Scenarios.Keys;
using LoadLab.Scenarios.Tunings;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios;

/// <summary>The tunings below a directory, and those that a command line makes.</summary>
public sealed class TuningCatalog(string root)
{
    private const string Extension = ".yaml";

    /// <summary>More cells than that nobody reads, and they would take all day.</summary>
    private const int MostTunings = 24;

    private static readonly string[] SysctlRoots = ["net", "fs", "kernel", "vm"];

    /// <summary>Every name, sorted.</summary>
    public IReadOnlyList<string> Names => Directory.Exists(root)
        ? [.. Directory.EnumerateFiles(root, "*" + Extension).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>
    /// The tunings that options ask for. Names and files are alternatives; <c>NAME=VALUE,VALUE</c> makes one of each value, and two such options
    /// every pair.
    /// </summary>
    /// <param name="options">Each <c>--tuning</c> as written.</param>
    /// <param name="each">Each <c>--each</c>: tunings of which every line is one by itself.</param>
    public Checked<IReadOnlyList<Tuning>> Resolve(IEnumerable<string> options, IEnumerable<string> each)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(each);
        var errors = new List<ScenarioError>();
        var asked = options.Select(option => (Option: option, IsInline: option.Contains('=', StringComparison.Ordinal))).ToList();
        List<Tuning[]> axes =
        [
            [
                .. asked.Where(one => !one.IsInline).Select(one => Load(one.Option, errors)).OfType<Tuning>(),
                .. each.Select(name => Load(name, errors)).OfType<Tuning>().SelectMany(tuning => tuning.Lines),
            ],
            .. asked.Where(one => one.IsInline).Select(one => Inline(one.Option, errors)),
        ];
        var tunings = axes.Where(axis => axis.Length > 0).DefaultIfEmpty([]).Aggregate((all, axis) => [.. all.SelectMany(left => axis.Select(left.And))]);
        foreach (var twice in tunings.GroupBy(tuning => tuning.Name).Where(group => group.Count() > 1))
        {
            errors.Add(new ScenarioError($"--tuning {twice.Key}", 0, "is asked for twice; compare it with another one"));
        }

        if (tunings.Length > MostTunings)
        {
            errors.Add(new ScenarioError("--tuning", 0, $"makes {tunings.Length} tunings; compare at most {MostTunings} at a time"));
        }

        return errors.Count > 0 ? new Checked<IReadOnlyList<Tuning>>(errors) : new Checked<IReadOnlyList<Tuning>>(tunings);
    }

    private Tuning? Load(string nameOrPath, List<ScenarioError> errors)
    {
        var path = Names.Contains(nameOrPath) ? Path.Combine(root, nameOrPath + Extension) : nameOrPath;
        if (!File.Exists(path))
        {
            errors.Add(new ScenarioError($"--tuning {nameOrPath}", 0,
                $"there is no tuning and no file of this name, and no NAME=VALUE,VALUE; {NearestName.Hint(nameOrPath, Names)}"));
            return null;
        }

        if (FileText.Read(path, errors) is not { } text || DeclaredReader.Read(path, text, errors) is not { } declared)
        {
            return null;
        }

        var reading = new Reading();
        var draft = TuningKeys.Table.Read(new TuningDraft("", []), declared, "", reading);
        errors.AddRange(reading.Errors);
        return new Tuning(Path.GetFileNameWithoutExtension(path), draft.About, draft.Settings);
    }

    private static Tuning[] Inline(string option, List<ScenarioError> errors)
    {
        var place = new Place($"--tuning {option}", 0);
        var equals = option.IndexOf('=', StringComparison.Ordinal);
        var (name, values) = (option[..equals].Trim(), option[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries));
        if (name.Length == 0 || values.Any(value => value.Length == 0))
        {
            errors.Add(place.Error("takes NAME=VALUE,VALUE, such as net.core.somaxconn=128,4096 or server.backlog=16,512"));
            return [];
        }

        // A sysctl may be named as people name it; the last part of a name is what they will look for in the table.
        var setting = SysctlRoots.Contains(name.Split('.')[0]) ? $"sysctl.{name}" : name;
        return [.. values.Select(value => new Tuning($"{name.Split('.')[^1]}={value}", "",
            [new SettingValue(setting, place, new DeclaredScalar(place, value))]))];
    }
}
