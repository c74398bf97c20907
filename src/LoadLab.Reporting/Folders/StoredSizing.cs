using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>A sizing read back from its folder.</summary>
public static class StoredSizing
{
    /// <summary>size.json of a folder; null when there is none that can be read, with the reason where there is one.</summary>
    public static SizingDocument? TryOpen(string folder, out string? problem)
    {
        var sizing = StoredDocument.ReadIfThere<SizingDocument>(folder, FolderNames.Sizing, out problem);
        if (sizing is { Conditions.IsEmpty: true })
        {
            (sizing, problem) = (null, StoredDocument.Damaged(FolderNames.Sizing, "it has no conditions"));
        }

        return sizing;
    }
}
