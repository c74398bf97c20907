using LoadLab.Model;

namespace LoadLab.Judging.Tests;

public class JudgeTests
{
    private const string SockDiag = "sock_diag.accept-queue.last";
    private const string TcpInfo = "tcp_info.accept-queue.last";
    private static readonly Plan FivePlan = Runs.OverflowPlan(Runs.Expect(5, 5, SockDiag, TcpInfo, "clients.established"));

    [Fact]
    public void WitnessesInTheRangeThatAgreeHold()
    {
        var finding = Only(FivePlan, Runs.OverflowSeen(), Outcome.Held);
        Assert.Equal(Outcome.Held, finding.Outcome);
        Assert.Equal(5m, finding.Observed);
        Assert.Equal(
            "accept-queue/backlog-overflow.yaml:14: expected sock_diag.accept-queue.last 5 connections, got 5; tcp_info.accept-queue.last 5, clients.established 5",
            finding.Sentence);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void OneWitnessOffByOneBreaksTheFinding(long queue)
    {
        var seen = Runs.OverflowSeen();
        seen.Insert(seen.Count - 1, Runs.Listeners(ListenerWitness.TcpInfo, 5.05, (queue, 4, 75)));
        var finding = Only(FivePlan, seen, Outcome.Broken);
        Assert.Equal(5m, finding.Observed);
        Assert.StartsWith($"accept-queue/backlog-overflow.yaml:14: expected tcp_info.accept-queue.last 5 connections, got {queue}; sock_diag.accept-queue.last 5", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void TwoWitnessesInTheRangeThatDifferBreakTheFinding()
    {
        var plan = Runs.OverflowPlan(Runs.Expect(60, 80, "counters.TcpExt.ListenOverflows", "tcp_info.drops.last"));
        var seen = Runs.OverflowSeen();
        Only(plan, seen, Outcome.Held);
        seen.Insert(seen.Count - 1, Runs.Listeners(ListenerWitness.TcpInfo, 5.05, (5, 4, 74)));
        Assert.EndsWith("the witnesses disagree", Only(plan, seen, Outcome.Broken).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void MomentsMayDifferWithinTheRange()
    {
        var plan = Runs.OverflowPlan(Runs.Expect(0, 0.1m, "counters.TcpExt.ListenOverflows.first-seen", "tcp_info.drops.first-seen") with { WitnessesMustAgree = false });
        Only(plan, Runs.OverflowSeen(), Outcome.Held);
    }

    [Fact]
    public void WitnessesThatDifferWhileTheCountersMoveAreInconclusive()
    {
        var seen = Runs.OverflowSeen();
        seen.Insert(seen.Count - 1, Runs.Listeners(ListenerWitness.TcpInfo, 5.05, (4, 4, 75)));
        seen[^1] = new PhaseEnded("hold", Consistent: false) { T = Runs.At(5.1) };
        Only(FivePlan, seen, Outcome.Inconclusive);
    }

    [Fact]
    public void AllWitnessesOutsideTheRangeAreBrokenAlsoWhileTheCountersMove()
    {
        var seen = Runs.OverflowSeen();
        seen[^1] = new PhaseEnded("hold", Consistent: false) { T = Runs.At(5.1) };
        Only(Runs.OverflowPlan(Runs.Expect(6, 6, SockDiag, TcpInfo)), seen, Outcome.Broken);
    }

    [Fact]
    public void ALabThatWasLateCannotConvictByWhatDependsOnTimeButMayStillAcquit()
    {
        var seen = Runs.OverflowSeen();
        seen[^1] = new PhaseEnded("hold", true, Nanoseconds.FromMilliseconds(400)) { T = Runs.At(5.5) };
        var six = Runs.Expect(6, 6, SockDiag, TcpInfo);
        var finding = Only(Runs.OverflowPlan(six with { DependsOnTime = true }), seen, Outcome.Inconclusive);
        Only(Runs.OverflowPlan(six), seen, Outcome.Broken);
        Assert.Contains("the lab was 400 ms late", finding.Sentence, StringComparison.Ordinal);
        Only(FivePlan, seen, Outcome.Held);
    }

    [Fact]
    public void LostSamplesMakeTheFindingInconclusiveAndAreNamed()
    {
        var seen = Runs.OverflowSeen();
        seen.Insert(seen.Count - 1, new SamplesLost("sock_diag", 3, "the netlink buffer overran"));
        var finding = Only(FivePlan, seen, Outcome.Inconclusive);
        Assert.Contains("sock_diag.accept-queue.last not seen (3 samples of sock_diag lost: the netlink buffer overran)", finding.Sentence, StringComparison.Ordinal);
        Assert.Equal(5m, finding.Observed);
    }

    [Fact]
    public void ALossDoesNotHideAnotherWitnessThatIsWrong()
    {
        var seen = Runs.OverflowSeen();
        seen.Insert(seen.Count - 1, new SamplesLost("sock_diag", 1, "late"));
        Only(Runs.OverflowPlan(Runs.Expect(4, 4, SockDiag, TcpInfo)), seen, Outcome.Broken);
    }

    [Fact]
    public void ALateSamplerCannotConvictByAMomentButByACount()
    {
        var seen = Runs.OverflowSeen();
        seen.Insert(2, new SamplesLost(LossSource.Ticks, 40, "the sampler was 400 ms late"));
        Only(Runs.OverflowPlan(Runs.Expect(0.5m, 0.6m, "counters.TcpExt.ListenOverflows.first-seen")), Runs.OverflowSeen(), Outcome.Broken);
        Only(Runs.OverflowPlan(Runs.Expect(0.5m, 0.6m, "counters.TcpExt.ListenOverflows.first-seen")), seen, Outcome.Inconclusive);
        Only(Runs.OverflowPlan(Runs.Expect(74, 74, "counters.TcpExt.ListenOverflows")), seen, Outcome.Broken);
    }

    [Theory]
    [InlineData(LossSource.Ticks, "sock_diag.accept-queue.peak", Outcome.Inconclusive)]
    [InlineData(LossSource.Ticks, "tcp_info.accept-queue.peak", Outcome.Broken)]
    [InlineData(LossSource.ServerTicks, "tcp_info.accept-queue.peak", Outcome.Inconclusive)]
    [InlineData(LossSource.ServerTicks, "sock_diag.accept-queue.peak", Outcome.Broken)]
    public void OnlyTheSamplerThatWasLateExcusesItsWitnesses(string source, string witness, Outcome outcome)
    {
        var seen = Runs.OverflowSeen();
        seen.Insert(2, new SamplesLost(source, 40, "the sampler was 400 ms late"));
        Only(Runs.OverflowPlan(Runs.Expect(9, 9, witness)), seen, outcome);
    }

    [Fact]
    public void AnUnknownWitnessIsInconclusive() =>
        Assert.Contains("there is no witness of this name", Only(Runs.OverflowPlan(Runs.Expect(5, 5, "sock_diag.nonsense")), Runs.OverflowSeen(), Outcome.Inconclusive).Sentence, StringComparison.Ordinal);

    [Fact]
    public void AMomentThatNeverCameBreaksItsPrediction()
    {
        var finding = Only(Runs.OverflowPlan(Runs.Expect(0.1m, 0.2m, "counters.TcpExt.TCPReqQFullDrop.first-seen")), Runs.OverflowSeen(), Outcome.Broken);
        Assert.Null(finding.Observed);
        Assert.Contains("got never", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunInterruptedBeforeTheAskedPhaseIsInconclusive()
    {
        var seen = Runs.OverflowSeen();
        seen.RemoveAt(seen.Count - 1);
        var plan = Runs.OverflowPlan(Runs.Expect(4, 4, SockDiag + "@hold"), Runs.Expect(4, 4, SockDiag), Runs.Expect(5, 5, SockDiag + "@load"));
        var verdict = Judge.Decide(plan, Runs.Evidence(plan, seen));
        Assert.Equal([Outcome.Inconclusive, Outcome.Inconclusive, Outcome.Held], verdict.Findings.Select(finding => finding.Outcome));
        Assert.Contains("phase 'hold' did not end", verdict.Findings[0].Sentence, StringComparison.Ordinal);
        Assert.Contains("The run did not finish (phase 'hold' did not end)", verdict.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void AFinishedRunWithoutObservationsIsInconclusiveThroughout() => Only(FivePlan, [], Outcome.Inconclusive);

    [Fact]
    public void ARoleThatEndsUnaskedMakesTheRunUnfinished()
    {
        var seen = Runs.OverflowSeen();
        seen.Insert(7, new RoleEnded(Role.Server, 0, 134, Expected: false, "out of memory"));
        var plan = Runs.OverflowPlan(Runs.Expect(5, 5, SockDiag));
        var evidence = Runs.Evidence(plan, seen);
        Assert.Equal("the server ended unasked with status 134: out of memory", evidence.Unfinished);
        Assert.Equal(Outcome.Inconclusive, Judge.Decide(plan, evidence).Outcome);
    }

    [Fact]
    public void WhatComesAfterTheLastPhaseIsNotJudged()
    {
        var seen = Runs.OverflowSeen();
        seen.Add(Runs.Listeners(ListenerWitness.SockDiag, 6, (0, 4, 75)));
        Only(FivePlan, seen, Outcome.Held);
    }

    [Fact]
    public void EachVariantIsJudgedByItsOwnObservations()
    {
        var plan = Runs.Plan(Runs.Variant("a", Runs.Overflow, Runs.Expect(5, 5, SockDiag)), Runs.Variant("b", Runs.Overflow, Runs.Expect(4, 4, SockDiag)));
        var seen = Runs.OverflowSeen();
        var verdict = Judge.Decide(plan, Runs.Evidence(plan, [.. seen.Select(one => one with { Variant = "a" }), .. seen.Select(one => one with { Variant = "b" })]));
        Assert.Equal([("a", Outcome.Held), ("b", Outcome.Broken)], verdict.Findings.Select(finding => (finding.Variant, finding.Outcome)));
        Assert.StartsWith("accept-queue/backlog-overflow.yaml:14 [b]: expected", verdict.Findings[1].Sentence, StringComparison.Ordinal);
    }

    private static Finding Only(Plan plan, IEnumerable<Observation> seen, Outcome outcome)
    {
        var verdict = Judge.Decide(plan, Runs.Evidence(plan, seen));
        var finding = Assert.Single(verdict.Findings);
        Assert.Equal(outcome, finding.Outcome);
        Assert.Equal(outcome, verdict.Outcome);
        return finding;
    }
}
