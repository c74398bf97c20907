using LoadLab.Model;
using Microsoft.Extensions.FileSystemGlobbing;

namespace LoadLab.Scenarios;

/// <summary>Which scenarios several words mean: names, files, folders, and patterns of names or files (<c>accept-queue/*</c>, <c>**/syn-*</c>).</summary>
/// <param name="catalog">The scenarios that have names.</param>
public sealed class ScenarioSelection(ScenarioCatalog catalog)
{
    private const string Every = "/*";
    private readonly IReadOnlyList<string> names = catalog.Names;

    /// <summary>True when the words may mean more than one scenario: there are several, or it is a folder or a pattern.</summary>
    public bool IsOfSeveral(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return words.Count > 1 || words.Any(word => !IsOne(word) && (IsPattern(word) || IsFolder(word)));
    }

    /// <summary>The scenarios, each once, in the order of the words; every word that means none is an error.</summary>
    public Checked<IReadOnlyList<ScenarioReference>> Of(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        var found = new List<ScenarioReference>();
        var errors = new List<ScenarioError>();
        foreach (var word in words)
        {
            var meant = Meant(word);
            found.AddRange(meant.Value ?? []);
            errors.AddRange(meant.Errors);
        }

        return errors.Count > 0 ? Nothing(errors) : Found([.. found.DistinctBy(one => Path.GetFullPath(one.Path))]);
    }

    private static bool IsPattern(string word) => word.Contains('*', StringComparison.Ordinal);

    private bool IsOne(string word) => names.Contains(word) || File.Exists(word);

    private bool IsFolder(string word) => Directory.Exists(word) || names.Any(name => IsBelow(name, word));

    private Checked<IReadOnlyList<ScenarioReference>> Meant(string word)
    {
        var isSingle = IsOne(word) || !(IsPattern(word) || IsFolder(word));
        if (isSingle)
        {
            var one = catalog.Resolve(word);
            return one.Value is { } reference ? Found([reference]) : Nothing(one.Errors);
        }

        // A name wins over a file, as it does where one scenario is asked for.
        IReadOnlyList<string> named = [.. names.Where(name => IsPattern(word) ? Matches(word, name) : IsBelow(name, word))];
        var all = named.Count > 0 ? named : FilesOf(word);
        return all.Count > 0
            ? Found([.. all.Select(one => catalog.Resolve(one).Value).OfType<ScenarioReference>()])
            : Nothing([new ScenarioError(word, 0, WhyNothing(word))]);
    }

    private string WhyNothing(string word) =>
        IsPattern(word) ? $"no scenario and no file matches; {Near(word)}" : "this folder has no scenario file (*.yaml)";

    private static Checked<IReadOnlyList<ScenarioReference>> Found(IReadOnlyList<ScenarioReference> scenarios) => new(scenarios);

    private static Checked<IReadOnlyList<ScenarioReference>> Nothing(IEnumerable<ScenarioError> errors) => new(errors);

    private string Near(string pattern)
    {
        var folders = names.Where(name => name.Contains('/', StringComparison.Ordinal)).Select(name => name[..name.LastIndexOf('/')] + Every).Distinct();
        return NearestName.Three(pattern, folders.Concat(names));
    }

    private static bool IsBelow(string name, string folder) => folder.Length > 0 && name.StartsWith($"{folder.TrimEnd('/')}/", StringComparison.Ordinal);

    private static bool Matches(string pattern, string name) => MatcherOf(WithoutExtension(pattern)).Match(name).HasMatches;

    private static string WithoutExtension(string word) =>
        word.EndsWith(ScenarioCatalog.Extension, StringComparison.Ordinal) ? word[..^ScenarioCatalog.Extension.Length] : word;

    private static Matcher MatcherOf(string pattern)
    {
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddInclude(pattern);
        return matcher;
    }

    private IReadOnlyList<string> FilesOf(string word)
    {
        // Paths above the first segment with a star are of a folder, so that absolute patterns and those with .. are found, too.
        var (folder, pattern) = IsPattern(word) ? Split(word) : (word, $"**/*{ScenarioCatalog.Extension}");
        return !Directory.Exists(folder) ? [] :
        [
            .. MatcherOf(pattern).GetResultsInFullPath(folder)
                .Where(file => file.EndsWith(ScenarioCatalog.Extension, StringComparison.Ordinal) && catalog.IsScenarioOrForeign(file))
                .Select(file => Path.IsPathRooted(word) ? file : Path.GetRelativePath(Environment.CurrentDirectory, file)).Order(StringComparer.Ordinal),
        ];
    }

    private static (string Folder, string Pattern) Split(string word)
    {
        var slash = word.LastIndexOf('/', word.IndexOf('*', StringComparison.Ordinal));
        return slash < 0 ? (".", word) : (slash == 0 ? "/" : word[..slash], word[(slash + 1)..]);
    }
}
