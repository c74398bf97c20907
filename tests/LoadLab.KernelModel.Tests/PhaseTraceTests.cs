using LoadLab.Model;

namespace LoadLab.KernelModel.Tests;

/// <summary>Figures of the model over the time of a phase.</summary>
public sealed class PhaseTraceTests
{
    private static readonly Nanoseconds Begin = Nanoseconds.FromSeconds(3);

    [Fact]
    public void APeakOfOneMomentSurvivesHoweverLongThePhaseIs()
    {
        var trace = new PhaseTrace(Begin);
        for (var ms = 1; ms <= 5000; ms++)
        {
            trace.Until(Begin + Nanoseconds.FromMilliseconds(ms), Queued(ms == 1234 ? 77 : 2));
        }

        trace.End(Queued(2));
        var step = trace.Step.Seconds;
        Assert.True(trace.Steps.Count is > 100 and <= 241, $"{trace.Steps.Count}");
        Assert.Equal(0.032, step, 6);
        var peak = Assert.Single(trace.Steps.Index(), one => one.Item.Most.Queued == 77);
        Assert.InRange(1.2335, peak.Index * step, (peak.Index + 1) * step);
        Assert.All(trace.Steps, one => Assert.Equal(2, one.Least.Queued));
        Assert.Equal(5, trace.Lasted.Seconds, 6);
    }

    [Fact]
    public void WhatStaysIsInEveryStepUntilItChanges()
    {
        var trace = new PhaseTrace(Begin);
        trace.Until(Begin + Nanoseconds.FromMilliseconds(4), Queued(0));
        trace.Until(Begin + Nanoseconds.FromMilliseconds(8), Queued(9));
        trace.End(Queued(9));
        Assert.Equal([0, 0, 0, 0, 9, 9, 9, 9, 9], trace.Steps.Select(step => step.Most.Queued));
        Assert.Equal([0, 0, 0, 0, 0, 9, 9, 9, 9], trace.Steps.Select(step => step.Least.Queued));
    }

    private static TraceRange Queued(long queued) => new(new TraceFigures(queued, 0, 0, 0, 0, 0, 0), new TraceFigures(queued, 0, 0, 0, 0, 0, 0));
}
