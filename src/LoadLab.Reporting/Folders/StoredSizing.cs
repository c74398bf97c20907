using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>A sizing read back from its folder.</summary>
public static class StoredSizing
{
    /// <summary>size.json of a folder; null when there is none that can be read.</summary>
    public static SizingDocument? TryOpen(string folder) =>
        StoredDocument.Read(folder, FolderNames.Sizing, ModelJson.Default.SizingDocument, out _) is { Points.IsDefault: false,
            Conditions.IsDefaultOrEmpty: false } sizing ? sizing : null;
}
