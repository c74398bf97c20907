using LoadLab.Model;
using Xunit;

namespace LoadLab.Judging.Tests;

/// <summary>Figures made of two witnesses.</summary>
public sealed class WitnessPairTests
{
    [Theory]
    [InlineData("clients.own-time.p50@b / clients.own-time.p50@a", "clients.own-time.p50@b", true, "clients.own-time.p50@a")]
    [InlineData("packets.client.FIN@close - sockstat.time-wait@close", "packets.client.FIN@close", false, "sockstat.time-wait@close")]
    public void ASignBetweenSpacesMakesAPair(string text, string left, bool isRatio, string right) => Assert.Equal(new WitnessPair(left, isRatio, right), WitnessPair.Of(text));

    [Theory]
    [InlineData("clients.syn-retransmits")]
    [InlineData("packets.client.SYN-ACK@first-half")]
    public void AHyphenInANameMakesNone(string text) => Assert.Null(WitnessPair.Of(text));

    [Fact]
    public void TheRatioAndTheDifferenceAreMadeOfWhatBothSay()
    {
        Assert.Equal(2.5m, new Reading(5).With(new WitnessPair("a", true, "b"), new Reading(2)).Value);
        Assert.Equal(3m, new Reading(5).With(new WitnessPair("a", false, "b"), new Reading(2)).Value);
    }

    [Fact]
    public void WhatOneOfThemDidNotSeeNobodySaw()
    {
        Assert.Equal("b not seen: lost", new Reading(5).With(new WitnessPair("a", true, "b"), Reading.Unseen("lost")).Blind);
        Assert.Equal("b is 0", new Reading(5).With(new WitnessPair("a", true, "b"), new Reading(0)).Blind);
    }

    [Fact]
    public void OwnTimeIsThatOfTheLastLoad()
    {
        var sightings = new OwnTimeSightings();
        sightings.Fold(Counted(wave: 0, tenth: 1, isFailed: false, ns: 10));
        sightings.Fold(Counted(wave: 1, tenth: 1, isFailed: false, ns: 20));
        sightings.Fold(Counted(wave: 1, tenth: 10, isFailed: false, ns: 20));
        sightings.Fold(Counted(wave: 1, tenth: 10, isFailed: true, ns: 30));
        Assert.Equal((2, 20), (sightings.OfLastLoad(isFailed: false).Count, sightings.OfLastLoad(isFailed: false).Max.Value));
        Assert.Equal((1, 30), (sightings.OfLastLoad(isFailed: true).Count, sightings.OfLastLoad(isFailed: true).Max.Value));
        Assert.Equal([(0, 1), (1, 1), (1, 10), (1, 10)], sightings.Copy().Steps.Select(step => (step.Step.Wave, step.Step.Tenth)));
    }

    private static ConnectsCounted Counted(int wave, int tenth, bool isFailed, long ns)
    {
        var times = new LatencyHistogram();
        times.Add(new Nanoseconds(ns));
        return new ConnectsCounted(0, 0, wave, 1, 1, 0, [], new LatencyHistogram(), new LatencyHistogram()) { OwnTimes = [new OwnTime(tenth, isFailed, times)] };
    }
}
