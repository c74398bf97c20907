using System.Collections.Immutable;
using LoadLab.Model;
using Xunit;

namespace LoadLab.Judging.Tests;

/// <summary>One result of many.</summary>
public class MergedRunTests
{
    [Fact]
    public void CountsAddAndHistogramsMerge()
    {
        var (a, b, server) = (Swarm("a", 0), Swarm("b", 0), Server());
        var merged = new MergedRun([a, b], server);
        Fold(merged, server, new ReplicaReady("a", "198.18.0.3"), new ReplicaReady("b", "198.18.0.4"), Tally(25),
            Runs.Listeners(ListenerWitness.TcpInfo, 2, (5, 4096, 0)));
        Fold(merged, a, Runs.Clients(20, 20, 0.001), new ClientsSeen(0, 20, 0, 0));
        Fold(merged, b, Runs.Clients(12, 10, 0.1, new FailureCount("connect", Errno.ETIMEDOUT, 2, Runs.At(1), Runs.At(2))), new ClientsSeen(0, 10, 0, 0));
        var run = merged.Document();

        Assert.Equal((32, 30, 2), (run.Connections.Attempted, run.Connections.Established, run.Connections.Failed));
        Assert.Equal((30, 2), (run.Connections.Latency!.Count, Assert.Single(run.Errors).Count));
        Assert.InRange(run.Connections.Latency.P50S, 0.0009, 0.0011);
        Assert.InRange(run.Connections.Latency.P90S, 0.095, 0.105);
        Assert.Equal(Outcome.Held, run.Verdict);
        Assert.True(run.Finished);
        Assert.Equal(3, run.Findings.Single(finding => finding.Id == "members").Observed);

        // 30 established, 25 accepted, 5 still queued.
        Assert.Equal(5, run.Findings.Single(finding => finding.Id == "both-ends").Observed);
    }

    [Fact]
    public void BothEndsThatCountDifferentlyAreBroken()
    {
        var (a, server) = (Swarm("a", 0), Server());
        var merged = new MergedRun([a], server);
        Fold(merged, server, Tally(19), Runs.Listeners(ListenerWitness.TcpInfo, 2, (0, 4096, 0)));
        Fold(merged, a, Runs.Clients(20, 20, 0.001), new ClientsSeen(0, 20, 0, 0));
        Assert.Equal(Outcome.Broken, merged.Document().Verdict);
    }

