using FsCheck;
using FsCheck.Fluent;
using LoadLab.Model;
using LoadLab.KernelModel.Rules;

namespace LoadLab.KernelModel.Tests;

public sealed class SynQueueTests
{
    private static readonly (string, string)[] NoCookies = [("net.ipv4.tcp_syncookies", "0"), ("net.ipv4.tcp_max_syn_backlog", "4096")];

    [Theory]
    [InlineData("6.18.44", true)]
    [InlineData("6.14.0", true)]
    [InlineData("6.12.10", true)]
    [InlineData("6.12.9", null)]
    [InlineData("6.1.125", true)]
    [InlineData("6.1.176", true)]
    [InlineData("6.1.124", null)]
    [InlineData("6.12.117", true)]
    [InlineData("6.1.192-2", true)]
    [InlineData("6.13.9", null)]
    [InlineData("6.12.116", true)]
    [InlineData("6.1.0-44-amd64", null)]
    [InlineData("5.15.0-91-generic", null)]
    public void OneMoreThanTheBacklogIsKeptFrom614OnAndWhereTheFixIsKnownToBe(string kernel, bool? holdsOneMore) =>
        Assert.Equal(holdsOneMore, SynQueue.HoldsOneMore(KernelVersion.Parse(kernel), null));

    [Theory]
    [InlineData("6.1.0-44-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-07-04)", true)]
    [InlineData("6.1.0-18-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)", null)]
    [InlineData("6.12.12+deb13-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.12.12-1 (2025-02-02)", true)]
    [InlineData("5.15.0-91-generic", "#101-Ubuntu SMP Tue Nov 14 13:30:08 UTC 2023", null)]
    public void StableReleaseThatDebianNamesDecides(string kernel, string version, bool? holdsOneMore) =>
        Assert.Equal(holdsOneMore, SynQueue.HoldsOneMore(KernelVersion.Parse(kernel), version));

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
            var facts = Given.Facts(("net.ipv4.tcp_syncookies", $"{modes % 3}"), ("net.ipv4.tcp_max_syn_backlog", $"{maxSynBacklog}"));
            var figures = new ListenerFigures();
            var listener = new Listener(new ListenerSettings(new SysctlState(facts), holdsOneMore: modes > 2), figures, backlog, Nanoseconds.Zero);
            for (var i = 0; i < 500; i++)
            {
                _ = listener.Syn(isProven: false);
            }

