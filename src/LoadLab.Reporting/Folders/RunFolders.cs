namespace LoadLab.Reporting;

/// <summary>Where results are: a folder may be one, or have several in it.</summary>
public static class RunFolders
{
    /// <summary>The results folders that a folder means, by name: itself, or those in it; empty when there is none.</summary>
    public static IReadOnlyList<string> In(string folder) =>
        IsOne(folder) ? [folder]
        : Directory.Exists(folder) ? [.. Directory.GetDirectories(folder).Where(IsOne).Order(StringComparer.Ordinal)]
        : [];

    private static bool IsOne(string folder) => File.Exists(Path.Combine(folder, FolderNames.Run));
}
