using System.Globalization;
using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>The folder of all results: which runs, comparisons and textbooks it has, and which of them can go.</summary>
/// <remarks>
/// What is no result of LoadLab is neither listed nor touched: a result has a name as <see cref="FolderNames.Of"/> makes it, is no link, and has
/// nothing in it but what LoadLab writes, or the tool that paced its clients.
/// </remarks>
public static class ResultsCatalog
{
    /// <summary>Says, until it is disposed, that a folder which is to have several runs is still being filled.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static FileStream MarkGoingOn(string folder) =>
        new(Path.Combine(folder, ResultShape.GoingOn), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);

    /// <summary>All results, the newest first.</summary>
    public static IReadOnlyList<StoredResult> List(string results) => !Directory.Exists(results)
        ? []
        : [.. Directory.EnumerateDirectories(results).Select(TryRead).OfType<StoredResult>().OrderByDescending(one => one.Started).ThenByDescending(
            one => one.Name, StringComparer.Ordinal)];

    /// <summary>Which results go when so many are kept: the oldest ones, and none that goes on. The newest first.</summary>
    public static IReadOnlyList<StoredResult> Superfluous(
        IReadOnlyList<StoredResult> newestFirst, int keep) => [.. newestFirst.Skip(keep).Where(one => !one.IsGoingOn)];

    /// <summary>Why a result may not be removed, as half a sentence; null when it may.</summary>
    public static string? Obstacle(StoredResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var shape = ResultShape.Of(result.Kind);
        return shape.Foreign(result.Path) is { } foreign ? $"it has {foreign}, which is not LoadLab's" : shape.IsGoingOn(result.Path) ? "it goes on" : null;
    }

    /// <summary>Removes a result's folder. It loses its name first, so that a half-removed one is not taken for a result.</summary>
    /// <exception cref="IOException">It cannot be removed, or not all of it.</exception>
    public static void Remove(StoredResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var going = Path.Combine(Path.GetDirectoryName(result.Path)!, $".{result.Name}.removed");
        Directory.Move(result.Path, going);
        Directory.Delete(going, recursive: true);
    }

    private static StoredResult? TryRead(string path)
    {
        if (ResultShape.OfFolder(path) is not { } shape || new DirectoryInfo(path).LinkTarget is not null
            || !DateTimeOffset.TryParseExact(ResultShape.StartOf(path), "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
                out var started))
        {
            return null;
        }

        var goesOn = shape.IsGoingOn(path);
        List<string> runs = [.. shape.RunsIn(path)];
        if (runs.Count == 0 && !goesOn && !File.Exists(Path.Combine(path, shape.Files[0])))
        {
            return null;
        }

        var (scenario, verdict, words) = shape.Kind switch
        {
            ResultKind.Run => Run(path, goesOn),
            ResultKind.Comparison => Comparison(path, goesOn, runs),
            ResultKind.Textbook => Textbook(path, goesOn, runs),
            ResultKind.Sizing => Sizing(path, goesOn, runs),
            ResultKind.Suite => Suite(path, goesOn, runs),
        };
        return new StoredResult(Path.GetFileName(path), path, started, scenario, shape.Kind, goesOn, goesOn ? null : verdict, words, Bytes(path));
    }

    private static (string Scenario, Outcome? Verdict, string Words) Run(string path, bool goesOn)
    {
        var run = StoredRun.Open(path).Run;
        var words = goesOn ? "going on" : run is null ? $"{FolderNames.Run} cannot be read" : run.Finished ? ""
            : $"unfinished: {run.Unfinished ?? "it did not get to its end"}";
        return (run?.Scenario ?? "", run?.Verdict, words);
    }

    private static (string Scenario, Outcome? Verdict, string Words) Comparison(string path, bool goesOn, List<string> runs)
    {
        var comparison = StoredComparison.TryOpen(path, out _);
        var scenario = comparison?.Scenario ?? runs.Select(run => StoredRun.Open(run).Run?.Scenario).FirstOrDefault(one => one is not null) ?? "";
        var tunings = comparison is null ? $"comparison, {runs.Count} runs"
            : $"comparison of {string.Join(", ", comparison.Tunings.Select(tuning => tuning.Name))}, {runs.Count} runs";
        return (scenario, comparison is null ? null : comparison.Failed.IsEmpty ? Outcome.Held : Outcome.Broken,
            Described(tunings, goesOn, comparison is not null));
    }

    private static (string Scenario, Outcome? Verdict, string Words) Textbook(string path, bool goesOn, List<string> runs)
    {
        var textbook = StoredTextbook.TryOpen(path, out _);
        var claims = textbook is null ? $"textbook, {runs.Count} runs" : $"{textbook.Claims.Length} claims: " + string.Join(", ", textbook.Claims
            .GroupBy(claim => claim.Outcome).OrderBy(group => group.Key).Select(group => $"{group.Count()} {ClaimWords.Of(group.Key)}"));
        return ("textbook", textbook?.Verdict, Described(claims, goesOn, textbook is { Finished: true }));
    }

    private static (string Scenario, Outcome? Verdict, string Words) Sizing(string path, bool goesOn, List<string> runs)
    {
        var sizing = StoredSizing.TryOpen(path, out _);
        var scenario = sizing?.Scenario ?? runs.Select(run => StoredRun.Open(run).Run?.Scenario).FirstOrDefault(one => one is not null) ?? "";
        var words = sizing is null ? $"sizing, {runs.Count} runs" : $"{sizing.Answer.TrimEnd('.')}, {runs.Count} runs";
        return (scenario, sizing?.Verdict, Described(words, goesOn, sizing is not null));
    }

    private static (string Scenario, Outcome? Verdict, string Words) Suite(string path, bool goesOn, List<string> runs)
    {
        var suite = StoredSuite.TryOpen(path, out _);
        var words = suite is null ? $"{runs.Count} runs" : $"{suite.Runs.Length} scenarios: {suite.Tally}";
        return (FolderNames.SuiteWord, suite?.Verdict, Described(words, goesOn, suite is { Finished: true }));
    }

    private static string Described(string what, bool goesOn, bool isWhole) => goesOn ? $"{what}, going on" : isWhole ? what : $"{what}, unfinished";

    // What is not ours to read is not counted: a size is for people.
    private static long Bytes(string path) =>
        new DirectoryInfo(path).EnumerateFiles("*",
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true }).Sum(
                file => file.Length);
}
