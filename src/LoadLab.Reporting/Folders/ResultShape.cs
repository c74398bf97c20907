using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>What a folder of the results is.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<ResultKind>))]
public enum ResultKind
{
    /// <summary>One run.</summary>
    Run,

    /// <summary>Several tunings, a folder of runs each.</summary>
    Comparison,

    /// <summary>The textbook, with the runs in which its claims were checked.</summary>
    Textbook,

    /// <summary>A search for the smallest setting that is enough, a folder of runs for each value.</summary>
    Sizing,

    /// <summary>Several scenarios, a run each.</summary>
    Suite,
}

/// <summary>What LoadLab writes into a folder of one kind, and how deep in it the runs lie. A new kind is a new row.</summary>
internal sealed partial record ResultShape(ResultKind Kind, string[] Files, int RunsAtDepth)
{
    /// <summary>
    /// Held open, and so locked, while what has several runs goes on; a run's observations are held likewise. A lock ends with its process, however that
    /// one died.
    /// </summary>
    public const string GoingOn = ".going-on";

    private static readonly ResultShape OfRun = new(ResultKind.Run, NamesOf(ResultFile.OfRun), 0);
    private static readonly ResultShape OfComparison = new(ResultKind.Comparison, NamesOf(ResultFile.OfComparison), 2);
    private static readonly ResultShape OfTextbook = new(ResultKind.Textbook, NamesOf(ResultFile.OfTextbook), 1);
    private static readonly ResultShape OfSizing = new(ResultKind.Sizing, NamesOf(ResultFile.OfSizing), 2);
    private static readonly ResultShape OfSuite = new(ResultKind.Suite, NamesOf(ResultFile.OfSuite), 1);

    /// <summary>The shape of a kind.</summary>
    public static ResultShape Of(ResultKind kind) => kind switch
    {
        ResultKind.Run => OfRun,
        ResultKind.Comparison => OfComparison,
        ResultKind.Textbook => OfTextbook,
        ResultKind.Sizing => OfSizing,
        ResultKind.Suite => OfSuite,
    };

    /// <summary>The shape of a folder with such a name; null when no result of LoadLab's is called like that.</summary>
    public static ResultShape? OfFolder(string path) =>
        Form().Match(Path.GetFileName(path)) is not { Success: true } match ? null
        : File.Exists(Path.Combine(path, FolderNames.Plan)) ? OfRun
        : match.Groups["compare"].Success ? OfComparison
        : match.Groups["textbook"].Success ? OfTextbook
        : match.Groups["size"].Success ? OfSizing
        : match.Groups["suite"].Success ? OfSuite
        : null;

    /// <summary>When a result began, by its folder's name: <c>20260102T030405Z</c>.</summary>
    public static string StartOf(string path) => Form().Match(Path.GetFileName(path)).Groups["at"].Value;

    /// <summary>The runs in such a folder; the folder itself when it is one.</summary>
    public IEnumerable<string> RunsIn(string path)
    {
        IEnumerable<string> folders = [path];
        for (var depth = 0; depth < RunsAtDepth; depth++)
        {
            folders = folders.SelectMany(Directory.EnumerateDirectories);
        }

        return folders.Where(run => File.Exists(Path.Combine(run, FolderNames.Plan)));
    }

    /// <summary>True while it is being filled.</summary>
    public bool IsGoingOn(string path) =>
        Directory.Exists(path) && (IsLocked(Path.Combine(path, GoingOn)) || RunsIn(path).Any(run => IsLocked(Path.Combine(run, FolderNames.Observations))));

    /// <summary>The first thing in such a folder that LoadLab does not write; null when there is none.</summary>
    public string? Foreign(string path) => Foreign(path, RunsAtDepth);

    private static string[] NamesOf(IEnumerable<ResultFile> files) => [.. files.Select(file => file.Name)];

    private string? Foreign(string path, int depth)
    {
        foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos())
        {
            var foreign = entry switch
            {
                { LinkTarget: not null } => entry.Name,
                DirectoryInfo when depth == 0 => entry.Name == FolderNames.ToolReports && IsPacedByATool(path) ? null : entry.Name,
                DirectoryInfo when depth == 1 => Form().IsMatch(entry.Name.TrimStart('.')) ? Within(entry.Name, OfRun.Foreign(entry.FullName)) : entry.Name,
                DirectoryInfo => Within(entry.Name, Foreign(entry.FullName, depth - 1)),

                // Only the folder itself has the kind's files: those between it and the runs have none.
                _ => depth == RunsAtDepth && IsOurs(entry.Name) ? null : entry.Name,
            };
            if (foreign is not null)
            {
                return foreign;
            }
        }

        return null;
    }

    private static bool IsPacedByATool(string run) => StoredRun.Open(run).Plan?.Variants.Any(variant => variant.Declared.Swarm.PacedBy is not null) ?? false;

    private static string? Within(string folder, string? foreign) => foreign is null ? null : $"{folder}/{foreign}";

    // A document that was being written when its process was killed lies beside its name, with a dot before it.
    private bool IsOurs(string name) =>
        Array.Exists(Files, own => name == own || name.StartsWith($".{own}.", StringComparison.Ordinal))
        || (Kind == ResultKind.Run && name.StartsWith("trace", StringComparison.Ordinal) && name.EndsWith(".pcapng", StringComparison.Ordinal));

    private static bool IsLocked(string file)
    {
        try
        {
            // For writing, too, a FIFO is opened without waiting for its other end (fifo(7)).
            using var opened = new FileStream(file, FileMode.Open, FolderFile.IsEmptyOrPipe(file) ? FileAccess.ReadWrite : FileAccess.Read, FileShare.None);
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

    [GeneratedRegex(
        @"^(?<at>\d{8}T\d{6}Z)-"
            + "((?<compare>compare-)|(?<size>size-)|(?<textbook>textbook-(?=[0-9a-f]{4}$))|(?<suite>suite-(?=[0-9a-f]{4}$)))?"
            + "([a-z0-9.-]+-)?[0-9a-f]{4}$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
