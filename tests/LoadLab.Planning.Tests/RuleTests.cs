using FsCheck;
using FsCheck.Fluent;
using LoadLab.Model;
using LoadLab.Planning.Rules;

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
    public void EstablishedIsTheSmallerOfClientsAndCapacityWhenNobodyAccepts() =>
        Prop.ForAll(Small(0, 60), Small(1, 200), (backlog, clients) =>
        {
            var result = Simulate(Never(backlog, clients, 1500));
            return result.Last.Established == Math.Min(clients, backlog + 1)
                && result.Last.Waiting == clients - result.Last.Established
                && result.Last.Drops == 2 * result.Last.Waiting
                && result.Last.Queue == result.Last.Established;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void DropsNeverFallAndEveryClientIsSomewhere() =>
        Prop.ForAll(Small(0, 30), Small(1, 80), Small(1, 200), (backlog, acceptRate, rate) =>
        {
            var scenario = Load(backlog, new AcceptPolicy(AcceptPolicyKind.Paced, new Rate(acceptRate)), rate, seconds: 2);
            return SimulationTiming.CornersAndMixed.All(timing =>
            {
                var samples = AcceptQueueSimulation.Run(scenario, New, 4096, timing).Samples;
                return samples.Zip(samples.Skip(1)).All(pair => pair.First.Drops <= pair.Second.Drops && pair.First.At <= pair.Second.At)
                    && samples.All(sample => sample.Established + sample.Waiting + sample.GaveUp == 2 * rate && sample.Queue == sample.Established - sample.Accepted && sample.Queue <= backlog + 1);
            });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void SmallestLosslessBacklogLosesNothingAndOneLessLosesSomething() =>
        Prop.ForAll(Small(5, 300), Small(50, 1500), Small(0, 900), (rate, stallMs, afterMs) =>
        {
            var policy = new AcceptPolicy(AcceptPolicyKind.Stalled, After: Nanoseconds.FromMilliseconds(afterMs), For: Nanoseconds.FromMilliseconds(stallMs));
            var smallest = (int)SmallestLosslessBacklog.Of(Load(0, policy, rate, 2), New, SimulationTiming.Corners[0])!.Value;
            return Simulate(Load(smallest, policy, rate, 2)).Last.Drops == 0
                && (smallest == 0 || Simulate(Load(smallest - 1, policy, rate, 2)).Last.Drops > 0);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void SmallestLosslessBacklogIsTheArrivalsOfTheStallLessOne()
    {
        var policy = new AcceptPolicy(AcceptPolicyKind.Stalled, After: Nanoseconds.FromMilliseconds(1012), For: Nanoseconds.FromMilliseconds(1000));
        Assert.Equal(39, SmallestLosslessBacklog.Of(Load(0, policy, 40, 4), New, SimulationTiming.Corners[0]));
    }

    [Fact]
    public void CapacityOfEveryBacklogIsWithinSomaxconn() =>
        Prop.ForAll<int, int>((backlog, somaxconn) =>
        {
            var live = AcceptQueue.LiveBacklog(backlog, Math.Abs(somaxconn % 100_000));
            return live >= 0 && live <= Math.Abs(somaxconn % 100_000) && AcceptQueue.IsFull(AcceptQueue.Capacity(live), live) && !AcceptQueue.IsFull(live, live);
        }).QuickCheckThrowOnFailure();

    private static Arbitrary<int> Small(int low, int high) => Arb.From(Gen.Choose(low, high));

    private static SimulationResult Simulate(Scenario scenario) => AcceptQueueSimulation.Run(scenario, New, 4096, SimulationTiming.Corners[0]);

    private static Scenario Never(int backlog, int clients, double holdMs) => With(backlog, AcceptPolicy.Never, new SwarmSpec { Connections = clients }, holdMs);

    private static Scenario Load(int backlog, AcceptPolicy policy, int rate, double seconds) =>
        With(backlog, policy, new SwarmSpec { Shape = LoadShape.Rate, Rate = new Rate(rate), For = Nanoseconds.FromSeconds(seconds), Connections = 0, ConnectTimeout = Nanoseconds.FromSeconds(2.5) }, 500);

    private static Scenario With(int backlog, AcceptPolicy policy, SwarmSpec swarm, double holdMs) => new()
    {
        Name = "",
        Path = "",
        Claim = "",
        Server = new ServerSpec { Backlog = backlog, Accept = policy },
        Phases = [new Phase("load", new LoadAction(swarm, LoadUntil.Issued), Nanoseconds.Zero), new Phase("hold", new HoldAction(), Nanoseconds.FromMilliseconds(holdMs))],
    };
}
