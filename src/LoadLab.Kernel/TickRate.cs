using LoadLab.Kernel.Abi;

namespace LoadLab.Kernel;

/// <summary>HZ: how often a second the kernel's timer wheel turns.</summary>
public static class TickRate
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Of the kernel that this process runs on.</summary>
    /// <remarks>
    /// Unit: ticks a second. Absent: null where the kernel has no coarse clock. Kernel: kernel/time/posix-timers.c posix_get_coarse_res
    /// (KTIME_LOW_RES, 1/HZ); measured on 6.18: 4 ms.
    /// </remarks>
    public static unsafe int? PerSecond
    {
        get
        {
            timespec resolution;
            return Libc.clock_getres(Constants.CLOCK_MONOTONIC_COARSE, &resolution) == 0 && resolution is { tv_sec: 0, tv_nsec: > 0 }
                ? (int)(NanosecondsPerSecond / resolution.tv_nsec) : null;
        }
    }
}
