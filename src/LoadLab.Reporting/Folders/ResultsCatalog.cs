using System.Globalization;
using System.Text.RegularExpressions;
using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>The folder of all results: which runs and comparisons it has, and which of them can go.</summary>
/// <remarks>What is no result of LoadLab is neither listed nor touched: a result has a name as <see cref="FolderNames.Of"/> makes it, is no link, and has nothing in it but what LoadLab writes.</remarks>
public static partial class ResultsCatalog
{
    // Held open, and so locked, while a comparison goes on; a run's observations are held likewise. A lock ends with its process, however that one died.
    private const string GoingOn = ".going-on";

    private static readonly string[] OfRun = [FolderNames.Host, FolderNames.Plan, FolderNames.Run, FolderNames.Observations, FolderNames.Report, "subject.log"];
    private static readonly string[] OfComparison = [FolderNames.Comparison, FolderNames.ComparisonText, FolderNames.Report, GoingOn];

    /// <summary>Says, until it is disposed, that a comparison's folder is still being filled.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static FileStream MarkGoingOn(string folder) =>
        new(Path.Combine(folder, GoingOn), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);

    /// <summary>All results, the newest first.</summary>
    public static IReadOnlyList<StoredResult> List(string results) => !Directory.Exists(results)
        ? []
        : [.. Directory.EnumerateDirectories(results).Select(TryRead).OfType<StoredResult>().OrderByDescending(one => one.Started).ThenByDescending(one => one.Name, StringComparer.Ordinal)];

    /// <summary>Which results go when so many are kept: the oldest ones, and none that goes on. The newest first.</summary>
    public static IReadOnlyList<StoredResult> Superfluous(IReadOnlyList<StoredResult> newestFirst, int keep) => [.. newestFirst.Skip(keep).Where(one => !one.IsGoingOn)];

    /// <summary>Why a result may not be removed, as half a sentence; null when it may.</summary>
    public static string? Obstacle(StoredResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Foreign(result.Path, result.IsComparison) is { } foreign ? $"it has {foreign}, which is not LoadLab's" : IsGoingOn(result.Path) ? "it goes on" : null;
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
        var name = Path.GetFileName(path);
        if (Form().Match(name) is not { Success: true } match || new DirectoryInfo(path).LinkTarget is not null
            || !DateTimeOffset.TryParseExact(match.Groups["at"].Value, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var started))
        {
            return null;
        }

        var goesOn = IsGoingOn(path);
        if (File.Exists(Path.Combine(path, FolderNames.Plan)))
        {
            return Run(path, name, started, goesOn);
        }

        return match.Groups["compare"].Success && RunsOf(path).ToList() is { } runs && (runs.Count > 0 || File.Exists(Path.Combine(path, FolderNames.Comparison)) || goesOn)
            ? Comparison(path, name, started, goesOn, runs)
            : null;
    }

    private static StoredResult Run(string path, string name, DateTimeOffset started, bool goesOn)
    {
        var run = StoredRun.Open(path).Run;
        var words = goesOn ? "going on" : run is null ? $"{FolderNames.Run} cannot be read" : run.Finished ? "" : $"unfinished: {run.Unfinished ?? "it did not get to its end"}";
        return new StoredResult(name, path, run?.Started ?? started, run?.Scenario ?? "", IsComparison: false, goesOn, goesOn ? null : run?.Verdict, words, Bytes(path));
    }

    private static StoredResult Comparison(string path, string name, DateTimeOffset started, bool goesOn, List<string> runs)
    {
        var comparison = StoredComparison.TryOpen(path);
        var scenario = comparison?.Scenario ?? runs.Select(run => StoredRun.Open(run).Run?.Scenario).FirstOrDefault(one => one is not null) ?? "";
        Outcome? verdict = goesOn || comparison is null ? null : comparison.Failed.IsEmpty ? Outcome.Held : Outcome.Broken;
        var tunings = comparison is null ? $"comparison, {runs.Count} runs" : $"comparison of {string.Join(", ", comparison.Tunings.Select(tuning => tuning.Name))}, {runs.Count} runs";
        return new StoredResult(name, path, started, scenario, IsComparison: true, goesOn, verdict, goesOn ? $"{tunings}, going on" : comparison is null ? $"{tunings}, unfinished" : tunings, Bytes(path));
    }

    private static IEnumerable<string> RunsOf(string comparison) => Directory.EnumerateDirectories(comparison).SelectMany(Directory.EnumerateDirectories).Where(run => File.Exists(Path.Combine(run, FolderNames.Plan)));

    private static bool IsGoingOn(string path) =>
        IsLocked(Path.Combine(path, FolderNames.Observations)) || IsLocked(Path.Combine(path, GoingOn))
        || (Directory.Exists(path) && !File.Exists(Path.Combine(path, FolderNames.Plan)) && RunsOf(path).Any(run => IsLocked(Path.Combine(run, FolderNames.Observations))));

    private static bool IsLocked(string file)
    {
        try
        {
            using var probe = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Locked by the one who writes it, or not ours to read: either way it is left alone.
            return true;
        }
    }

    /// <summary>The first thing in a result's folder that LoadLab does not write; null when there is none.</summary>
    private static string? Foreign(string path, bool isComparison)
    {
        foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos())
        {
            var isRunsFolder = isComparison && entry is DirectoryInfo { LinkTarget: null };
            if (isRunsFolder)
            {
                var inner = ((DirectoryInfo)entry).EnumerateFileSystemInfos().Select(run => run is DirectoryInfo { LinkTarget: null } && Form().IsMatch(run.Name.TrimStart('.')) ? Foreign(run.FullName, isComparison: false) : run.Name).FirstOrDefault(one => one is not null);
                if (inner is not null)
                {
                    return $"{entry.Name}/{inner}";
                }
            }
            else if (entry is not FileInfo { LinkTarget: null } || !IsOurs(entry.Name, isComparison))
            {
                return entry.Name;
            }
        }

        return null;
    }

    // A document that was being written when its process was killed lies beside its name, with a dot before it.
    private static bool IsOurs(string name, bool isComparison) =>
        (isComparison ? OfComparison : OfRun).Any(own => name == own || name.StartsWith($".{own}.", StringComparison.Ordinal))
        || (!isComparison && name.StartsWith("trace", StringComparison.Ordinal) && name.EndsWith(".pcapng", StringComparison.Ordinal));

    private static long Bytes(string path) => new DirectoryInfo(path).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Sum(file => file.Length);

    [GeneratedRegex(@"^(?<at>\d{8}T\d{6}Z)-(?<compare>compare-)?[a-z0-9.-]+-[0-9a-f]{4}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
