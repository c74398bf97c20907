namespace LoadLab.Reporting;

/// <summary>A file of a results folder, opened for reading so that it cannot hang.</summary>
internal static class FolderFile
{
    /// <summary>Opens it, also while it is still written.</summary>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Stream OpenRead(string path, int bufferSize = 4096) => IsEmptyOrPipe(path)
        ? Stream.Null
        : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize);

    /// <summary>
    /// True for a FIFO, which would be waited for until it is opened for writing. Like an empty file it has length 0 (stat(2)); neither needs to
    /// be opened.
    /// </summary>
    public static bool IsEmptyOrPipe(string path) =>
        (File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path)) is FileInfo { Exists: true, Length: 0 };
}
