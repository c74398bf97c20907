using System.Collections.Immutable;
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
            "accept-queue/backlog-overflow.yaml:14: expected sock_diag.accept-queue.last 5 connections, got 5; tcp_info.accept-queue.last 5, "
                + "clients.established 5",
            finding.Sentence);
    }

    [Fact]
    public void AScenarioOfWhichNothingIsLeftToCheckHasNotHeld()
    {
        var expecting = Runs.Overflow with { Expectations = [new Expectation { Id = "half-open", Claim = "So many are kept.",
            Quantity = PhaseQuantities.HalfOpen, Witnesses = [Runs.Term(SockDiag)] }] };
        var onlyOurs = Runs.Expect(5, 5, SockDiag, TcpInfo) with { Id = "tap-agrees" };
        var leftOut = Runs.Plan(Runs.Variant("", expecting, onlyOurs));
        var verdict = Judge.Decide(leftOut, Runs.Evidence(leftOut, Runs.OverflowSeen()));
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.StartsWith("Nothing was checked", verdict.Summary, StringComparison.Ordinal);

        var kept = Runs.Plan(Runs.Variant("", expecting, onlyOurs with { Id = "half-open" }));
        Assert.Equal(Outcome.Held, Judge.Decide(kept, Runs.Evidence(kept, Runs.OverflowSeen())).Outcome);
    }

    [Theory]
    [InlineData(5, 5, Outcome.Held, 1, 0, 0)]
    [InlineData(6, 6, Outcome.Broken, 0, 1, 0)]
    public void AFurtherQuantityThatNoExpectationNamesIsCheckedToo(decimal low, decimal high, Outcome outcome, int agreed, int differing, int undetermined)
    {
        var plan = Runs.Plan(Runs.Variant("", Runs.Overflow,
            Runs.Expect(5, 5, SockDiag)) with { Further = [Runs.Expect(low, high, TcpInfo, "peer.flows") with { Id = "queue@hold" }] });
        var verdict = Judge.Decide(plan, Runs.Evidence(plan, Runs.OverflowSeen()));
        Assert.Equal(outcome, verdict.Outcome);
        Assert.Equal((agreed, differing, undetermined), (verdict.Checked.Agreed, verdict.Checked.Differing.Length, verdict.Checked.Undetermined.Length));
        Assert.Equal(outcome == Outcome.Broken, verdict.Summary.Contains("1 further figure not as predicted: ", StringComparison.Ordinal));
    }

    [Fact]
    public void AFurtherQuantityThatNobodyCouldSeeIsUndeterminedAndTheRunHolds()
    {
        var plan = Runs.Plan(Runs.Variant("", Runs.Overflow,
            Runs.Expect(5, 5, SockDiag)) with { Further = [Runs.Expect(0, 0, "peer.flows") with { Id = "peer.flows@hold" }], Open = [new("drops@hold",
                "it is open", "")] });
        var verdict = Judge.Decide(plan, Runs.Evidence(plan, Runs.OverflowSeen()));
        Assert.Equal(Outcome.Held, verdict.Outcome);
        Assert.Equal(["drops@hold", "peer.flows@hold"], verdict.Checked.Undetermined.Select(one => one.Quantity));
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
        Assert.StartsWith(
            $"accept-queue/backlog-overflow.yaml:14: expected tcp_info.accept-queue.last 5 connections, got {queue}; sock_diag.accept-queue.last 5",
            finding.Sentence,
            StringComparison.Ordinal);
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
        var plan = Runs.OverflowPlan(Runs.Expect(0, 0.1m, "counters.TcpExt.ListenOverflows.first-seen",
            "tcp_info.drops.first-seen") with { WitnessesMustAgree = false });
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
        Assert.Contains("the harness was delayed by 400 ms", finding.Sentence, StringComparison.Ordinal);
        Only(FivePlan, seen, Outcome.Held);
    }

    [Theory]
    [InlineData(SandboxKind.Namespace, Outcome.Broken)]
    [InlineData(SandboxKind.Kernel, Outcome.Inconclusive)]
    public void AReplayedValueHasNoDelayForAnExcuseUnlessTheGuestsTimersStoodStill(SandboxKind sandbox, Outcome expected)
    {
        var seen = Runs.OverflowSeen();
        seen[^1] = new PhaseEnded("hold", true, Nanoseconds.FromMilliseconds(400)) { T = Runs.At(5.5) };
        seen.Insert(seen.Count - 1, new ClockGap(Role.Swarm, 0, Nanoseconds.FromMilliseconds(120)));
        var plan = Runs.OverflowPlan(Runs.Expect(6, 6, SockDiag, TcpInfo) with { DependsOnTime = true, IsReplayed = true });
        Only(plan with { Variants = [.. plan.Variants.Select(variant => variant with { Declared = variant.Declared with { Sandbox = sandbox } })] }, seen,
            expected);
    }

    // 5 are queued where 4 are predicted: sock_diag's own figure allows that to sock_diag, and to nobody else.
    [Theory]
    [InlineData(SockDiag, 5, null, Outcome.Held)]
    [InlineData(TcpInfo, 5, null, Outcome.Broken)]
    [InlineData(TcpInfo, 5, "clients compete", Outcome.Broken)]
    [InlineData(SockDiag, 4, null, Outcome.Broken)]
    [InlineData(SockDiag, 4, "clients compete", Outcome.Inconclusive)]
    public void AWitnessOfSomethingElseIsHeldToItsOwnReplayAlone(string asked, int most, string? open, Outcome expected)
    {
        var own = ImmutableDictionary<WitnessTerm, ReplayedWitness>.Empty.Add(Runs.Term(SockDiag), new ReplayedWitness(new PredictedRange(4, most), open));
        var finding = Only(Runs.OverflowPlan(Runs.Expect(4, 4, asked) with { IsReplayed = true, ReplayedWitnesses = own }), Runs.OverflowSeen(), expected);
        Assert.Equal(expected == Outcome.Inconclusive, finding.Sentence.Contains("clients compete", StringComparison.Ordinal));
        Assert.Equal(asked == SockDiag, finding.Because?.Contains($"the rules give {(most == 4 ? "4" : "4..5")}", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void LostSamplesMakeTheFindingInconclusiveAndAreNamed()
    {
        var seen = Runs.OverflowSeen();
        seen.Insert(seen.Count - 1, new SamplesLost(LossSource.Conductor, 3, "the reader of this pipe was too slow"));
        var finding = Only(FivePlan, seen, Outcome.Inconclusive);
        Assert.Contains("sock_diag.accept-queue.last not seen (3 samples of conductor lost: the reader of this pipe was too slow)", finding.Sentence,
            StringComparison.Ordinal);
        Assert.Equal(5m, finding.Observed);
    }

    [Fact]
    public void ALossDoesNotHideAnotherWitnessThatIsWrong()
    {
        var seen = Runs.OverflowSeen();
        seen.Insert(seen.Count - 1, new SamplesLost(LossSource.Conductor, 1, "the reader of this pipe was too slow"));
        Only(Runs.OverflowPlan(Runs.Expect(4, 4, SockDiag, TcpInfo)), seen, Outcome.Broken);
    }

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
        Assert.Equal("the server 0 ended in mid-run with status 134: out of memory", evidence.Unfinished);
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
        var verdict = Judge.Decide(plan, Runs.Evidence(plan,
            [.. seen.Select(one => one with { Variant = "a" }), .. seen.Select(one => one with { Variant = "b" })]));
        Assert.Equal([("a", Outcome.Held), ("b", Outcome.Broken)], verdict.Findings.Select(finding => (finding.Variant, finding.Outcome)));
        Assert.StartsWith("accept-queue/backlog-overflow.yaml:14 [b]: expected", verdict.Findings[1].Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AcceptPolicyKind.Eager, Role.Server, 120, false, Outcome.Inconclusive)]
    [InlineData(AcceptPolicyKind.Eager, Role.Server, 40, false, Outcome.Broken)]
    [InlineData(AcceptPolicyKind.Never, Role.Server, 120, false, Outcome.Broken)]
    [InlineData(AcceptPolicyKind.Eager, Role.Swarm, 120, false, Outcome.Broken)]
    [InlineData(AcceptPolicyKind.Eager, Role.Swarm, 120, true, Outcome.Inconclusive)]
    public void ARoleThatStoodStillExcusesOnlyWhatThatCanHaveChanged(AcceptPolicyKind accept, Role role, int milliseconds, bool dependsOnTime, Outcome expected)
    {
        var scenario = Runs.Overflow with { Server = Runs.Overflow.Server with { Accept = accept == AcceptPolicyKind.Never ? AcceptPolicy.Never
            : AcceptPolicy.Eager } };
        var plan = Runs.Plan(Runs.Variant("", scenario, Runs.Expect(4, 4, SockDiag, TcpInfo, "clients.established") with { DependsOnTime = dependsOnTime }));
        var seen = Runs.OverflowSeen();
        seen.Insert(2, new ClockGap(role, 0, Nanoseconds.FromMilliseconds(milliseconds)) { T = Runs.At(1.01) });
        var finding = Only(plan, seen, expected);
        Assert.Equal(expected == Outcome.Inconclusive,
            finding.Sentence.Contains($"the {EnumWords<Role>.Of(role)}'s process stood still for 120 ms", StringComparison.Ordinal));
    }

    // The moment observed is 20 ms after the load began: 1.02 s. What each role and the sampler waited adds up on the way to it.
    [Theory]
    [InlineData(-50, new[] { Role.Swarm, Role.Conductor }, 30, Outcome.Inconclusive)]
    [InlineData(-70, new[] { Role.Swarm, Role.Conductor }, 30, Outcome.Broken)]
    [InlineData(-70, new[] { Role.Swarm, Role.Conductor, Role.Server }, 30, Outcome.Inconclusive)]
    [InlineData(-50, new Role[0], 30, Outcome.Broken)]
    public void AMomentMayBeOffByTheGapsOnTheWayToIt(int milliseconds, Role[] roles, int each, Outcome expected)
    {
        var predicted = 0.02m + (milliseconds / 1000m);
        var plan = Runs.Plan(Runs.Variant("", Runs.Overflow, Runs.Expect(predicted, predicted, "sock_diag.drops.first-seen") with { Unit = "s" }));
        var seen = Runs.OverflowSeen();
        seen.InsertRange(2, roles.Select(role => new ClockGap(role, 0, Nanoseconds.FromMilliseconds(each)) { T = Runs.At(1.01) }));
        var finding = Only(plan, seen, expected);
        Assert.Equal(expected == Outcome.Inconclusive, finding.Sentence.Contains("the harness was delayed by up to", StringComparison.Ordinal));
    }

    // 5 were queued. The sampler's last look says that the phase ended 80 ms late, which is what the replay is asked with.
    [Theory]
    [InlineData(80, 5, Outcome.Held)]
    [InlineData(80, 4, Outcome.Broken)]
    [InlineData(40, 5, Outcome.Broken)]
    public void WhatTheReplayGivesIsHeldAndWhatItContradictsIsBroken(int late, int replayed, Outcome expected)
    {
        var plan = Runs.OverflowPlan(Runs.Expect(3, 3, SockDiag, TcpInfo));
        List<Observation> seen = [.. Runs.OverflowSeen()
            .Select(one => one is PhaseEnded { Phase: "hold" } ended ? ended with { Late = Nanoseconds.FromMilliseconds(late) } : one)];
        RunConditions? asked = null;
        Plan Again(Plan planned, Func<VariantPlan, RunConditions?> delays)
        {
            var variant = planned.Variants[0];
            asked = delays(variant);
            return asked is null ? planned : planned with { Variants = [variant with { Expectations = [.. variant.Expectations.Select(one =>
                one with { Replayed = new PredictedRange(3, replayed) })] }] };
        }

        var finding = Assert.Single(Judge.Decide(plan, Runs.Evidence(plan, [.. seen]), Again).Findings);
        Assert.Equal((expected, late > 50), (finding.Outcome, asked is not null));
        Assert.Equal(PredictedRange.Exactly(3), finding.Predicted);
        Assert.Equal(late > 50, finding.Because?.Contains($"replayed as this run was, the rules give 3..{replayed}", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public void AGapAfterTheMomentThatIsAskedForExcusesNothing()
    {
        var scenario = Runs.Overflow with { Server = Runs.Overflow.Server with { Accept = AcceptPolicy.Eager } };
        var plan = Runs.Plan(Runs.Variant("", scenario, Runs.Expect(4, 4, SockDiag + "@load", TcpInfo + "@load")));
        var seen = Runs.OverflowSeen();
        seen.Insert(seen.Count - 1, new ClockGap(Role.Server, 0, Nanoseconds.FromMilliseconds(120)) { T = Runs.At(5) });
        Only(plan, seen, Outcome.Broken);
    }

    internal static Finding Only(Plan plan, IEnumerable<Observation> seen, Outcome outcome)
    {
        var verdict = Judge.Decide(plan, Runs.Evidence(plan, seen));
        var finding = Assert.Single(verdict.Findings);
        Assert.Equal(outcome, finding.Outcome);
        Assert.Equal(outcome, verdict.Outcome);
        return finding;
    }
}
