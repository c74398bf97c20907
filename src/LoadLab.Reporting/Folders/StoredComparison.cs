using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>A comparison read back from its folder.</summary>
public static class StoredComparison
{
    /// <summary>compare.json of a folder; null when there is none that can be read, with the reason where there is one.</summary>
    public static ComparisonDocument? TryOpen(string folder, out string? problem)
    {
        var comparison = StoredDocument.ReadIfThere<ComparisonDocument>(folder, FolderNames.Comparison, out problem);
        if (comparison is { Tunings.IsEmpty: true })
        {
            (comparison, problem) = (null, StoredDocument.Damaged(FolderNames.Comparison, "it has no tunings"));
        }

        return comparison;
    }
}
