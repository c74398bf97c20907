using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Tests;

public sealed class SessionJudgeTests
{
    private static readonly Session Session = new(
        "close",
        SocketFamily.Ipv4,
        7000,
        [
            new SessionStep { Name = "peer", Call = SessionCall.Peer, On = "peer", Send = SessionSegment.Syn },
            new SessionStep { Name = "close", Call = SessionCall.Close, On = "conn",
                States = ImmutableSortedDictionary<string, string>.Empty.Add("conn", "FIN-WAIT-1"), Packets = ["server FIN"] },
        ]);

    [Theory]
    [InlineData("FIN-WAIT-1", "FIN-WAIT-1", 0, Outcome.Held)]
    [InlineData("FIN-WAIT-2", "FIN-WAIT-2", 0, Outcome.Broken)]
    [InlineData("FIN-WAIT-1", "FIN-WAIT-2", 0, Outcome.Broken)]
    [InlineData("FIN-WAIT-2", "FIN-WAIT-2", 300, Outcome.Inconclusive)]
    [InlineData("FIN-WAIT-1", "FIN-WAIT-1", 300, Outcome.Held)]
    public void TwoTablesMustSayTheStateAndALateLabConvictsNobody(string diag, string proc, int lateMs, Outcome outcome)
    {
        var finding = Assert.Single(Decide([Seen("close", [new SocketSeen("conn", diag, proc, null, null, null)])], lateMs,
            Expect(4, "state", "session.close.close.diag.conn", "session.close.close.proc.conn")));
        Assert.Equal(outcome, finding.Outcome);
    }

    // Another run on the machine can fill a processor's queue of received packets, whose room is the whole machine's.
    [Theory]
    [InlineData(0, Outcome.Broken)]
    [InlineData(3, Outcome.Inconclusive)]
    public void ADifferentStateIsInconclusiveWhereTheMachineDroppedPackets(long dropped, Outcome outcome)
    {
        var seen = Seen("close", [new SocketSeen("conn", "FIN-WAIT-2", "FIN-WAIT-2", null, null, null)]);
        seen = seen with { Counters = seen.Counters.SetItem(Counter.SoftnetDropped.Name, dropped) };
        Assert.Equal(outcome, Assert.Single(Decide([seen], 0, Expect(4, "state", "session.close.close.diag.conn", "session.close.close.proc.conn"))).Outcome);
    }

    [Fact]
    public void WhatIsInNoTableIsInClose() =>
        Assert.Equal(Outcome.Held, Assert.Single(
            Decide([Seen("close", [new SocketSeen("conn", SocketSeen.NotListed, SocketSeen.NotListed, null, null, null)])], 0,
                Expect(7, "state", "session.close.close.diag.conn", "session.close.close.proc.conn"))).Outcome);

