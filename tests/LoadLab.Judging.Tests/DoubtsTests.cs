using System.Collections.Immutable;
using LoadLab.Model;
using static LoadLab.Judging.Tests.JudgeTests;

namespace LoadLab.Judging.Tests;

/// <summary>What disturbed a run may have made a value that is not as predicted: then it decides nothing.</summary>
public sealed class DoubtsTests
{
    [Fact]
    public void ALateSamplerCannotConvictByAMomentButByACount()
    {
        var seen = Runs.OverflowSeen();
        seen.Insert(2, new SamplesLost(LossSource.Ticks, 40, "the sampler was 400 ms late") { T = Runs.At(1.01) });
        Only(Runs.OverflowPlan(Runs.Expect(0.5m, 0.6m, "counters.TcpExt.ListenOverflows.first-seen")), Runs.OverflowSeen(), Outcome.Broken);
        Only(Runs.OverflowPlan(Runs.Expect(0.5m, 0.6m, "counters.TcpExt.ListenOverflows.first-seen")), seen, Outcome.Inconclusive);
        Only(Runs.OverflowPlan(Runs.Expect(74, 74, "counters.TcpExt.ListenOverflows")), seen, Outcome.Broken);
    }

    // In shape churn the rules predict once the connects of the run are replayed.
    [Fact]
    public void WhatAwaitsARunThatWasNotRecordedDecidesNothing()
    {
        var awaiting = Runs.Expect(0, long.MaxValue, "clients.established") with { AwaitsRun = true };
        Assert.Contains("could not be replayed", Only(Runs.OverflowPlan(awaiting), Runs.OverflowSeen(), Outcome.Inconclusive).Sentence,
            StringComparison.Ordinal);
        Assert.Contains("leave it open: some compete", Only(Runs.OverflowPlan(awaiting with { OpenWhenReplayed = "some compete" }), Runs.OverflowSeen(),
            Outcome.Inconclusive).Sentence, StringComparison.Ordinal);
        Only(Runs.OverflowPlan(awaiting with { Predicted = PredictedRange.Exactly(5), IsReplayed = true }), Runs.OverflowSeen(), Outcome.Held);
        Only(Runs.OverflowPlan(awaiting with { Predicted = PredictedRange.Exactly(6), IsReplayed = true }), Runs.OverflowSeen(), Outcome.Broken);
    }

    [Theory]
    [InlineData(LossSource.Ticks, "sock_diag.accept-queue.peak", Outcome.Inconclusive)]
    [InlineData(LossSource.Ticks, "tcp_info.accept-queue.peak", Outcome.Broken)]
    [InlineData(LossSource.ServerTicks, "tcp_info.accept-queue.peak", Outcome.Inconclusive)]
    [InlineData(LossSource.ServerTicks, "sock_diag.accept-queue.peak", Outcome.Broken)]
    public void OnlyTheSamplerThatWasLateExcusesItsWitnesses(string source, string witness, Outcome outcome)
    {
        var seen = Runs.OverflowSeen();
        seen.Insert(2, new SamplesLost(source, 40, "the sampler was 400 ms late") { T = Runs.At(1.01) });
        Only(Runs.OverflowPlan(Runs.Expect(9, 9, witness)), seen, outcome);
    }

    // 20 connections were queued for 30 ms; the server's sampler saw them and the conductor's, which did not look meanwhile, did not.
    [Theory]
    [InlineData(LossSource.Ticks, 6, Outcome.Held)]
    [InlineData(LossSource.ServerTicks, 6, Outcome.Broken)]
    [InlineData(LossSource.Ticks, 7, Outcome.Broken)]
    public void APeakThatALateSamplerMissedIsABoundFromBelowWhereAnotherSawIt(string late, int seenInTime, Outcome outcome)
    {
        var seen = Runs.OverflowSeen();
        seen.Insert(5, Runs.Listeners(ListenerWitness.TcpInfo, 1.04, (seenInTime, 5, 15)));
        seen.Insert(6, new SamplesLost(late, 2, "two looks of the sampler were 33 ms apart") { T = Runs.At(1.05) });
        Only(Runs.OverflowPlan(Runs.Expect(6, 6, "sock_diag.accept-queue.peak", "tcp_info.accept-queue.peak")), seen, outcome);
    }

