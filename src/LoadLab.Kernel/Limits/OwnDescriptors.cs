using LoadLab.Kernel.Abi;
using LoadLab.Model;
using Microsoft.Win32.SafeHandles;

namespace LoadLab.Kernel;

/// <summary>This process's open descriptors, counted also when it is at its fd limit: the directory is opened once and read again.</summary>
/// <remarks>
/// Unit: descriptors, the one that this holds included. Not thread-safe where it is not cheap: one directory stream.
/// Since 6.2 the directory's st_size is their number (fs/proc/fd.c proc_fd_getattr, f1f1f2569901), which costs one call whatever it is; before, it is
/// 0 and they are listed.
/// Kernel: fs/proc/fd.c proc_readfd_common, which lists "." and ".." first; seen on 6.18.
/// </remarks>
public sealed class OwnDescriptors : IDisposable
{
    private const int Dots = 2;
    private readonly OpenDirectory directory;
    private readonly SafeFileHandle descriptor;

    /// <summary>Opens /proc/self/fd.</summary>
    /// <exception cref="KernelException">There is no /proc of this pid namespace, or no descriptor is left.</exception>
    public OwnDescriptors()
        : this("/proc/self/fd")
    {
    }

    internal OwnDescriptors(string path)
    {
        directory = new OpenDirectory(path);
        descriptor = new SafeFileHandle(directory.Fd, ownsHandle: false);
    }

    /// <summary>True where <see cref="Count"/> is one call whatever their number, and any thread may make it.</summary>
    public bool IsCheap => RandomAccess.GetLength(descriptor) > 0;

    /// <summary>How many are open now.</summary>
    public long Count() => RandomAccess.GetLength(descriptor) is > 0 and var size ? size : Math.Max(0, directory.Entries() - Dots);

    /// <inheritdoc/>
    public void Dispose()
    {
        descriptor.Dispose();
        directory.Dispose();
    }

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

        public int Fd => Libc.dirfd(handle);

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
