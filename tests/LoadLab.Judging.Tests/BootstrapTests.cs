namespace LoadLab.Judging.Tests;

/// <summary>Intervals of medians.</summary>
public class BootstrapTests
{
    [Fact]
    public void NineteenOfTwentyIntervalsHoldTheTrueMedian()
    {
        // 400 samples of 60, uniform around 1.
        var random = new Random(4713);
        var holding = Enumerable.Range(0, 400).Count(_ =>
        {
            var (low, high) = Bootstrap.OfMedian([.. Enumerable.Range(0, 60).Select(_ => 0.9 + (0.2 * random.NextDouble()))]);
            return low <= 1 && 1 <= high;
        });
        Assert.InRange(holding, 370, 395);
    }

    [Fact]
    public void WhatNeverVariesHasAnIntervalOfOneValue() => Assert.Equal((3, 3), Bootstrap.OfMedian([3, 3, 3, 3]));
}
