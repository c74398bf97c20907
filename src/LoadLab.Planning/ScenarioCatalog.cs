using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Planning.Keys;
using LoadLab.Planning.Predictions;

namespace LoadLab.Planning;

/// <summary>Which scenario is meant: its name and its file.</summary>
public sealed record ScenarioReference(string Name, string Path);

/// <summary>One line of the list of scenarios.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its file.</param>
/// <param name="Claim">Its claim; "" when the file cannot be read.</param>
/// <param name="Lasts">About how long its phases last, on a kernel with default sysctls.</param>
/// <param name="Needs">What it needs, in a few words.</param>
/// <param name="Errors">What is wrong with the file; empty when nothing is.</param>
public sealed record ScenarioSummary(string Name, string Path, string Claim, Nanoseconds Lasts, string Needs, ImmutableArray<ScenarioError> Errors);

/// <summary>The scenarios below a directory: <c>mechanism/claim.yaml</c> is the scenario <c>mechanism/claim</c>.</summary>
public sealed class ScenarioCatalog(string root)
{
    private const string Extension = ".yaml";
    private const int MostNearNames = 3;
    private readonly string root = System.IO.Path.GetFullPath(root);

    /// <summary>Every name, sorted. Sets of tunings are no scenarios, and the textbook's table of contents is none.</summary>
    public IReadOnlyList<string> Names =>
        !Directory.Exists(root) ? [] :
        [
            .. Directory.EnumerateFiles(root, "*" + Extension, SearchOption.AllDirectories)
                .Select(NameOf).OfType<string>()
                .Where(name => !name.StartsWith("tunings/", StringComparison.Ordinal) && name != Book.Name)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>One summary for each scenario.</summary>
    public ImmutableArray<ScenarioSummary> List() => [.. Names.Select(Summary)];

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

        // People leave the folder out more often than they mistype the rest.
        string[] near = [.. names.Where(candidate => candidate.EndsWith("/" + name, StringComparison.Ordinal)), .. NearestName.Of(name, names, MostNearNames)];
        var hint = near.Length > 0 ? $"did you mean {string.Join(" or ", near.Distinct().Take(MostNearNames))}?" : "`loadlab list` shows those there are";
        return new Checked<ScenarioReference>([new ScenarioError(nameOrPath, 0, $"there is no scenario and no file of this name; {hint}")]);
    }

    private ScenarioSummary Summary(string name)
    {
        var path = PathOf(name);
        var file = ScenarioFile.Load(path, name, []);
        if (file.Value is not { } declared)
        {
            return new ScenarioSummary(name, path, "", Nanoseconds.Zero, "", file.Errors);
        }

        var lasts = declared.Variants.Sum(variant => PhaseTime.Of(variant.Scenario, new LiveSysctls(variant.Scenario, TypicalHost.Facts)).Value);
        return new ScenarioSummary(name, path, declared.Base.Claim, new Nanoseconds(lasts), Needs(declared), []);
    }

    private static string Needs(DeclaredScenario declared)
    {
        var sandbox = declared.Base.Sandbox switch
        {
            SandboxKind.Namespace => "a network namespace (no root)",
            SandboxKind.Host => "the host itself",
            SandboxKind.Kernel => "a kernel in user space (package user-mode-linux, no root)",
            SandboxKind.Container => "a container with a network of its own",
        };
        var sysctls = Planner.SysctlsAsked(declared).Keys;
        return sysctls.Any() ? $"{sandbox} that may set {string.Join(", ", sysctls)}" : sandbox;
    }

    private string PathOf(string name)
    {
        var full = System.IO.Path.Combine(root, name + Extension);
        var relative = System.IO.Path.GetRelativePath(Environment.CurrentDirectory, full);
        return relative.StartsWith("..", StringComparison.Ordinal) ? full : relative;
    }

    private string? NameOf(string fullPath)
    {
        var relative = System.IO.Path.GetRelativePath(root, fullPath);
        return relative.StartsWith("..", StringComparison.Ordinal) || !relative.EndsWith(Extension, StringComparison.Ordinal) ? null : relative[..^Extension.Length].Replace('\\', '/');
    }
}
