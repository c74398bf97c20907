using LoadLab.Model;

namespace LoadLab.Kernel.Tests;

public sealed class TcpSocketOptionsTests : IDisposable
{
    private readonly int fd = (int)SocketCalls.CreateTcp(nonBlocking: true).Value;

    public void Dispose() => SocketCalls.Close(fd);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(30, 31)]
    [InlineData(31, 31)]
    [InlineData(32, 63)]
    public void DeferAcceptIsRoundedUpToAStepOfTheSynAckSchedule(int asked, int live)
    {
        Assert.True(TcpSocketOptions.DeferAccept(fd, Nanoseconds.FromSeconds(asked)).IsOk);
        Assert.Equal(Nanoseconds.FromSeconds(live), TcpSocketOptions.LiveDeferAccept(fd));
    }

    [Fact]
    public void APartOfASecondIsAWholeOneAndNeverOff()
    {
        Assert.True(TcpSocketOptions.DeferAccept(fd, Nanoseconds.FromMilliseconds(1)).IsOk);
        Assert.Equal(Nanoseconds.FromSeconds(1), TcpSocketOptions.LiveDeferAccept(fd));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(127, true)]
    [InlineData(0, false)]
    [InlineData(128, false)]
    public void SynCountTakesOneToAHundredAndTwentySeven(int count, bool isTaken) =>
        Assert.Equal(isTaken ? Errno.None : Errno.EINVAL, TcpSocketOptions.SynCount(fd, count).Errno);

    [Fact]
    public void KeepaliveTakesTwoTimesAndANumber() =>
        Assert.True(TcpSocketOptions.Keepalive(fd, new Keepalive(Nanoseconds.FromSeconds(60), Nanoseconds.FromSeconds(10), 6)).IsOk);

    [Fact]
    public void UserTimeoutTakesMilliseconds() => Assert.True(TcpSocketOptions.UserTimeout(fd, Nanoseconds.FromMilliseconds(1500)).IsOk);

    [Theory]
    [InlineData(999, false)]
    [InlineData(1000, true)]
    [InlineData(120_000, true)]
    [InlineData(120_001, false)]
    public void RtoMaxTakesOneToAHundredAndTwentySecondsWhereTheKernelHasIt(int milliseconds, bool isTaken)
    {
        Assert.SkipUnless(File.Exists("/proc/sys/net/ipv4/tcp_rto_max_ms"), "needs TCP_RTO_MAX_MS (Linux 6.15)");
        Assert.Equal(isTaken ? Errno.None : Errno.EINVAL, TcpSocketOptions.RtoMax(fd, Nanoseconds.FromMilliseconds(milliseconds)).Errno);
    }

    [Fact]
    public void AClosedDescriptorHasNoOptions() => Assert.Null(TcpSocketOptions.LiveDeferAccept(-1));
}
