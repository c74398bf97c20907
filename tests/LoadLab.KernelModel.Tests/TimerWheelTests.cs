using LoadLab.KernelModel.Rules;
using LoadLab.Model;

namespace LoadLab.KernelModel.Tests;

public class TimerWheelTests
{
    [Theory]
    [InlineData(100, 1, 1.080, 1.1)]
    [InlineData(250, 1, 1.032, 1.045)]
    [InlineData(1000, 1, 1.064, 1.075)]
    [InlineData(250, 32, 33.8, 34.1)]
    public void SlotsOfATickRateBoundALateTimer(int ticksPerSecond, double timeout, double seen, double most) =>
        Assert.InRange(TimerWheel.Latest(Nanoseconds.FromSeconds(timeout), ticksPerSecond).Seconds, seen, most);

    [Fact]
    public void UnknownTickRateIsTheWorstOfTheUsualOnes()
    {
        foreach (var timeout in new[] { 0.2, 1, 2, 4, 8, 60 }.Select(Nanoseconds.FromSeconds))
        {
            Assert.All([100, 250, 300, 1000], ticks => Assert.True(TimerWheel.Latest(timeout, ticks) <= TimerWheel.Latest(timeout, null)));
        }
    }

    [Theory]
    [InlineData(250, 0.195)]
    [InlineData(100, 0.185)]
    public void TimerComesAtMostTwoTicksEarly(int ticksPerSecond, double seen) => Assert.InRange(seen, 0.2 - TimerWheel.Lag(ticksPerSecond).Seconds, 0.2);

    [Fact]
    public void ClockOfTheWheelNeverLeavesTheBounds()
    {
        foreach (var ticks in new[] { 100, 250, 1000 })
        {
            for (var phase = 0; phase < 600; phase += 7)
            {
                foreach (var timeout in new[] { 0.05, 0.2, 0.4, 1, 2, 4, 16, 60 }.Select(Nanoseconds.FromSeconds))
                {
                    var fires = new WheelClock(ticks, phase).FiresAt(Nanoseconds.Zero, timeout);
                    Assert.InRange(fires.Value, timeout.Value, TimerWheel.Latest(timeout, ticks).Value);
                }
            }
        }
    }
}
