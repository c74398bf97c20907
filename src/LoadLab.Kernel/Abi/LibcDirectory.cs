using System.Runtime.InteropServices;

namespace LoadLab.Kernel.Abi;

/// <summary>opendir(3) and its family: a directory that stays open can be read again where no descriptor is left to open it.</summary>
internal static unsafe partial class Libc
{
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint opendir(string name);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int dirfd(nint directory);

    [LibraryImport("libc", SetLastError = true)]
    public static partial void* readdir(nint directory);

    [LibraryImport("libc")]
    public static partial void rewinddir(nint directory);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int closedir(nint directory);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint readlink(string path, byte* target, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fsync(int fd);
}
