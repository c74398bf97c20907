using System.Text.RegularExpressions;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>What the kernel logged of its own limits so far.</summary>
/// <remarks>Kernel: fs/file_table.c alloc_empty_file.</remarks>
internal sealed partial class KernelLogSightings
{
    /// <summary>Lines that say that fs.file-max was reached.</summary>
    public long FileMaxLines { get; private set; }

    /// <summary>The limit that the last of them names; null without one.</summary>
    public long? FileMaxLimit { get; private set; }

    public void Fold(KernelLogged logged)
    {
        if (FileMaxReached().Match(logged.Line) is { Success: true } match && long.TryParse(match.Groups["limit"].ValueSpan, out var limit))
        {
            FileMaxLines++;
            FileMaxLimit = limit;
        }
    }

    public KernelLogSightings Copy() => new() { FileMaxLines = FileMaxLines, FileMaxLimit = FileMaxLimit };

    [GeneratedRegex(@"\bVFS: file-max limit (?<limit>[0-9]+) reached$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileMaxReached();
}