    [Theory]
    [InlineData(0, 1, Outcome.Broken)]
    [InlineData(1, 1, Outcome.Inconclusive)]
    [InlineData(1, 2, Outcome.Broken)]
    public void AResetAfterBothFinsExplainsAsManyTimeWaitsThatAreMissing(long resets, long missing, Outcome outcome)
    {
        var seen = Runs.OverflowSeen();
        seen.Insert(seen.Count - 1, new StatesSeen(Runs.States(), Runs.States(), 40 - missing) { T = Runs.At(5.02) });
        seen.Insert(seen.Count - 1, new PacketsCounted(200, 200, ImmutableSortedDictionary<string, long>.Empty.Add("server.RST", resets))
        {
            T = Runs.At(5.03),
            ResetsAfterClose = resets,
        });
        var finding = Only(Runs.OverflowPlan(Runs.Expect(40, 40, "sockstat.time-wait")), seen, outcome);
        Assert.Equal(outcome == Outcome.Inconclusive,
            finding.Sentence.Contains("1 connection got a reset after both FINs had been acknowledged", StringComparison.Ordinal));
    }

    [Fact]
    public void ALookThatWasLateAfterTheMomentExcusesNothing()
    {
        var seen = Runs.OverflowSeen();
        seen.Insert(seen.Count - 1, new SamplesLost(LossSource.Ticks, 40, "the sampler was 400 ms late") { T = Runs.At(4) });
        Only(Runs.OverflowPlan(Runs.Expect(0.5m, 0.6m, "counters.TcpExt.ListenOverflows.first-seen")), seen, Outcome.Broken);
        Only(Runs.OverflowPlan(Runs.Expect(9, 9, "sock_diag.accept-queue.peak@load")), seen, Outcome.Broken);
        Only(Runs.OverflowPlan(Runs.Expect(9, 9, "sock_diag.accept-queue.peak")), seen, Outcome.Inconclusive);
    }

    [Fact]
    public void ALateLookThatBeganInAPhaseReachesThePhaseThoughItIsToldAfterIt()
    {
        var seen = Runs.OverflowSeen();
        seen.Insert(seen.FindIndex(one => one is PhaseBegan { Phase: "hold" }) + 1,
            new SamplesLost(LossSource.Ticks, 20, "the sampler was 200 ms late") { T = Runs.At(1.2) });
        Only(Runs.OverflowPlan(Runs.Expect(9, 9, "sock_diag.accept-queue.peak@load")), seen, Outcome.Inconclusive);
    }

    [Theory]
    [InlineData(2979, Outcome.Inconclusive)]
    [InlineData(2978, Outcome.Broken)]
    [InlineData(0, Outcome.Broken)]
    public void PacketsThatTheMachineDroppedBeforeTcpExplainOneConnectionEach(ulong dropped, Outcome expected)
    {
        var finding = Only(Runs.OverflowPlan(Runs.Expect(3054, 3054, "counters.TcpExt.ListenOverflows", "tcp_info.drops.last")), SeenBesideLoss(75, dropped),
            expected);
        Assert.Equal(expected == Outcome.Inconclusive, finding.Sentence.Contains("dropped 2979 packets before TCP got them", StringComparison.Ordinal));
    }

    // A lost packet is retransmitted 15 times at most.
    [Theory]
    [InlineData(60, Outcome.Inconclusive)]
    [InlineData(59, Outcome.Broken)]
    public void PacketsThatTheMachineDroppedBeforeTcpExplainSixteenPacketsEach(ulong overflows, Outcome expected) =>
        Only(Runs.OverflowPlan(Runs.Expect(76, 76, "counters.TcpExt.ListenOverflows", "tcp_info.drops.last") with { Unit = Units.Packets }),
            SeenBesideLoss(overflows, 1), expected);

    // A SYN that the machine lost has no answer, and the listener never saw it.
    [Theory]
    [InlineData(1, Outcome.Inconclusive)]
    [InlineData(0, Outcome.Broken)]
    public void WitnessesThatDifferByPacketsLostBeforeTcpAreInconclusive(ulong dropped, Outcome expected)
    {
        var finding = Only(Runs.OverflowPlan(Runs.Expect(60, 90, "counters.TcpExt.ListenOverflows", "clients.syns-unanswered")), SeenBesideLoss(74, dropped),
            expected);
        Assert.Equal(expected == Outcome.Inconclusive,
            finding.Sentence.Contains("the witnesses differ; this machine dropped 1 packet before TCP got them", StringComparison.Ordinal));
    }

    // The overflow run with so many SYNs counted by the listener, on a machine that dropped so many packets before TCP.
    private static List<Observation> SeenBesideLoss(ulong overflows, ulong dropped)
    {
        var seen = Runs.OverflowSeen();
        var counters = Runs.Counters(("TcpExt.ListenOverflows", overflows), ("TcpExt.ListenDrops", overflows), ("Softnet.Dropped", dropped));
        seen.Insert(seen.Count - 1, new CountersSeen(counters, 0, []) { T = Runs.At(5.05) });
        return seen;
    }
}
