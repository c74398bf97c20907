using LoadLab.Kernel.Abi;
using LoadLab.Model;
using Microsoft.Win32.SafeHandles;

namespace LoadLab.Kernel;

/// <summary>This process's open descriptors, counted also when it is at its fd limit: the directory is opened once and read again.</summary>
/// <remarks>
/// Unit: descriptors, the one that this holds included. Not thread-safe: one directory stream.
/// Kernel: fs/proc/fd.c proc_readfd_common, which lists "." and ".." first; seen on 6.18.
/// </remarks>
public sealed class OwnDescriptors : IDisposable
{
    private const int Dots = 2;
    private readonly OpenDirectory directory;

    /// <summary>Opens /proc/self/fd.</summary>
    /// <exception cref="KernelException">There is no /proc of this pid namespace, or no descriptor is left.</exception>
    public OwnDescriptors() => directory = new OpenDirectory("/proc/self/fd");

    /// <summary>How many are open now.</summary>
    public long Count() => Math.Max(0, directory.Entries() - Dots);

    /// <inheritdoc/>
    public void Dispose() => directory.Dispose();

    private sealed unsafe class OpenDirectory : SafeHandleZeroOrMinusOneIsInvalid
    {
        public OpenDirectory(string path)
            : base(ownsHandle: true)
        {
            SetHandle(Libc.opendir(path));
            if (IsInvalid)
            {
                throw new KernelException($"opendir {path}", Libc.LastErrno);
            }
        }

        public long Entries()
        {
            Libc.rewinddir(handle);
            var entries = 0L;
            while (Libc.readdir(handle) is not null)
            {
                entries++;
            }

            return entries;
        }

        protected override bool ReleaseHandle() => Libc.closedir(handle) == 0;
    }
}
