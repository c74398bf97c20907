using LoadLab.KernelModel.Rules;
using LoadLab.Model;

namespace LoadLab.KernelModel.Tests;

/// <summary>The timers of established connections; the figures were measured on 6.18 at 250 ticks a second and on 6.1 at 100.</summary>
public class SegmentTimerTests
{
    [Theory]
    [InlineData(false, "tcp_retries2", "1", false, 0, new[] { 0.2, 0.6 }, 1.4)]
    [InlineData(true, "tcp_retries2", "1", false, 0, new[] { 0.2, 0.4, 0.8 }, 1.6)]
    [InlineData(true, "tcp_orphan_retries", "1", true, 0, new[] { 0.2, 0.4, 0.8 }, 1.6)]
    [InlineData(true, "tcp_retries2", "15", false, 1, new[] { 0.2, 0.4, 0.8 }, 1.4)]
    public void DataIsRetransmittedAndGivenUpAsMeasured(bool hasSack, string sysctl, string value, bool isOrphan, double userTimeout, double[] sends,
        double givenUp)
    {
        var socket = new EstablishedSocket(Nanoseconds.FromMilliseconds(0.05), hasSack) { IsOrphan = isOrphan,
            UserTimeout = Nanoseconds.FromSeconds(userTimeout) };
        var run = Run(socket, Nanoseconds.FromMilliseconds(0.05), 1, (sysctl, value));
        Assert.Equal(sends.Length, run.Sent.Count);
        Assert.All(run.Sent.Zip(sends), pair => Assert.InRange(pair.First, pair.Second, (pair.Second * 1.13) + 0.02));
        Assert.InRange(run.GivenUp, givenUp, (givenUp * 1.13) + 0.02);
        Assert.Equal(run.Sent.Count - (hasSack ? 1 : 0) + 1, run.Timer.Timeouts);
        Assert.Equal(hasSack ? 1 : 0, run.Timer.Probes);
    }

    [Theory]
    [InlineData(30, 2)]
    [InlineData(96, 1)]
    public void LongRoundTripLeavesFewerRetransmissions(double roundTripMs, int count)
    {
        var run = Run(new EstablishedSocket(default, HasSack: false), Nanoseconds.FromMilliseconds(roundTripMs), 1, ("tcp_retries2", "1"));
        Assert.Equal(count, run.Sent.Count);
    }

    [Fact]
    public void SeveralSegmentsInFlightAreProbedAfterTwoTicks()
    {
        var run = Run(new EstablishedSocket(default, HasSack: true), Nanoseconds.FromMilliseconds(0.05), 2, ("tcp_retries2", "1"));
        Assert.InRange(run.Sent[0], 0.008, 0.017);
        Assert.InRange(run.Sent[1] - run.Sent[0], 0.2, 0.22);
    }

    [Fact]
    public void AcknowledgedDataIsNeverRetransmitted()
    {
        var given = new GivenPorts("1024 2047");
        var timer = new SegmentTimer(given.Timeline, given.State, new EstablishedSocket(default, HasSack: true), default, () => Assert.Fail("retransmitted"),
            () => Assert.Fail("given up"));
        timer.Start(1);
        given.Wait(0.1);
        timer.Stop();
        given.Wait(100);
        Assert.Equal(0, timer.Timeouts);
    }

    [Fact]
    public void LongestTimeoutBoundsEachStep()
    {
        var run = Run(new EstablishedSocket(default, HasSack: false) { RtoMax = Nanoseconds.FromSeconds(1) }, default, 1, ("tcp_retries2", "6"));
        Assert.All(run.Sent.Zip(run.Sent.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 0.4, 1.05));
    }

    [Theory]
    [InlineData(false, 3, 3.2)]
    [InlineData(true, 25, 25)]
    public void KeepaliveEndsAnIdleConnectionButNoneWithDataInFlight(bool isInFlight, double least, double most)
    {
        var given = new GivenPorts("1024 2047");
        var ended = 25.0;
        var timer = new KeepaliveTimer(given.Timeline, Nanoseconds.FromSeconds(1), Nanoseconds.FromSeconds(1), 2, default, () => isInFlight,
            () => ended = given.Timeline.Now.Seconds);
        timer.Start();
        given.Wait(25);
        Assert.InRange(ended, least, most);
        Assert.Equal(isInFlight ? 0 : 2, timer.Probes);
    }

    [Fact]
    public void UserTimeoutDecidesForKeepaliveToo()
    {
        var given = new GivenPorts("1024 2047");
        var ended = 0.0;
        var timer = new KeepaliveTimer(given.Timeline, Nanoseconds.FromSeconds(1), Nanoseconds.FromSeconds(1), 9, Nanoseconds.FromSeconds(1.5), () => false,
            () => ended = given.Timeline.Now.Seconds);
        timer.Start();
        given.Wait(25);
        Assert.InRange(ended, 2, 2.15);
        Assert.Equal(1, timer.Probes);
    }

    private static (List<double> Sent, double GivenUp, SegmentTimer Timer) Run(EstablishedSocket socket, Nanoseconds roundTrip, int segments,
        params (string Name, string Value)[] sysctls)
    {
        var given = new GivenPorts("1024 2047", more: sysctls);
        var sent = new List<double>();
        var givenUp = double.NaN;
        var timer = new SegmentTimer(given.Timeline, given.State, socket, roundTrip, () => sent.Add(given.Timeline.Now.Seconds),
            () => givenUp = given.Timeline.Now.Seconds);
        timer.Start(segments);
        given.Wait(2000);
        return (sent, givenUp, timer);
    }
}