    // Seen of a server with backlog 16 that got SIGTERM under load: 17 queued, 14 half-open, 20 final ACKs ignored (each counts two drops and one overflow), 31
    // clients established and not accepted.
    [Theory]
    [InlineData(93, Outcome.Held)]
    [InlineData(114, Outcome.Broken)]
    [InlineData(78, Outcome.Broken)]
    public void AClientWhoseFinalAckWasIgnoredIsEstablishedAndInNoQueue(long established, Outcome expected)
    {
        var (a, server) = (Swarm("a", 0), Server());
        var merged = new MergedRun([a], server);
        Fold(
            merged,
            server,
            new CountersSeen(Runs.Counters(("TcpExt.ListenOverflows", 450)), 300, []),
            new StatesSeen(Runs.States(), Runs.States(("SYN-RECV", 14))),
            Runs.Listeners(ListenerWitness.SockDiag, 2, (17, 16, 470)),
            Runs.Listeners(ListenerWitness.TcpInfo, 2, (17, 16, 470)),
            Tally(62));
        Fold(merged, a, Runs.Clients(500, established, 0.001), new ClientsSeen(0, (int)established, 0, 0));
        var run = merged.Document();
        var both = run.Findings.Single(finding => finding.Id == "both-ends");
        Assert.Equal((new PredictedRange(17, 17 + 14 + 20), expected), (both.Predicted, both.Outcome));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AReplicaThatDiedIsNamed(bool hasFolder)
    {
        var (a, b, server) = (Swarm("a", 0), Swarm("b", 0, finished: false), Server());
        var merged = new MergedRun(hasFolder ? [a, b] : [a], server);
        Fold(merged, server, new ReplicaReady("a", "198.18.0.3"), new ReplicaReady("b", "198.18.0.4"), Tally(25),
            Runs.Listeners(ListenerWitness.TcpInfo, 2, (0, 4096, 0)));
        Fold(merged, a, Runs.Clients(20, 20, 0.001), new ClientsSeen(0, 20, 0, 0));
        var run = merged.Document();

        Assert.Equal((Outcome.Inconclusive, false), (run.Verdict, run.Finished));
        Assert.Contains(hasFolder ? "swarm b (results/b) did not finish"
            : "swarm b was ready at the server, and there is no folder of it", run.Unfinished, StringComparison.Ordinal);
        Assert.Equal((3, 2), ((int)run.Findings[0].Predicted.Low, (int)run.Findings[0].Observed!));
        Assert.Equal(20, run.Connections.Established);
    }

    [Fact]
    public void MomentsAreBroughtOntoOneClock()
    {
        var (early, late) = (Swarm("a", 0), Swarm("b", 1.5));
        var merged = new MergedRun([late, early], server: null);
        var counted = Assert.IsType<ConnectsCounted>(
            merged.Fold(late, Runs.Clients(1, 0, 0.001, new FailureCount("connect", Errno.EMFILE, 1, Runs.At(1), Runs.At(2))) with { T = Runs.At(2) }));
        Assert.Equal((Runs.At(3.5), Runs.At(2.5), Runs.At(3.5), 0), (counted.T, counted.Failures[0].First, counted.Failures[0].Last, counted.Worker));
        var other = Assert.IsType<ConnectsCounted>(merged.Fold(early, Runs.Clients(1, 1, 0.001) with { T = Runs.At(2) }));
        Assert.Equal((Runs.At(2), 1), (other.T, other.Worker));
        var records = Assert.IsType<ConnectRecords>(
            merged.Fold(late, new ConnectRecords(0, [new(0, 7, 10, 20, 0, ConnectOutcome.Pending, Errno.None),
                new(0, 8, 10, 20, 30, ConnectOutcome.Established, Errno.None)])));
        Assert.Equal([(1_500_000_010, 1_500_000_020, 0), (1_500_000_010, 1_500_000_020, 1_500_000_030)],
            records.Rows.Select(row => (row.Intended, row.Actual, row.End)));
    }

    [Fact]
    public void WhatAnotherMemberTellsAsWellIsNoPartOfTheMergedRun()
    {
        var (a, server) = (Swarm("a", 0), Server());
        var merged = new MergedRun([a], server);
        Assert.Null(merged.Fold(a, new CountersSeen(Runs.Counters(("TcpExt.ListenDrops", 7)), 300, [])));
        Assert.NotNull(merged.Fold(server, new CountersSeen(Runs.Counters(("TcpExt.ListenDrops", 7)), 300, [])));
    }

    [Theory]
    [InlineData(true, Outcome.Broken)]
    [InlineData(false, Outcome.Inconclusive)]
    public void JudgedAgainItKeepsWhatWasFoundOfItsMembers(bool isWhole, Outcome expected)
    {
        var (a, b, server) = (Swarm("a", 0), Swarm("b", 0, finished: isWhole), Server());
        var merged = new MergedRun([a, b], server);
        Observation[] seen = [Tally(19), Runs.Listeners(ListenerWitness.TcpInfo, 2, (0, 4096, 0)), Runs.Clients(20, 20, 0.001)];
        Fold(merged, server, seen[..2]);
        Fold(merged, a, seen[2]);
        var first = merged.Document();
        var evidence = Runs.Evidence(merged.Plan, seen);
        var again = MergedRun.Again(RunDocuments.Build(merged.Plan, evidence, Judge.Decide(merged.Plan, evidence), TimeSpan.Zero, first.Finished,
            first.Unfinished), first);
        Assert.True(MergedRun.IsPlanOf(merged.Plan));
        Assert.Equal(expected, again.Verdict);
        Assert.Equal((first.Verdict, first.Summary), (again.Verdict, again.Summary));
        Assert.Equal(first.Findings.Select(finding => (finding.Id, finding.Outcome)), again.Findings.Select(finding => (finding.Id, finding.Outcome)));
    }

    private static void Fold(MergedRun merged, Member member, params Observation[] observations) =>
        Array.ForEach(observations, observation => merged.Fold(member, observation));

    private static ServerTally Tally(long accepted) => new(accepted, [accepted], accepted, 0, ImmutableDictionary<Errno, long>.Empty, 0);

    private static Member Swarm(string name, double afterS, bool finished = true) => MemberOf(
        name, "swarm", ImmutableSortedDictionary<string, string>.Empty.Add(SwarmSettings.Replica, name)
            .Add(SwarmSettings.Target.Name, "198.18.0.2:9000"), afterS, finished);

    private static Member Server() => MemberOf("server", "serve", ImmutableSortedDictionary<string, string>.Empty, 0, finished: true);

    private static Member MemberOf(string folder, string scenario, ImmutableSortedDictionary<string, string> settings, double afterS, bool finished)
    {
        var variant = Runs.Variant("", Runs.Overflow with { Phases = [] }) with { Settings = settings };
        var plan = Runs.Plan(variant) with { Scenario = scenario, Host = Runs.Host with { Started = Runs.Host.Started.AddSeconds(afterS) } };
        var run = RunDocuments.Begun(plan);
        return new Member($"results/{folder}", plan, finished ? run with { Finished = true, Unfinished = null, DurationS = 3 } : run);
    }
}
