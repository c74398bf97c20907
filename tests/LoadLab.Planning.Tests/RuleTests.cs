using FsCheck;
using FsCheck.Fluent;
using LoadLab.Model;

namespace LoadLab.Planning.Tests;

public sealed class RuleTests
{
    private static readonly RetransmitSchedule New = SynSchedule.Of(KernelVersion.Parse("6.18.0"), _ => null);

    [Theory]
    [InlineData(0, 4096, 1)]
    [InlineData(1, 4096, 2)]
    [InlineData(4, 4096, 5)]
    [InlineData(8, 4096, 9)]
    [InlineData(1000, 16, 17)]
    [InlineData(-1, 128, 129)]
    public void QueueTakesOneMoreThanTheLiveBacklog(int backlog, int somaxconn, long capacity) =>
        Assert.Equal(capacity, AcceptQueue.Capacity(AcceptQueue.LiveBacklog(backlog, somaxconn)));

    [Fact]
    public void SentByCountsTheFirstSynAndKnowsTheTimersFreedom()
    {
        Assert.Equal((1, 1), New.SentBy(Nanoseconds.FromSeconds(0.9)));
        Assert.Equal((1, 2), New.SentBy(Nanoseconds.FromSeconds(1.01)));
        Assert.Equal((4, 5), New.SentBy(Nanoseconds.FromSeconds(4.05)));
    }

    [Fact]
    public void RampIssuesTheAreaUnderIt()
    {
        var ramp = new SwarmSpec { Shape = LoadShape.Ramp, Rate = new Rate(100), To = new Rate(300), For = Nanoseconds.FromSeconds(2), Connections = 0 };
        Assert.Equal(400, Arrivals.Count(ramp));
        Assert.Equal(0, Arrivals.At(ramp, 0).Value);
        Assert.Equal(1, Arrivals.At(ramp, 150).Seconds, 6);
        Assert.Equal(2, Arrivals.At(ramp, 400).Seconds, 6);
        var flat = ramp with { To = ramp.Rate };
        Assert.Equal(1, Arrivals.At(flat, 100).Seconds, 6);
    }

    [Fact]
    public void CapacityOfEveryBacklogIsWithinSomaxconn() =>
        Prop.ForAll<int, int>((backlog, somaxconn) =>
        {
            var live = AcceptQueue.LiveBacklog(backlog, Math.Abs(somaxconn % 100_000));
            return live >= 0 && live <= Math.Abs(somaxconn % 100_000) && AcceptQueue.IsFull(AcceptQueue.Capacity(live), live)
                && !AcceptQueue.IsFull(live, live);
        }).QuickCheckThrowOnFailure();
}
