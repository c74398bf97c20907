using FsCheck;
using FsCheck.Fluent;
using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Tests;

public sealed class SynQueueRuleTests
{
    private static readonly SynQueueSettings Settings = new(4096, 0, 4096, 5, AbortsOnOverflow: false, HoldsOneMore: true);

    [Theory]
    [InlineData("6.18.44", true)]
    [InlineData("6.14.0", true)]
    [InlineData("6.12.117", true)]
    [InlineData("6.1.192-2", true)]
    [InlineData("6.13.9", null)]
    [InlineData("6.12.116", null)]
    [InlineData("6.1.0-44-amd64", null)]
    [InlineData("5.15.0-91-generic", null)]
    public void OneMoreThanTheBacklogIsKeptFrom614OnAndWhereTheFixIsKnownToBe(string kernel, bool? holdsOneMore) =>
        Assert.Equal(holdsOneMore, SynQueue.HoldsOneMore(KernelVersion.Parse(kernel)));

    [Theory]
    [InlineData(4, 4096, 0, 5)]
    [InlineData(16, 4096, 0, 17)]
    [InlineData(1000, 128, 0, 97)]
    [InlineData(1000, 100, 0, 76)]
    [InlineData(1000, 16, 0, 13)]
    [InlineData(1000, 64, 0, 49)]
    [InlineData(32, 64, 0, 33)]
    [InlineData(64, 16, 1, 65)]
    [InlineData(64, 16, 2, 0)]
    public void TheSmallestBoundWinsAndTcpMaxSynBacklogOnlyWithoutCookies(int backlog, int maxSynBacklog, int syncookies, long capacity) =>
        Assert.Equal(capacity, SynQueue.Capacity(backlog, maxSynBacklog, syncookies, holdsOneMore: true));

    [Fact]
    public void BeforeTheFixABacklogOfZeroKeepsNobody()
    {
        Assert.Equal(0, SynQueue.Capacity(0, 4096, 0, holdsOneMore: false));
        Assert.Equal(1, SynQueue.Capacity(0, 4096, 0, holdsOneMore: true));
    }

