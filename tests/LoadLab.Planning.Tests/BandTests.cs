using LoadLab.Model;
using LoadLab.Scenarios;

namespace LoadLab.Planning.Tests;

/// <summary>What the model predicts over time.</summary>
public sealed class BandTests
{
    public static TheoryData<string> Names => [.. Given.Catalog.Names];

    // The model's figures are taken twice: over time, and at the end of each phase. Both have to be the same.
    [Theory]
    [MemberData(nameof(Names))]
    public void EachBandEndsWithWhatIsPredictedForTheEndOfItsPhase(string name)
    {
        foreach (var variant in Given.Shipped(name, Given.Host618).Variants.Where(variant => variant.Bands is not null))
        {
            Assert.Equal(variant.Declared.Phases.Select(phase => phase.Name), variant.Bands!.Phases.Select(phase => phase.Phase));
            foreach (var phase in variant.Bands.Phases)
            {
                Assert.All(phase.Series.Values, series => Assert.True(series.Low.Zip(series.High).All(step => step.First <= step.Second)));
                foreach (var (series, quantity) in ((string, string)[])[(BandSeries.Established, "established"), (BandSeries.SynQueue, "half-open")])
                {
                    var predicted = variant.Predictions.FirstOrDefault(one => one.Quantity.ToString() == $"{quantity}@{phase.Phase}");
                    if (predicted is not null && phase.Series.GetValueOrDefault(series) is { } band)
                    {
                        Assert.True(band.Low[^1] <= predicted.Range.Low && band.High[^1] >= predicted.Range.High,
                            $"{variant.Name} {phase.Phase} {series}: {band.Low[^1]}..{band.High[^1]}, and {predicted.Range} is predicted");
                    }
                }
            }
        }
    }

    [Fact]
    public void AStallFillsTheQueueFromItsBeginToItsEnd()
    {
        var plan = Given.Plan(
            "claim: x\nserver: {backlog: 1000, accept: stalled 400ms 300ms}\n"
                + "phases: [{name: a, load: {shape: rate, rate: 1000/s, for: 1s}, wait: 100ms}]\n",
            Given.Host618);
        var phase = Assert.Single(plan.Variants[0].Bands!.Phases);
        var queue = phase.Series[BandSeries.AcceptQueue];
        Assert.InRange(queue.High.Max(), 298, 306);
        Assert.InRange(queue.High.IndexOf(queue.High.Max()) * phase.StepS, 0.67, 0.72);
        Assert.Equal((0L, 0L), (queue.Low[^1], queue.High[^1]));
        Assert.Equal(1000, phase.Series[BandSeries.Established].Low[^1]);
        Assert.False(phase.Series.ContainsKey(BandSeries.Failed));
    }

    [Fact]
    public void AReplayHasItsOwn()
    {
        var plan = Given.Plan(
            "claim: x\nserver: {backlog: 16, accept: paced 500/s}\nphases: [{name: a, load: {connections: 300}, wait: 300ms}]\n", Given.Host618);
        Assert.False(plan.Variants[0].Bands!.IsReplayed);
        var replayed = Replays.Of(plan, _ => RunConditions.Planned with { Connect = Nanoseconds.FromMilliseconds(0.12) });
        Assert.True(replayed.Variants[0].Bands!.IsReplayed);
    }

    [Fact]
    public void WhatHasNoRuleHasNoBand() =>
        Assert.Null(Given.Plan("claim: x\nswarm: {shape: churn, for: 1s}\n", Given.Host618).Variants[0].Bands);
}
