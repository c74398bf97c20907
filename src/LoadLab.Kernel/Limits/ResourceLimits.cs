using LoadLab.Kernel.Abi;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>Soft and hard limit. <see cref="long.MaxValue"/> is unlimited.</summary>
public readonly record struct SoftAndHard(long Soft, long Hard);

/// <summary>RLIMIT_NOFILE of this or another process, by prlimit(2), and the descriptors it has open.</summary>
/// <remarks>
/// CoreCLR raises its own soft limit to the hard one at start-up, so a role's limit is lowered from outside once it is ready. Kernel: kernel/sys.c
/// do_prlimit, fs/file.c alloc_fd.
/// </remarks>
public static unsafe class ResourceLimits
{
    /// <summary>RLIMIT_NOFILE of a process, 0 for this one; null when it does not exist or may not be asked.</summary>
    public static SoftAndHard? Nofile(int pid)
    {
        rlimit now;
        return Libc.prlimit(pid, Constants.RLIMIT_NOFILE, null, &now) == 0 ? new SoftAndHard(Signed(now.rlim_cur), Signed(now.rlim_max)) : null;
    }

    /// <summary>Sets both. Errors: EPERM to raise the hard one without CAP_SYS_RESOURCE or beyond fs.nr_open, EINVAL for soft over hard, ESRCH.</summary>
    public static SyscallResult SetNofile(int pid, SoftAndHard limits)
    {
        var next = new rlimit { rlim_cur = (ulong)limits.Soft, rlim_max = (ulong)limits.Hard };
        return Libc.Result(Libc.prlimit(pid, Constants.RLIMIT_NOFILE, &next, null));
    }

    private static long Signed(ulong value) => value > long.MaxValue ? long.MaxValue : (long)value;
}