            var kept = SynQueue.Capacity(backlog, maxSynBacklog, modes % 3, modes > 2);
            return listener.HalfOpen == kept
                && listener.Young == kept
                && figures.Drops == (modes % 3 == 0 ? 500 - kept : 0)
                && figures.CookiesSent == (modes % 3 == 0 ? 0 : 500 - kept)
                && figures.FullDoCookies == figures.CookiesSent
                && figures.Overflows == 0;
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
        var run = Run(16, NoCookies, Flood(17, "flood", 6), Hold("old", 2));
        Assert.Equal([17L, 8L], run.Phases.Select(at => at.HalfOpen));
        Assert.Equal(9, run.Last.Expired);
        Assert.Equal((17 * 3L, (17 * 2L) + 8), (run.Last.SynAckTimeouts, run.Last.SynAcksAgain));
        Assert.InRange(run.FirstExpiry!.Value.Seconds, 7, 7.3);
    }

    [Fact]
    public void AQuietQueueKeepsThemForAMinute()
    {
        var run = Run(16, NoCookies, Flood(8, "flood", 62.9), Hold("end", 4));
        Assert.Equal([8L, 0L], run.Phases.Select(at => at.HalfOpen));
        Assert.InRange(run.FirstExpiry!.Value.Seconds, 63, 66.5);
    }

    [Fact]
    public void WhatIsCountedAddsUpWhateverThePeerIsTold() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, 20)), Arb.From(Gen.Choose(0, 2)), Arb.From(Gen.Choose(0, 6).ListOf(8)), (backlog, syncookies, told) =>
        {
            PhaseAction Action(int what) => what == 6 ? new HoldAction() : new PeerAction((PeerSegment)what, what % 2 == 0 ? 7 : null, null, 1);
            Phase[] phases = [Flood(30, "first", 0.1), .. told.Select((what, i) => new Phase($"p{i}", Action(what), Nanoseconds.FromSeconds(1.5)))];
            return Timing.Draws.All(timing => Run(backlog, [("net.ipv4.tcp_syncookies", $"{syncookies}")], timing, phases).Phases.All(at =>
                at.HalfOpen >= 0 && at.HalfOpen <= backlog + 1
                && at.Queues[0] >= 0 && at.Queues[0] <= backlog + 1
                && at.Queues[0] + at.Accepted == at.Peer.Established
                && at.Peer.HalfOpen <= at.Peer.Answered
                && at.Peer.Answered <= at.Peer.Flows));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void AFinalAckOfARequestThatIsGoneIsReset()
    {
        var run = Run(16, [("net.ipv4.tcp_syncookies", "0"), ("net.ipv4.tcp_max_syn_backlog", "4096"), ("net.ipv4.tcp_synack_retries", "1")],
            Flood(6, "flood", 3.5), Tell(PeerSegment.Ack));
        Assert.Equal((0, 6), (run.Last.Peer.Established, run.Last.Peer.Resets));
    }

    [Fact]
    public void FinalAcksThatMeetAFullAcceptQueueAreIgnoredOrReset()
    {
        Phase[] phases = [Flood(3, "flood", 0.1),
            new("clients", new LoadAction(new SwarmSpec { Connections = 5 }, LoadUntil.Issued), Nanoseconds.FromSeconds(0.1)), Tell(PeerSegment.Ack)];
        var ignored = Run(4, NoCookies, phases).Last;
        Assert.Equal((3L, 3L, 0L, 5L), (ignored.Overflows, ignored.HalfOpen, ignored.Peer.Resets, ignored.Established));
        var reset = Run(4, [.. NoCookies, ("net.ipv4.tcp_abort_on_overflow", "1")], phases).Last;
        Assert.Equal((3L, 0L, 3L), (reset.Overflows, reset.HalfOpen, reset.Peer.Resets));
    }

    [Fact]
    public void ABurstOfHandshakesSendsAllItsSynsBeforeItsFirstFinalAck()
    {
        Assert.Equal(1, Run(16, [], Connect(18)).Last.CookiesSent);
        Assert.Equal(13, Run(16, [], Connect(30)).Last.CookiesSent);
    }

    [Fact]
    public void AResetOfAHalfOpenRequestCountsInTheListenersDrops()
    {
        var run = Run(8, [], Flood(5, "flood", 0.1), Tell(PeerSegment.Rst));
        Assert.Equal((0L, 5L, 0L), (run.Last.HalfOpen, run.Last.ListenerDrops, run.Last.Drops));
    }

    private static ModelRun Run(int backlog, (string, string)[] sysctls, params Phase[] phases) => Run(backlog, sysctls, Timing.Prompt, phases);

    private static ModelRun Run(int backlog, (string, string)[] sysctls, Timing timing, Phase[] phases) =>
        Given.Run(new ServerSpec { Backlog = backlog, Accept = AcceptPolicy.Never }, phases, timing, sysctls);

    private static Phase Connect(int count) => new("connect", new PeerAction(PeerSegment.Connect, count, null, 0), Nanoseconds.FromSeconds(0.1));

    private static Phase Flood(int count, string name, double seconds) =>
        new(name, new PeerAction(PeerSegment.Syn, count, null, 0), Nanoseconds.FromSeconds(seconds));

    private static Phase Tell(PeerSegment what) => new("tell", new PeerAction(what, null, null, 0), Nanoseconds.FromSeconds(0.1));

    private static Phase Hold(string name, double seconds) => new(name, new HoldAction(), Nanoseconds.FromSeconds(seconds));
}
