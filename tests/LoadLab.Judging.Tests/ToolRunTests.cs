using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Tests;

/// <summary>A run that another tool paces: its count beside the clients' own, and a server of which nothing was asked.</summary>
public class ToolRunTests
{
    private static readonly Plan Paced = Runs.Plan(Runs.Variant(
        "", Runs.Overflow with { Phases = [], OwnHalf = Role.Swarm, Server = new ServerSpec { Backlog = 4096 },
            Swarm = new SwarmSpec { PacedBy = "NBomber" } }, Runs.Expect(0, 1000, "clients.established", "tool.ok")));

    [Theory]
    [InlineData(15, Outcome.Held)]
    [InlineData(14, Outcome.Broken)]
    public void TheToolHasToCountWhatTheClientsCount(long ok, Outcome outcome)
    {
        var run = Ended(Runs.Clients(20, 15, 0.001), Figures(3, isFinal: false), Figures(ok, isFinal: true));
        Assert.Equal(outcome, run.Verdict);
        Assert.Contains(
            $"NBomber of its scenario 'connect': {ok} ok, 5 failed (ESTABLISHED {ok}, ETIMEDOUT 5); of those ok p50 1.0368 s, p95 2 s, p99 3 s, max 4 s",
            run.Notes);
    }

    [Fact]
    public void SeveralOfItsScenariosCountTogether()
    {
        var run = Ended(Runs.Clients(20, 15, 0.001), Figures(9, isFinal: true), Figures(6, isFinal: true) with { Scenario = "other" });
        Assert.Equal(Outcome.Held, run.Verdict);
        Assert.Equal(2, run.Notes.Count(note => note.StartsWith("NBomber of its scenario", StringComparison.Ordinal)));
    }

    [Fact]
    public void AServerThatNobodySawHasNoCapacity() => Assert.Equal((null, null), (Ended().Queues.Accept.Limit, Ended().Queues.Accept.Capacity));

    [Fact]
    public void AToolThatNeverSaidWhatItCountedIsNotSeen()
    {
        var finding = Assert.Single(Ended(Runs.Clients(20, 15, 0.001), Figures(3, isFinal: false)).Findings);
        Assert.Equal(Outcome.Inconclusive, finding.Outcome);
        Assert.Contains("the tool that paced the clients never said what it counted in all", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatSomebodyElsesServerAskedForIsNotClaimed()
    {
        var counters = new CountersSeen(Runs.Counters(("TcpExt.ListenOverflows", 5), ("TcpExt.ListenDrops", 5)), 300, []);
        var summary = Ended(counters, Runs.Listeners(ListenerWitness.SockDiag, 1, (5, 4, 5)), Runs.Clients(20, 15, 0.001)).Summary;
        Assert.Contains("5 connections: live backlog 4 + 1", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("4096", summary, StringComparison.Ordinal);
    }

    private static RunDocument Ended(params Observation[] seen) => RunDocuments.Ended(Paced, Runs.Evidence(Paced, seen), TimeSpan.FromSeconds(1), reason: null);

    private static ToolFigures Figures(long ok, bool isFinal) => new(
        "NBomber", "connect", isFinal, ok, 5, ImmutableSortedDictionary<string, long>.Empty.Add("ESTABLISHED", ok).Add("ETIMEDOUT", 5), 1.0368, 2, 3, 4);
}
