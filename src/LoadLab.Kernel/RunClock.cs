using System.Diagnostics;
using LoadLab.Kernel.Abi;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>Time since a run's start on CLOCK_MONOTONIC, the one clock that all processes of a run share.</summary>
/// <param name="EpochNs">CLOCK_MONOTONIC at moment 0.</param>
/// <remarks>Unit: nanoseconds. .NET's Stopwatch reads the same clock: clock_gettime(2), CLOCK_MONOTONIC.</remarks>
public readonly record struct RunClock(long EpochNs)
{
    /// <summary>CLOCK_MONOTONIC now.</summary>
    public static long MonotonicNs => Stopwatch.Frequency == 1_000_000_000
        ? Stopwatch.GetTimestamp()
        : (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));

    /// <summary>A clock that starts now.</summary>
    public static RunClock StartNew() => new(MonotonicNs);

    /// <summary>Since the run's start.</summary>
    public Nanoseconds Now => new(MonotonicNs - EpochNs);

    /// <summary>Sleeps until a moment of the run; returns at once when it is over. Early never, late by the scheduler's wake-up.</summary>
    public unsafe void SleepUntil(Nanoseconds moment)
    {
        var at = moment.Value + EpochNs;
        var until = new timespec { tv_sec = at / 1_000_000_000, tv_nsec = at % 1_000_000_000 };
        while (MonotonicNs < at && Libc.clock_nanosleep(Constants.CLOCK_MONOTONIC, Constants.TIMER_ABSTIME, &until, null) == Errno.EINTR.Number)
        {
            // Interrupted by a signal: the deadline is absolute, so ask again.
        }
    }
}
