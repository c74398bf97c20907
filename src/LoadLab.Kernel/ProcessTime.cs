using LoadLab.Kernel.Abi;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>Processor time of the calling process, all threads.</summary>
/// <remarks>Unit: nanoseconds, user and system time together. Kernel: CLOCK_PROCESS_CPUTIME_ID, kernel/time/posix-cpu-timers.c; clock_gettime(2).</remarks>
public static class ProcessTime
{
    /// <summary>Used so far.</summary>
    public static unsafe Nanoseconds Used
    {
        get
        {
            timespec now;
            _ = Libc.clock_gettime(Constants.CLOCK_PROCESS_CPUTIME_ID, &now);
            return new Nanoseconds((now.tv_sec * 1_000_000_000) + now.tv_nsec);
        }
    }
}