    [Fact]
    public void AFloodLeavesAsManyHalfOpenAsTheCapacitySaysAndAnswersTheRestAsTheModeSays() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, 300)), Arb.From(Gen.Choose(1, 400)), Arb.From(Gen.Choose(0, 5)), (backlog, maxSynBacklog, modes) =>
        {
            var settings = Settings with { Syncookies = modes % 3, MaxSynBacklog = maxSynBacklog, HoldsOneMore = modes > 2 };
            var listener = new ListenerModel(settings, backlog);
            for (var i = 0; i < 500; i++)
            {
                _ = listener.Syn();
            }

            var kept = SynQueue.Capacity(backlog, maxSynBacklog, settings.Syncookies, settings.HoldsOneMore);
            var counts = listener.Counts;
            return counts.HalfOpen == kept
                && counts.Young == kept
                && counts.Drops == (settings.Syncookies == 0 ? 500 - kept : 0)
                && counts.CookiesSent == (settings.Syncookies == 0 ? 0 : 500 - kept)
                && counts.FullDoCookies == counts.CookiesSent
                && counts.Overflows == 0;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void PruningNeverAllowsMoreThanIsSetNorFewerThanTwo() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, 20)), Arb.From(Gen.Choose(0, 5000)), Arb.From(Gen.Choose(0, 5000)), (retries, halfOpen, backlog) =>
            new[] { 0, 10, 30, 60, 100 }.All(youngPercent =>
        {
            var allowed = SynAckSchedule.RetriesWhenCrowded(retries, halfOpen, halfOpen * youngPercent / 100, backlog);
            return allowed <= retries && allowed >= Math.Min(2, retries) && (halfOpen * 2 > Math.Max(8, backlog) || allowed == retries);
        })).QuickCheckThrowOnFailure();

    [Fact]
    public void ACrowdedQueueGivesUpOldRequestsUntilHalfOfItIsFree()
    {
        var result = Run(16, [Flood(17, "flood", 6), Hold("old", 2)]);
        Assert.Equal([17L, 8L], result.Samples.Select(sample => sample.Listener.HalfOpen));
        Assert.Equal(9, result.Last.Listener.Expired);
        Assert.Equal((17 * 3L, (17 * 2L) + 8), (result.Last.Listener.Timeouts, result.Last.Listener.SynAcksAgain));
        Assert.Equal(7, result.FirstExpiry!.Value.Seconds);
    }

    [Fact]
    public void AQuietQueueKeepsThemForAMinute()
    {
        var result = Run(16, [Flood(8, "flood", 62.9), Hold("end", 0.2)]);
        Assert.Equal([8L, 0L], result.Samples.Select(sample => sample.Listener.HalfOpen));
        Assert.Equal(63, result.FirstExpiry!.Value.Seconds);
    }

    [Fact]
    public void WhatIsCountedAddsUpWhateverThePeerIsTold() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, 20)), Arb.From(Gen.Choose(0, 2)), Arb.From(Gen.Choose(0, 6).ListOf(8)), (backlog, syncookies, told) =>
        {
            PhaseAction Action(int what) => what == 6 ? new HoldAction() : new PeerAction((PeerSegment)what, what % 2 == 0 ? 7 : null, null, 1);
            var phases = told.Select((what, i) => new Phase($"p{i}", Action(what), Nanoseconds.FromSeconds(1.5))).Prepend(Flood(30, "first", 0.1)).ToList();
            return SimulationTiming.CornersAndMixed.All(timing => Run(backlog, phases, Settings with { Syncookies = syncookies }, timing).Samples.All(sample =>
                sample.Listener is var listener
                && listener.HalfOpen >= 0 && listener.HalfOpen <= backlog + 1
                && listener.Young >= 0 && listener.Young <= listener.HalfOpen
                && listener.Queue >= 0 && listener.Queue <= backlog + 1
                && listener.Queue + listener.Accepted == listener.Established
                && sample.Peer.Established == listener.Established
                && sample.Peer.HalfOpen <= sample.Peer.Answered
                && sample.Peer.Answered <= sample.Peer.Flows
                && sample.Peer.SynAcks == sample.Peer.Answered + listener.SynAcksAgain));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void AFinalAckOfARequestThatIsGoneIsReset()
    {
        var result = Run(16, [Flood(6, "flood", 3.5), Tell(PeerSegment.Ack)], Settings with { SynAckRetries = 1 });
        Assert.Equal((0, 6), (result.Last.Peer.Established, result.Last.Peer.Resets));
    }

    [Fact]
    public void FinalAcksThatMeetAFullAcceptQueueAreIgnoredOrReset()
    {
        List<Phase> phases = [new("clients", new LoadAction(new SwarmSpec { Connections = 5 }, LoadUntil.Issued), Nanoseconds.FromSeconds(0.1)), Tell(PeerSegment.Ack)];
        phases.Insert(0, Flood(3, "flood", 0.1));
        var ignored = Run(4, phases).Last;
        Assert.Equal((3L, 3L, 0L, 5L), (ignored.Listener.Overflows, ignored.Listener.HalfOpen, ignored.Peer.Resets, ignored.Established));
        var reset = Run(4, phases, Settings with { AbortsOnOverflow = true }).Last;
        Assert.Equal((3L, 0L, 3L), (reset.Listener.Overflows, reset.Listener.HalfOpen, reset.Peer.Resets));
    }

    private static SynQueueResult Run(int backlog, IEnumerable<Phase> phases, SynQueueSettings? settings = null, SimulationTiming? timing = null) => SynQueueSimulation.Run(
        new Scenario { Name = "", Path = "", Claim = "", Server = new ServerSpec { Backlog = backlog, Accept = AcceptPolicy.Never }, Phases = [.. phases] },
        SynSchedule.Of(6, 4, Nanoseconds.FromSeconds(120), Nanoseconds.Zero),
        settings ?? Settings,
        keepsOptions: true,
        timing ?? SimulationTiming.Corners[0]);

    private static Phase Flood(int count, string name, double seconds) => new(name, new PeerAction(PeerSegment.Syn, count, null, 0), Nanoseconds.FromSeconds(seconds));

    private static Phase Tell(PeerSegment what) => new("tell", new PeerAction(what, null, null, 0), Nanoseconds.FromSeconds(0.1));

    private static Phase Hold(string name, double seconds) => new(name, new HoldAction(), Nanoseconds.FromSeconds(seconds));
}
