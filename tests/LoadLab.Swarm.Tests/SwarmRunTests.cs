using LoadLab.Model;
using Xunit;

namespace LoadLab.Swarm.Tests;

public class SwarmRunTests
{
    [Fact]
    public void TheSummaryHasWhatHappened()
    {
        using var listener = new Listener(backlog: 4);
        _ = SwarmTarget.TryCreate("127.0.0.1", listener.Port, out var target);
        var spec = new SwarmSpec { Connections = 20, ConnectTimeout = Nanoseconds.FromMilliseconds(50) };
        var summary = SwarmRun.Run(spec, target!, (32768, 60999), TextWriter.Null, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((20, 5, 15, 0, 5), (summary.Attempted, summary.Established, summary.Failed, summary.Pending, summary.Open));
        Assert.Contains("15 x connect (given up): ETIMEDOUT (110: connection timed out)", summary.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsHeldStaysOpenForSoLongAndIsToldOnceASecond()
    {
        using var listener = new Listener(backlog: 4);
        _ = SwarmTarget.TryCreate("127.0.0.1", listener.Port, out var target);
        using var output = new StringWriter();
        var summary = SwarmRun.Run(new SwarmSpec { Connections = 20 }, target!, (32768, 60999), output, Nanoseconds.FromSeconds(1.2),
            cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((5, 15), (summary.Open, summary.Pending));
        Assert.True(summary.Lasted.Seconds >= 1.2);
        Assert.Contains("attempted 20, established 5, failed 0, pending 15", output.ToString(), StringComparison.Ordinal);
    }

    // The kernel gives these connects up after two minutes.
    [Fact]
    public void AChurnEndsWithItsTimeThoughConnectsHaveNoAnswer()
    {
        using var listener = new Listener(backlog: 0);
        _ = SwarmTarget.TryCreate("127.0.0.1", listener.Port, out var target);
        var spec = new SwarmSpec { Shape = LoadShape.Churn, Connections = 4, For = Nanoseconds.FromMilliseconds(300), Then = ClientEnd.Reset };
        var summary = SwarmRun.Run(spec, target!, (32768, 60999), TextWriter.Null, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((1, 4), (summary.Established, summary.Pending));
        Assert.InRange(summary.Lasted.Seconds, 1.3, 60);
    }

    [Fact]
    public void CancellationEndsItWithWhatWasSeen()
    {
        using var listener = new Listener(backlog: 0);
        _ = SwarmTarget.TryCreate("127.0.0.1", listener.Port, out var target);
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        var summary = SwarmRun.Run(new SwarmSpec { Shape = LoadShape.Rate, Connections = 0, For = Nanoseconds.FromSeconds(600) }, target!, (32768, 60999),
            TextWriter.Null, cancellation: cancellation.Token);
        Assert.True(summary.Lasted.Seconds < 60);
    }
}
