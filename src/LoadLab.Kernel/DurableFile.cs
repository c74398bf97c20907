using LoadLab.Kernel.Abi;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>Files that a reader finds old or new and whole, never half written, also after the machine has lost its power.</summary>
/// <remarks>
/// Written beside its name, flushed by fsync(2), renamed, and the folder flushed: a rename alone may reach the disk before the content does, or not at all.
/// Kernel: fs/sync.c; rename(2), fsync(2) NOTES.
/// </remarks>
public static class DurableFile
{
    // EIO, ENOSPC, EDQUOT.
    private static readonly Errno[] Failures = [new(5), new(28), new(122)];

    /// <summary>Writes a file in place of an older one. What was begun is removed when it cannot be written.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="name">Its name in it.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">It cannot be written: the disk is full, the folder read-only or gone.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Write(string folder, string name, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var temporary = Path.Combine(folder, $".{name}.{Environment.ProcessId}");
        try
        {
            using (var file = new OutputFile(temporary, FileMode.Create, calledName: name))
            {
                write(file);
                file.Flush(toDisk: true);
            }

            File.Move(temporary, Path.Combine(folder, name), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw;
        }

        SyncFolder(folder);
    }

    /// <summary>Flushes a folder's entries to the disk. Where the file system has no such thing (EINVAL) or is read-only, nothing is to be done.</summary>
    /// <exception cref="IOException">The folder is gone, or the disk fails (EIO, ENOSPC, EDQUOT).</exception>
    public static void SyncFolder(string folder)
    {
        var directory = Libc.opendir(folder);
        if (directory == 0)
        {
            throw new IOException($"{folder} cannot be opened: {Libc.LastErrno}");
        }

        var synced = Libc.Result(Libc.fsync(Libc.dirfd(directory)));
        _ = Libc.closedir(directory);
        if (!synced.IsOk && Array.Exists(Failures, errno => errno == synced.Errno))
        {
            throw new IOException($"{folder} cannot be flushed: {synced.Errno}");
        }
    }

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its folder is read-only by now; the first error is the one to tell.
        }
    }
}
