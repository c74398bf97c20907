using LoadLab.Kernel.Abi;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>How far CLOCK_REALTIME, which stamps packets, is from the monotonic clock of a run.</summary>
/// <remarks>
/// Unit: nanoseconds. The wall clock is read between two readings of the monotonic one; their distance is how far the answer may be off, and the
/// narrowest of all readings is kept.
/// Both clocks are slewed together (kernel/time/timekeeping.c), so the offset changes only when the wall clock is set: then a new reading
/// contradicts the old one and takes its place.
/// Not thread-safe.
/// </remarks>
public sealed class WallClockOffset
{
    private const int Tries = 5;
    private long uncertaintyNs;

    /// <summary>Reads both clocks.</summary>
    public WallClockOffset()
    {
        (OffsetNs, uncertaintyNs) = Read();
        for (var i = 1; i < Tries; i++)
        {
            _ = Refresh();
        }
    }

    /// <summary>CLOCK_REALTIME minus CLOCK_MONOTONIC.</summary>
    public long OffsetNs { get; private set; }

    /// <summary>The monotonic moment of a wall-clock moment.</summary>
    public long ToMonotonicNs(long realtimeNs) => realtimeNs - OffsetNs;

    /// <summary>Reads both clocks again.</summary>
    /// <returns>True when the wall clock has been set since the last reading.</returns>
    public bool Refresh()
    {
        var (offset, uncertainty) = Read();
        var wasSet = Math.Abs(offset - OffsetNs) > uncertainty + uncertaintyNs;
        if (wasSet || uncertainty < uncertaintyNs)
        {
            (OffsetNs, uncertaintyNs) = (offset, uncertainty);
        }

        return wasSet;
    }

    private static (long OffsetNs, long UncertaintyNs) Read()
    {
        var before = Now(CLOCK_MONOTONIC);
        var wall = Now(CLOCK_REALTIME);
        var after = Now(CLOCK_MONOTONIC);
        return (wall - before - ((after - before) / 2), ((after - before) / 2) + 1);
    }

    private static unsafe long Now(int clock)
    {
        timespec now;
        _ = Libc.clock_gettime(clock, &now);
        return (now.tv_sec * 1_000_000_000) + now.tv_nsec;
    }
}
