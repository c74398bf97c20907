using System.Runtime.InteropServices;

namespace LoadLab.Kernel.Abi;

/// <summary>Memory that is shared with the kernel, and the clocks and the interface that a packet ring needs.</summary>
internal static unsafe partial class Libc
{
    /// <summary>What mmap(2) answers when it fails.</summary>
    public const nint MapFailed = -1;

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint mmap(nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int munmap(nint address, nuint length);

    [LibraryImport("libc")]
    public static partial int clock_gettime(int clock, timespec* now);

    [LibraryImport("libc")]
    public static partial int clock_getres(int clock, timespec* resolution);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint if_nametoindex(string name);
}
