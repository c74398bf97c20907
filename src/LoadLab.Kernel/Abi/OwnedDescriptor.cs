using LoadLab.Model;
using Microsoft.Win32.SafeHandles;

namespace LoadLab.Kernel.Abi;

/// <summary>A descriptor made by one of our own calls; closing it is its disposal.</summary>
internal sealed class OwnedDescriptor : SafeHandleMinusOneIsInvalid
{
    public OwnedDescriptor(int fd, string what)
        : base(ownsHandle: true)
    {
        if (fd < 0)
        {
            throw new KernelException(what, Libc.LastErrno);
        }

        SetHandle(fd);
    }

    /// <summary>The number, for calls made while the owner is alive.</summary>
    public int Fd => (int)handle;

    protected override bool ReleaseHandle() => Libc.close((int)handle) == 0;
}
