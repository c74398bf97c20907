using LoadLab.Model;

namespace LoadLab.KernelModel.Tests;

public sealed class WheelClockTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(250)]
    [InlineData(1000)]
    public void NoTimerFiresEarlyNorLaterThanTheRuleOfTheWheelSays(int hz)
    {
        var random = new Random(hz);
        for (var i = 0; i < 20_000; i++)
        {
            var wheel = new WheelClock(hz, random.Next(4096), random.NextDouble());
            var now = new Nanoseconds(random.NextInt64(100_000_000_000));
            var timeout = new Nanoseconds(random.NextInt64(1_000_000, 130_000_000_000));
            var took = wheel.FiresAt(now, timeout) - now;
            var slotTicks = 1L;
            var tickNs = 1_000_000_000L / hz;
            while ((timeout.Value + tickNs - 1) / tickNs >= 63 * slotTicks)
            {
                slotTicks *= 8;
            }

            Assert.InRange(took.Value, timeout.Value - tickNs, timeout.Value + ((slotTicks + 1) * tickNs));
        }
    }

    // Seen at 250 ticks a second: five clients, 10 ms apart, all gave up after 1,010 ms without having sent a second SYN.
    [Fact]
    public void AmongTheDrawsOfAReplayAreSomeWithinATick()
    {
        var second = Nanoseconds.FromSeconds(1);
        bool AreAllLate(Timing timing)
        {
            var wheel = new WheelClock(250, timing.WheelPhase, timing.TickShare, timing.TickLate);
            return Enumerable.Range(0, 5).Select(i => Nanoseconds.FromMilliseconds(10 * i))
                .All(begun => wheel.FiresAt(begun, second) - begun > second + Nanoseconds.FromMilliseconds(10));
        }

        Assert.DoesNotContain(Timing.Draws, AreAllLate);
        Assert.Contains(Timing.FurtherDraws(RunConditions.Planned, 60), AreAllLate);
    }

    [Fact]
    public void TimersOfOneSlotFireAtOneMoment()
    {
        var wheel = new WheelClock(250, 0);
        var second = Nanoseconds.FromSeconds(1);
        Assert.Equal(wheel.FiresAt(Nanoseconds.FromMilliseconds(33), second), wheel.FiresAt(Nanoseconds.FromMilliseconds(51), second));
        Assert.NotEqual(wheel.FiresAt(Nanoseconds.FromMilliseconds(33), second), wheel.FiresAt(Nanoseconds.FromMilliseconds(70), second));
    }
}
