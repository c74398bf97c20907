using System.Collections.Frozen;
using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Scenarios.Keys;

namespace LoadLab.Scenarios;

/// <summary>Which scenario is meant: its name and its file.</summary>
/// <param name="Name">Its name now.</param>
/// <param name="Path">Its file.</param>
public sealed record ScenarioReference(string Name, string Path)
{
    /// <summary>The name that was asked for, where an older version had it; null: the name is the one asked for.</summary>
    public string? FormerName { get; init; }
}

/// <summary>The scenarios below a directory: <c>mechanism/claim.yaml</c> is the scenario <c>mechanism/claim</c>.</summary>
public sealed class ScenarioCatalog(string root)
{
    /// <summary>Of a scenario's file.</summary>
    internal const string Extension = ".yaml";

    private const int MostNearNames = 3;

    // Names of older versions, which are in notes, scripts and results.
    private static readonly FrozenDictionary<string, string> Renamed = new Dictionary<string, string>
    {
        ["accept-queue/client-believes"] = "accept-queue/client-thinks-connected",
        ["accept-queue/poisoned"] = "accept-queue/closed-clients-hold-slots",
        ["file-descriptors/so-many"] = "file-descriptors/fd-limit-for-connections",
        ["tcp-session/nobody-answers"] = "tcp-session/no-host-answers",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly string root = System.IO.Path.GetFullPath(root);

    /// <summary>Every name, sorted. Tunings are not scenarios, nor is the table of contents of the textbook.</summary>
    public IReadOnlyList<string> Names =>
        !Directory.Exists(root) ? [] :
        [
            .. Directory.EnumerateFiles(root, "*" + Extension, SearchOption.AllDirectories)
                .Select(NameOf).OfType<string>()
                .Where(name => !name.StartsWith("tunings/", StringComparison.Ordinal) && name != Book.Name)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Every scenario, in the order of the names.</summary>
    public ImmutableArray<ScenarioReference> All => [.. Names.Select(name => new ScenarioReference(name, PathOf(name)))];

    /// <summary>The scenario of a name, or of a path to a file; an error with near names when there is neither.</summary>
    public Checked<ScenarioReference> Resolve(string nameOrPath)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        var names = Names;
        var name = nameOrPath.EndsWith(Extension, StringComparison.Ordinal) ? nameOrPath[..^Extension.Length] : nameOrPath;
        if (names.Contains(name))
        {
            return new Checked<ScenarioReference>(new ScenarioReference(name, PathOf(name)));
        }

        if (File.Exists(nameOrPath))
        {
            var known = NameOf(System.IO.Path.GetFullPath(nameOrPath));
            return new Checked<ScenarioReference>(new ScenarioReference(known is not null && names.Contains(known) ? known : nameOrPath, nameOrPath));
        }

        if (Renamed.FirstOrDefault(pair => pair.Key == name || pair.Key.EndsWith("/" + name, StringComparison.Ordinal)) is { Key: { } old, Value: var now })
        {
            return new Checked<ScenarioReference>(new ScenarioReference(now, PathOf(now)) { FormerName = old });
        }

        // People leave the folder out more often than they mistype the rest. Of a path the nearest name would be no help.
        string[] near = [.. names.Where(candidate => candidate.EndsWith("/" + name, StringComparison.Ordinal)), .. NearestName.Of(name, names, MostNearNames)];
        var hint = near.Length > 0 ? NearestName.Question([.. near.Distinct().Take(MostNearNames)])
            : names.Count == 0 || System.IO.Path.IsPathRooted(nameOrPath) || name != nameOrPath ? "the verb list shows all scenarios"
            : NearestName.Three(name, names);
        return new Checked<ScenarioReference>([new ScenarioError(nameOrPath, 0, $"there is no scenario and no file of this name; {hint}")]);
    }

    /// <summary>False for a file of this directory that is not a scenario: a tuning, the table of contents of the textbook.</summary>
    internal bool IsScenarioOrForeign(string fullPath) => NameOf(fullPath) is not { } name || Names.Contains(name);

    private string PathOf(string name)
    {
        var full = System.IO.Path.Combine(root, name + Extension);
        var relative = System.IO.Path.GetRelativePath(Environment.CurrentDirectory, full);
        return relative.StartsWith("..", StringComparison.Ordinal) ? full : relative;
    }

    private string? NameOf(string fullPath)
    {
        var relative = System.IO.Path.GetRelativePath(root, fullPath);
        var isScenario = !relative.StartsWith("..", StringComparison.Ordinal) && relative.EndsWith(Extension, StringComparison.Ordinal);
        return isScenario ? relative[..^Extension.Length].Replace('\\', '/') : null;
    }
}