    [Fact]
    public void WhatWasNotLookedForIsInNoState()
    {
        var finding = Assert.Single(Decide([Seen("close", [])], 0,
            Expect(7, "state", "session.close.close.diag.other.conn", "session.close.close.proc.other.conn")));
        Assert.Equal((Outcome.Inconclusive, null), (finding.Outcome, finding.Observed));
        Assert.Contains("other.conn was not looked for", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void AStepThatWasNotReachedIsInconclusiveWithTheSessionsReason()
    {
        var finding = Assert.Single(Decide([], 0, Expect(0, "errno", "session.close.close.errno.number"), problem: "no network namespace was to be had"));
        Assert.Equal(Outcome.Inconclusive, finding.Outcome);
        Assert.Contains("no network namespace was to be had", finding.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("session.close.close.packets.server FIN", 1, true)]
    [InlineData("session.close.close.packets.all", 1, true)]
    [InlineData("session.close.close.packets.client FIN", 1, false)]
    [InlineData("session.close.close.counters.TcpExt.TCPAbortOnData", 2, true)]
    [InlineData("session.close.close.reads.hello", 1, true)]
    [InlineData("session.close.close.reads.hell", 1, false)]
    [InlineData("session.close.close.blocked.yes", 0, true)]
    public void SegmentsCountersAndBytesAreWitnesses(string witness, int predicted, bool holds)
    {
        var finding = Assert.Single(Decide([Seen("close", [])], 0, Expect(predicted, "", witness)));
        Assert.Equal(holds ? Outcome.Held : Outcome.Broken, finding.Outcome);
    }

    [Fact]
    public void TransitionsAreThoseOfOneStepAndLeapsAreNone()
    {
        var evidence = Evidence(
            [
                Seen("peer", [new SocketSeen("server", "LISTEN", "LISTEN", "LISTEN", null, null),
                    new SocketSeen("other.peer", "SYN-RECV", "SYN-RECV", null, null, null), new SocketSeen("conn", "ESTABLISHED", "ESTABLISHED", null, null,
                        null), new SocketSeen("leaps", "SYN-SENT", "SYN-SENT", null, null, null)]),
                Seen("close", [new SocketSeen("conn", "FIN-WAIT-1", "FIN-WAIT-1", null, null, null),
                    new SocketSeen("leaps", "TIME-WAIT", "TIME-WAIT", null, null, null)]),
            ],
            0,
            Expect(4, "state", "session.close.close.diag.conn"),
            null);
        var (states, transitions) = TransitionsSeen.Of([Session], evidence.Variants[0]);
        Assert.Equal([new StateTransition("LISTEN", "SYN-RECV", "SYN"), new StateTransition("ESTABLISHED", "FIN-WAIT-1", "close()")], transitions);
        Assert.Equal(["ESTABLISHED", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "TIME-WAIT", "LISTEN"], states);
        Assert.Equal("close(): conn FIN-WAIT-1, segments server FIN", ClaimJudge.Observed(Session, evidence.Variants[0]));
    }

    [Fact]
    public void AClaimIsWhatTheWorstOfItsFindingsIs()
    {
        Finding held = Decide([Seen("close", [])], 0,
            Expect(1, "",
                "session.close.close.packets.all"))[0], broken = held with { Outcome = Outcome.Broken }, unseen = held with { Outcome = Outcome.Inconclusive };
        Assert.Equal(ClaimOutcome.Held, ClaimJudge.Outcome([held], nuance: false));
        Assert.Equal(ClaimOutcome.Nuanced, ClaimJudge.Outcome([held], nuance: true));
        Assert.Equal(ClaimOutcome.Broken, ClaimJudge.Outcome([held, unseen, broken], nuance: true));
        Assert.Equal(ClaimOutcome.Inconclusive, ClaimJudge.Outcome([held, unseen], nuance: false));
        Assert.Equal(ClaimOutcome.Inconclusive, ClaimJudge.Outcome([], nuance: false));
        Assert.Equal([new ClaimWitness("packets", 1, 1)], ClaimJudge.Asked([held]));
    }

    private static StepSeen Seen(string step, ImmutableArray<SocketSeen> sockets) =>
        new("close", step, SessionCall.Close, 0, Errno.None, false, "hello", sockets, ["server FIN"],
            ImmutableSortedDictionary<string, long>.Empty.Add("TcpExt.TCPAbortOnData", 2));

    private static PlannedExpectation Expect(decimal predicted, string unit, params string[] witnesses) =>
        Runs.Expect(predicted, predicted, witnesses) with { Unit = unit, DependsOnTime = true };

    private static ImmutableArray<Finding> Decide(StepSeen[] seen, int lateMs, PlannedExpectation expectation, string? problem = null)
    {
        var evidence = Evidence(seen, lateMs, expectation, problem);
        return Judge.Decide(PlanOf(expectation), evidence).Findings;
    }

    private static Plan PlanOf(PlannedExpectation expectation) =>
        Runs.Plan(Runs.Variant("", new Scenario { Name = "close", Path = "close.yaml", Claim = "x",
            Phases = [new Phase("session", new SessionAction([Session], InNamespacesOfTheirOwn: false),
                Nanoseconds.Zero)] }, expectation) with { Workers = 0 });

    private static Evidence Evidence(StepSeen[] seen, int lateMs, PlannedExpectation expectation, string? problem)
    {
        var evidence = new Evidence(PlanOf(expectation));
        evidence.Fold(new PhaseBegan("session"));
        Array.ForEach(seen, evidence.Fold);
        evidence.Fold(new SessionEnded("close", Nanoseconds.FromSeconds(1), Nanoseconds.FromMilliseconds(lateMs), problem));
        evidence.Fold(new PhaseEnded("session", true, Nanoseconds.Zero));
        return evidence;
    }
}
