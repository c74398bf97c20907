using FsCheck;
using FsCheck.Fluent;
using LoadLab.Model;
using Xunit;

namespace LoadLab.Swarm.Tests;

public class PacerTests
{
    [Fact]
    public void BurstStartsAllAtMomentZero()
    {
        var pacer = new Pacer(new SwarmSpec { Connections = 20 });
        Assert.Equal(Nanoseconds.Zero, pacer.IntendedStart(19));
        Assert.Null(pacer.IntendedStart(20));
        Assert.Equal(20, pacer.Count);
    }

    [Fact]
    public void RateGivesAsManyAsRateTimesTime() => Prop.ForAll<PositiveInt, PositiveInt>((rate, milliseconds) =>
    {
        var pacer = new Pacer(new SwarmSpec { Shape = LoadShape.Rate, Connections = 0, Rate = new Rate(rate.Get),
            For = Nanoseconds.FromMilliseconds(milliseconds.Get) });
        return Math.Abs(pacer.Count - (rate.Get * milliseconds.Get / 1000.0)) <= 1;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void ConnectOfIndexIStartsAtIOverTheRate() => Prop.ForAll<PositiveInt, NonNegativeInt>((rate, index) =>
    {
        var pacer = new Pacer(new SwarmSpec { Shape = LoadShape.Rate, Connections = 0, Rate = new Rate(rate.Get), For = Nanoseconds.FromSeconds(1e6) });
        return pacer.IntendedStart(index.Get) == Nanoseconds.FromSeconds((double)index.Get / rate.Get);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void MomentsNeverGoBackAndEndWithinTheLoad() => Prop.ForAll<PositiveInt, PositiveInt, PositiveInt>((from, to, milliseconds) =>
    {
        var spec = Ramp(from.Get * 10, to.Get * 10, milliseconds.Get * 20);
        var pacer = new Pacer(spec);
        var moments = Enumerable.Range(0, (int)pacer.Count).Select(index => pacer.IntendedStart(index)!.Value).ToList();
        return moments.SequenceEqual(moments.Order()) && moments.TrueForAll(moment => moment >= Nanoseconds.Zero && moment < spec.For);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void RampGivesAsManyAsTheIntegralOfItsRate() => Prop.ForAll<PositiveInt, PositiveInt, PositiveInt>((from, to, milliseconds) =>
    {
        var integral = (from.Get + to.Get) / 2.0 * milliseconds.Get * 50 / 1000;
        return Math.Abs(new Pacer(Ramp(from.Get, to.Get, milliseconds.Get * 50)).Count - integral) <= 1;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void RampReachesEachIndexWhenTheIntegralDoes() => Prop.ForAll<PositiveInt, PositiveInt>((from, to) =>
    {
        var pacer = new Pacer(Ramp(from.Get, to.Get, 10_000));
        var index = pacer.Count / 2;
        var t = pacer.IntendedStart(index)!.Value.Seconds;
        return Math.Abs((from.Get * t) + ((to.Get - from.Get) * t * t / 20) - index) < 0.001;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void AMomentThatRoundsToTheEndIsNone()
    {
        // The third connect is due half a nanosecond before the end.
        var pacer = new Pacer(new SwarmSpec { Shape = LoadShape.Rate, Connections = 0, Rate = new Rate(2 / 0.9999999996), For = Nanoseconds.FromSeconds(1) });
        Assert.Equal(2, pacer.Count);
        Assert.Null(pacer.IntendedStart(2));
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    public void ConnectionsBoundARateUnlessZero(int connections, long count) =>
        Assert.Equal(count, new Pacer(new SwarmSpec { Shape = LoadShape.Rate, Connections = connections }).Count);

    [Fact]
    public void ASharedLoadIsIssuedOnceAndWhole() => Prop.ForAll<PositiveInt, PositiveInt, NonNegativeInt>((workers, threads, count) =>
    {
        var (w, t) = ((workers.Get % 7) + 1, (threads.Get % 5) + 1);
        var shares = from worker in Enumerable.Range(0, w) from thread in Enumerable.Range(0, t) select new LoadShare(worker, w, thread, t);
        var indices = shares.SelectMany(share => Enumerable.Range(0, (int)share.CountBelow(count.Get)).Select(n => share.IndexOf(n)));
        return indices.Order().SequenceEqual(Enumerable.Range(0, count.Get).Select(index => (long)index));
    }).QuickCheckThrowOnFailure();

    private static SwarmSpec Ramp(int from, int to, int milliseconds) =>
        new() { Shape = LoadShape.Ramp, Connections = 0, Rate = new Rate(from), To = new Rate(to), For = Nanoseconds.FromMilliseconds(milliseconds) };
}
