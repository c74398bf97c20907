using LoadLab.Model;

namespace LoadLab.KernelModel.Rules;

/// <summary>How late the kernel's timers may be: its wheel keeps far timers in coarse slots and fires at a slot's end, never before the time asked.</summary>
/// <remarks>
/// Level n holds timers up to 63 × 8ⁿ ticks ahead in slots of 8ⁿ ticks. HZ is the kernel's own, 1 / clock_getres(CLOCK_MONOTONIC_COARSE); where it is not
/// known the worst of the usual ones is taken.
/// A processor that handles its timer interrupt late arms timers by a tick that has passed: they come early by as much (a first retransmission was seen after
/// 0.195 s).
/// Kernel: kernel/time/timer.c calc_wheel_index, LVL_GRAN. Measured on 6.18 at 250 ticks a second: 1 s is up to 1.032 s, 32 s was 33.8 s; on 6.1 at 100: 1 s is
/// up to 1.080 s.
/// </remarks>
public static class TimerWheel
{
    private const int SlotsOfLevel = 63;
    private const int TicksOfLag = 2;
    private static readonly int[] UsualTicksPerSecond = [100, 250, 300, 1000];

    /// <summary>What a busy machine adds before the expired timer's handler runs.</summary>
    private static readonly Nanoseconds SoftirqDelay = Nanoseconds.FromMilliseconds(5);

    /// <summary>The latest moment at which a timer of this length does its work.</summary>
    /// <param name="timeout">Its length.</param>
    /// <param name="ticksPerSecond">HZ; null: not known.</param>
    public static Nanoseconds Latest(Nanoseconds timeout, int? ticksPerSecond) =>
        timeout + new Nanoseconds(ticksPerSecond is { } known ? LatenessNs(timeout, known) : UsualTicksPerSecond.Max(hz => LatenessNs(timeout, hz)))
            + SoftirqDelay;

    /// <summary>How much earlier than asked a timer can come.</summary>
    /// <param name="ticksPerSecond">HZ; null: not known.</param>
    public static Nanoseconds Lag(int? ticksPerSecond) => new(TicksOfLag * 1_000_000_000L / (ticksPerSecond ?? UsualTicksPerSecond.Min()));

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
