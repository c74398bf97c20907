using System.CommandLine.Completions;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Runs;
using LoadLab.Runs.Sizing;
using LoadLab.Scenarios;

namespace LoadLab.Cli;

/// <summary>What a shell offers where a word is to be typed. None of them fails: where there is nothing to offer, there are no words.</summary>
internal static class CompletionWords
{
    private const int MostResults = 20;

    /// <summary>Names of scenarios. Until their folder is typed, the folders, so that the list stays short.</summary>
    public static IEnumerable<string> Scenarios(CompletionContext context) => ByFolder(new ScenarioCatalog(Paths.Scenarios).Names, context.WordToComplete);

    /// <summary>What <c>size</c> takes.</summary>
    public static IEnumerable<string> SizeTargetsAndScenarios(CompletionContext context) =>
        SizeTargets.All.Select(target => target.Name).Concat(Scenarios(context));

    /// <summary>Claims of the textbook.</summary>
    public static IEnumerable<string> Claims(CompletionContext context) =>
        ByFolder(Book.Load(Path.Combine(Paths.Scenarios, $"{Book.Name}.yaml")).Value?.SelectMany(chapter => chapter.Claims) ?? [], context.WordToComplete);

    /// <summary>Names of settings with an equals sign; after it the words that the setting takes.</summary>
    public static IEnumerable<string> Settings(CompletionContext context) => context.WordToComplete.Split('=', 2) is [var name, _]
        ? Model.Settings.All.FirstOrDefault(row => row.Name == name)?.WordsTaken?.Select(word => $"{name}={word}") ?? []
        : SettingNames(context).Select(known => $"{known}=");

    /// <summary>Names of settings.</summary>
    public static IEnumerable<string> SettingNames(CompletionContext context) => Model.Settings.All.Select(row => row.Name);

    /// <summary>Tunings.</summary>
    public static IEnumerable<string> Tunings(CompletionContext context) => new TuningCatalog(Path.Combine(Paths.Scenarios, "tunings")).Names;

    /// <summary>Kinds of sandboxes.</summary>
    public static IEnumerable<string> Sandboxes(CompletionContext context) => EnumWords<SandboxKind>.All;

    /// <summary>Variants of the scenario that is typed before.</summary>
    public static IEnumerable<string> Variants(CompletionContext context)
    {
        var catalog = new ScenarioCatalog(Paths.Scenarios);
        var names = catalog.Names;
        return context.ParseResult.Tokens.Where(token => names.Contains(token.Value)).Select(token => catalog.Resolve(token.Value).Value)
            .OfType<ScenarioReference>().SelectMany(one => ScenarioFile.Load(one.Path, one.Name, []).Value?.Variants ?? []).Select(variant => variant.Name)
            .Where(name => name.Length > 0);
    }

    /// <summary>The newest results' folders.</summary>
    public static IEnumerable<string> Results(CompletionContext context)
    {
        try
        {
            return [.. ResultsCatalog.List(Paths.Results).Take(MostResults).Select(one => Paths.Shown(one.Path))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static IEnumerable<string> ByFolder(IEnumerable<string> names, string typed) => typed.Contains('/', StringComparison.Ordinal)
        ? names
        : names.Select(name => name.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? name[..(slash + 1)] : name).Distinct();
}
