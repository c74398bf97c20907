using LoadLab.Model;

namespace LoadLab.Judging.Tests;

/// <summary>Figures made of two witnesses, and those of one load.</summary>
public sealed class WitnessPairTests
{
    private static readonly Plan Plan = Runs.OverflowPlan();

    [Theory]
    [InlineData("clients.own-time.p50@b / clients.own-time.p50@a", "clients.own-time.p50@b", true, "clients.own-time.p50@a")]
    [InlineData("packets.client.FIN@close - sockstat.time-wait@close", "packets.client.FIN@close", false, "sockstat.time-wait@close")]
    public void ASignBetweenSpacesMakesAPair(string text, string left, bool isRatio, string right) => 
        Assert.Equal(new WitnessTerm(WitnessRef.TryParse(left)!, isRatio ? WitnessSign.Over : WitnessSign.Minus, WitnessRef.TryParse(right)),
            WitnessTerm.TryParse(text));

    [Theory]
    [InlineData("clients.syn-retransmits")]
    [InlineData("packets.client.SYN-ACK@first-half")]
    public void AHyphenInANameMakesNone(string text) => Assert.Null(WitnessTerm.TryParse(text)!.Second);

    [Theory]
    [InlineData("clients.attempted / clients.established", 4)]
    [InlineData("clients.attempted - clients.established", 15)]
    [InlineData("clients.attempted@load - clients.established@load", 15)]
    public void TheRatioAndTheDifferenceAreMadeOfWhatBothSay(string pair, double value) => Assert.Equal((decimal)value, Ask(pair, Runs.OverflowSeen()).Value);

    [Fact]
    public void WhatOneOfThemDidNotSeeNobodySaw()
    {
        Assert.StartsWith("clients.own-time.p50 not seen: ", Ask("clients.attempted / clients.own-time.p50", Runs.OverflowSeen()).Blind,
            StringComparison.Ordinal);
        Assert.StartsWith("sockstat.time-wait not seen: ", Ask("sockstat.time-wait - clients.attempted", Runs.OverflowSeen()).Blind, StringComparison.Ordinal);
        Assert.Equal("clients.gave-up is 0", Ask("clients.attempted / clients.gave-up", Runs.OverflowSeen()).Blind);
    }

    [Fact]
    public void OwnTimeIsThatOfTheLastLoadWithSuccessAndFailureApart()
    {
        Observation[] seen = [Counted(0, 1, false, 0.5), Counted(1, 1, false, 0.001), Counted(1, 10, false, 0.001), Counted(1, 10, true, 0.25)];
        Assert.InRange(Ask("clients.own-time.p99", seen).Value!.Value, 0.001m, 0.00104m);
        Assert.InRange(Ask("clients.own-time.failed.p50", seen).Value!.Value, 0.25m, 0.26m);
    }

    [Fact]
    public void OrphansAreTheLastThatWereReadAndAreSeenInAKernelOfTheRunsOwnAlone()
    {
        var none = Runs.States();
        Assert.Equal(8m, Ask("sockstat.orphans",
            [new StatesSeen(none, none) { Orphans = 20 }, new StatesSeen(none, none) { Orphans = 8 }, new StatesSeen(none, none)]).Value);
        Assert.Contains("a kernel of its own", Ask("sockstat.orphans", [new StatesSeen(none, none, 9)]).Blind, StringComparison.Ordinal);
    }

    [Fact]
    public void TimeWaitIsTheLastThatWasRead()
    {
        var none = Runs.States();
        Assert.Equal(7m, Ask("sockstat.time-wait", [new StatesSeen(none, none, 9), new StatesSeen(none, none, 7), new StatesSeen(none, none)]).Value);
    }

    [Fact]
    public void TheGapBetweenSynsIsTheMedian()
    {
        var gaps = new LatencyHistogram();
        foreach (var ms in (int[])[1, 1, 900])
        {
            gaps.Add(Nanoseconds.FromMilliseconds(ms));
        }

        var counted = new PacketsCounted(4, 4, System.Collections.Immutable.ImmutableSortedDictionary<string, long>.Empty) { SynGaps = gaps };
        Assert.InRange(Ask("packets.client.SYN.gap.p50", [counted]).Value!.Value, 0.001m, 0.00104m);
        Assert.False(Ask("packets.client.SYN.gap.p50", [counted with { SynGaps = null }]).CouldSee);
    }

    private static Reading Ask(string name, IEnumerable<Observation> seen) => Runs.Evidence(Plan, seen).Of("").Ask(name);

    private static ConnectsCounted Counted(int wave, int tenth, bool isFailed, double seconds)
    {
        var times = new LatencyHistogram();
        times.Add(Runs.At(seconds));
        return Runs.Clients(1, 1, seconds) with { Wave = wave, OwnTimes = [new OwnTime(tenth, isFailed, times)] };
    }
}
