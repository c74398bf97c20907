using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>How late the kernel's timers may be: its wheel keeps far timers in coarse slots and fires at a slot's end, never before the time asked.</summary>
/// <remarks>
/// Level n holds timers up to 63 × 8ⁿ ticks ahead in slots of 8ⁿ ticks. The tick is not to be read at run time, so the worst of the usual ones (250 and 1000 a second) is taken.
/// Kernel: kernel/time/timer.c calc_wheel_index, LVL_GRAN. Measured on 6.18 at 250 ticks a second: 1 s is up to 1.032 s, 32 s was 33.8 s.
/// </remarks>
public static class TimerWheel
{
    private const int SlotsOfLevel = 63;
    private static readonly int[] TicksPerSecond = [250, 1000];

    /// <summary>What a busy machine adds before the expired timer's handler runs.</summary>
    private static readonly Nanoseconds SoftirqDelay = Nanoseconds.FromMilliseconds(5);

    /// <summary>The latest moment at which a timer of this length does its work.</summary>
    public static Nanoseconds Latest(Nanoseconds timeout) => timeout + new Nanoseconds(TicksPerSecond.Max(hz => LatenessNs(timeout, hz))) + SoftirqDelay;

    private static long LatenessNs(Nanoseconds timeout, int hz)
    {
        var tickNs = 1_000_000_000L / hz;
        var ticks = (timeout.Value + tickNs - 1) / tickNs;
        var slotTicks = 1L;
        while (ticks >= SlotsOfLevel * slotTicks)
        {
            slotTicks *= 8;
        }

        return (slotTicks + 1) * tickNs;
    }
}
