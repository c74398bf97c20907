using LoadLab.Kernel.Abi;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>The process's descriptor table as the kernel keeps it: an array that doubles whenever a descriptor does not fit in.</summary>
/// <remarks>
/// In a process of several threads whoever makes it double sleeps until all processors have forgotten the old one: fs/file.c expand_fdtable,
/// synchronize_rcu. That is 10 to 20 ms
/// for the 64th, 128th, 256th … descriptor (seen on 6.18), in the midst of socket(2) or accept4(2). It never shrinks, so one who makes it wide before
/// a load has paid for all of it.
/// </remarks>
public static class FdTable
{
    /// <summary>No wider than this: half a megabyte of the kernel's memory.</summary>
    private const int Widest = 1 << 16;

    /// <summary>Makes it as wide as the soft limit allows, up to 65,536 places. A kernel that refuses leaves it as it is.</summary>
    public static void Widen()
    {
        var last = (int)Math.Min(ResourceLimits.Nofile(0)?.Soft ?? 0, Widest) - 1;
        if (last < 0)
        {
            return;
        }

        using var any = new OwnedDescriptor(Libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket to be copied");
        var copy = Libc.fcntl(any.Fd, F_DUPFD_CLOEXEC, last);
        if (copy >= 0)
        {
            _ = Libc.close(copy);
        }
    }
}
