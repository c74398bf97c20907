using LoadLab.Model;

namespace LoadLab.KernelModel.Tests;

/// <summary>What a client's end has in flight and what waits.</summary>
public sealed class SendQueueTests
{
    private static readonly KernelVersion V61 = KernelVersion.Parse("6.1.0");
    private static readonly KernelVersion V618 = KernelVersion.Parse("6.18.0");

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(40_000, 1, 16_384)]
    [InlineData(50_000, 2, 16_384 + 32_741)]
    [InlineData(1 << 24, 2, 16_384 + 32_741)]
    public void BesideASegmentInFlightOnlyFullOnesGoOut(long bytes, int segments, long inFlight)
    {
        var queue = new SendQueue();
        Assert.Equal(segments, queue.Write(bytes, isInLoss: false));
        Assert.Equal(inFlight, queue.InFlight);
    }

    [Fact]
    public void AFinGoesOutWithWhatWaits()
    {
        var queue = Written(1, 1);
        Assert.Equal(1, queue.InFlight);
        Assert.True(queue.WriteFin(isInLoss: false, V618));
        Assert.Equal((2, false), (queue.InFlight, queue.IsFinAlone));
    }

    [Fact]
    public void AFinWaitsBesideRetransmittedDataSince610()
    {
        Assert.False(Written(1).WriteFin(isInLoss: true, V618));
        Assert.True(Written(1).WriteFin(isInLoss: true, V61));
    }

    [Fact]
    public void TheFirstSegmentTakesAlongWhatItHasRoomFor()
    {
        var queue = Written(1, 1);
        Assert.True(queue.LetTailOut());
        Assert.True(queue.WriteFin(isInLoss: false, V618));
        Assert.True(queue.IsFinAlone);
        queue.Collapse();
        Assert.Equal((0, false), (queue.FirstHasCome(), queue.IsFinAlone));
    }

    [Fact]
    public void WhatIsBehindTheFirstGoesOutAgainWhenThatIsAcknowledged() => Assert.Equal(1, Written(1, 40_000).FirstHasCome());

    // What is acknowledged does not hold back a FIN, however much it was.
    [Theory]
    [InlineData(1)]
    [InlineData(40_000)]
    [InlineData(1 << 20)]
    public void AnExchangeEndsWithAFinThatGoesOutAtOnce(int bytes)
    {
        var swarm = new SwarmSpec { Connections = 20, ExchangeBytes = bytes, Then = ClientEnd.Close };
        Phase[] phases = [new("load", new LoadAction(swarm, LoadUntil.Issued), Nanoseconds.FromMilliseconds(500))];
        var server = new ServerSpec { Backlog = 100, Accept = AcceptPolicy.Eager, Connection = ConnectionBehaviour.Echo };
        Assert.All(Timing.Draws, timing => Assert.Equal((20, 0), (Given.Run(server, phases, timing).Last.ClientFins,
            Given.Run(server, phases, timing).Last.FinRetransmits)));
    }

    // Nothing is lost and nothing appears: what is written is in flight or waits, and never is more in flight than the window.
    [Fact]
    public void WhatIsInFlightNeverExceedsTheWindow()
    {
        var random = new Random(1);
        for (var run = 0; run < 500; run++)
        {
            var queue = new SendQueue();
            for (var step = 0; step < 8; step++)
            {
                _ = random.Next(4) switch
                {
                    0 => queue.LetTailOut() ? 1 : 0,
                    1 => queue.FirstHasCome(),
                    _ => queue.Write(random.Next(1, 70_000), random.Next(3) == 0),
                };
                Assert.InRange(queue.InFlight, 0, 65_483);
                Assert.InRange(queue.BeforeLast, 0, queue.InFlight);
            }
        }
    }

    private static SendQueue Written(params long[] bytes)
    {
        var queue = new SendQueue();
        foreach (var one in bytes)
        {
            _ = queue.Write(one, isInLoss: false);
        }

        return queue;
    }
}
