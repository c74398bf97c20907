using LoadLab.Model;
using LoadLab.Reporting.Html;
using LoadLab.Reporting.Series;

namespace LoadLab.Reporting.Tests;

public sealed class SeriesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void NoPeakIsLostHoweverManyValuesThereAre(int values)
    {
        var random = new Random(values);
        var trace = new BucketTrace(100);
        double most = 0;
        for (var i = 0; i < values; i++)
        {
            // One value in a thousand stands out, for one sample only.
            var value = random.Next(1000) == 0 ? random.Next(1_000_000) : random.Next(10);
            most = Math.Max(most, value);
            trace.Add(Nanoseconds.FromMilliseconds(10 * i), value);
        }

        Assert.Equal(most, trace.Most);
        Assert.Equal(most, trace.Points().Max(point => point.Value));
        Assert.InRange(trace.Points().Count(), 1, 400);
        Assert.Equal(most, trace.MostIn(0, values));
        Assert.True(trace.Points().Zip(trace.Points().Skip(1)).All(pair => pair.First.At <= pair.Second.At));
    }

    [Fact]
    public void BeforeItsFirstValueNothingIsKnown()
    {
        var trace = new BucketTrace();
        Assert.Null(trace.At(1));
        trace.Add(Nanoseconds.FromSeconds(2), 7);
        Assert.Equal((null, 7.0, 7.0), (trace.At(1), trace.At(2), trace.At(100)));
    }

    [Fact]
    public void WhatComesAfterTheLastPhaseIsNoPartOfASeries()
    {
        var series = new VariantSeries("load");
        foreach (var observation in Stored.Observations)
        {
            series.Fold(observation);
        }

        series.Fold(new CountersSeen(System.Collections.Immutable.ImmutableSortedDictionary<string, ulong>.Empty.Add("TcpExt.ListenDrops", 99), 0,
            []) { T = new(7_000) });
        Assert.Equal((3, 1, 1, 1), (series.Attempted.Last, series.Established.Last, series.Failed.Last, series.Pending.Last));
        Assert.Equal(3, series.Counters["TcpExt.ListenDrops"].Last);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 6)]
    [InlineData(63, 80)]
    [InlineData(28_200, 30_000)]
    public void AnAxisEndsAtARoundValueThatIsNotBelowTheGreatest(double most, double end) => Assert.Equal(end, Scale.UpTo(most).High);

    [Fact]
    public void ALogarithmicAxisHasAllDecadesAround()
    {
        var scale = Scale.Decades(0.00031, 1.2);
        Assert.Equal([0.0001, 0.001, 0.01, 0.1, 1, 10], scale.Ticks(8).Select(tick => Math.Round(tick, 6)));
        Assert.Equal((0, 1), (scale.Of(0.0001), scale.Of(10)));
        Assert.Equal(0.6, scale.Of(0.1), 6);
    }

    // A run's phases begin some tenths of a second after LoadLab does; a reader counts from the first of them.
    [Fact]
    public void TicksAreRoundAsCountedFromTheScalesZero()
    {
        var scale = new Scale(0.173, 1.373) { Zero = 0.173 };
        Assert.Equal([0, 0.2, 0.4, 0.6, 0.8, 1, 1.2], scale.Ticks(6).Select(tick => Math.Round(tick - scale.Zero, 6)));
        Assert.Equal(0, scale.Of(scale.Ticks(6).First()), precision: 9);
    }
}
