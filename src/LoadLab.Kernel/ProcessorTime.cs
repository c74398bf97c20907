using LoadLab.Kernel.Abi;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>Processor time of the caller: what work costs, however long it had to wait for a processor.</summary>
/// <remarks>Unit: nanoseconds, user and system time together. Kernel: kernel/time/posix-cpu-timers.c; clock_gettime(2).</remarks>
public static class ProcessorTime
{
    /// <summary>Used by the calling thread so far: CLOCK_THREAD_CPUTIME_ID.</summary>
    public static Nanoseconds OfThread => Read(Constants.CLOCK_THREAD_CPUTIME_ID);

    /// <summary>Used by all threads of the process so far: CLOCK_PROCESS_CPUTIME_ID.</summary>
    public static Nanoseconds OfProcess => Read(Constants.CLOCK_PROCESS_CPUTIME_ID);

    private static unsafe Nanoseconds Read(int clock)
    {
        timespec now;
        _ = Libc.clock_gettime(clock, &now);
        return new Nanoseconds((now.tv_sec * 1_000_000_000) + now.tv_nsec);
    }
}
