using System.Text.Json;
using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>A comparison read back from its folder.</summary>
public static class StoredComparison
{
    /// <summary>compare.json of a folder; null when there is none that can be read.</summary>
    public static ComparisonDocument? TryOpen(string folder)
    {
        try
        {
            using var stream = File.OpenRead(Path.Combine(folder, FolderNames.Comparison));
            return JsonSerializer.Deserialize(stream, ModelJson.Default.ComparisonDocument) is { Tunings.IsDefaultOrEmpty: false, Differences.IsDefault: false } comparison ? comparison : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException or NotSupportedException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
