using LoadLab.Kernel.Abi;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>Processor time of the calling thread: what work costs, however long it had to wait for a processor.</summary>
/// <remarks>Unit: nanoseconds, user and system time together. Kernel: CLOCK_THREAD_CPUTIME_ID, kernel/time/posix-cpu-timers.c; clock_gettime(2).</remarks>
public static class ThreadTime
{
    /// <summary>Used by the calling thread so far.</summary>
    public static unsafe Nanoseconds Used
    {
        get
        {
            timespec now;
            _ = Libc.clock_gettime(Constants.CLOCK_THREAD_CPUTIME_ID, &now);
            return new Nanoseconds((now.tv_sec * 1_000_000_000) + now.tv_nsec);
        }
    }
}
