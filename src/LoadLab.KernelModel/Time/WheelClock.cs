using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>When the kernel's timer wheel fires a timer: at the end of a slot, never early. Timers of one slot fire together.</summary>
/// <remarks>
/// Level n keeps timers up to 63 × 8ⁿ ticks ahead in slots of 8ⁿ ticks; a timer's moment is rounded up to the end of its slot.
/// Kernel: kernel/time/timer.c calc_wheel_index, calc_index, LVL_GRAN, LVL_START; include/linux/jiffies.h nsecs_to_jiffies. Measured on 6.18 at 250 ticks a
/// second: 1 s is 1.000 to 1.036 s.
/// </remarks>
/// <param name="ticksPerSecond">HZ.</param>
/// <param name="phase">The tick at the run's begin.</param>
/// <param name="share">How much of that tick had gone then, 0 to 1.</param>
/// <param name="late">By how much of a tick its softirq is late, 0 to 1.</param>
internal sealed class WheelClock(int ticksPerSecond, long phase, double share = 0, double late = 0)
{
    private const int SlotsOfLevel = 63;
    private const int BitsOfLevel = 3;
    private const int Levels = 9;
    private readonly long tickNs = 1_000_000_000L / ticksPerSecond;
    private readonly long gone = (long)(1_000_000_000L / ticksPerSecond * share);
    private readonly long lateNs = (long)(1_000_000_000L / ticksPerSecond * late);

    /// <summary>One tick.</summary>
    public Nanoseconds Tick => new(tickNs);

    /// <summary>The moment at which a timer armed at <paramref name="now"/> for <paramref name="timeout"/> fires.</summary>
    public Nanoseconds FiresAt(Nanoseconds now, Nanoseconds timeout)
    {
        var ticks = Math.Max(1, (timeout.Value + tickNs - 1) / tickNs);
        var expires = ((now.Value + gone) / tickNs) + phase + ticks;
        var shift = 0;
        for (var level = 1; level < Levels && ticks >= (long)SlotsOfLevel << (BitsOfLevel * (level - 1)); level++)
        {
            shift += BitsOfLevel;
        }

        var fires = ((expires >> shift) + 1) << shift;
        return new Nanoseconds(((fires - phase) * tickNs) - gone + lateNs);
    }
}
