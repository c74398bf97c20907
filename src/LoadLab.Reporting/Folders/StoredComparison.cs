using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>A comparison read back from its folder.</summary>
public static class StoredComparison
{
    /// <summary>compare.json of a folder; null when there is none that can be read.</summary>
    public static ComparisonDocument? TryOpen(string folder) =>
        StoredDocument.Read(folder, FolderNames.Comparison, ModelJson.Default.ComparisonDocument, out _) is { Tunings.IsDefaultOrEmpty: false,
            Differences.IsDefault: false } comparison ? comparison : null;
}
