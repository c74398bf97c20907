using System.Net.Sockets;
using LoadLab.Model;

namespace LoadLab.Kernel.Tests;

public sealed class EpollTests
{
    [Fact]
    public void ItWakesAtItsMomentAndNotBefore()
    {
        using var epoll = new Epoll();
        var due = RunClock.MonotonicNs + 20_000_000;
        Assert.Equal(0, epoll.Wait(due).Length);
        Assert.True(RunClock.MonotonicNs >= due);
    }

    [Fact]
    public void AnotherThreadCanWakeIt()
    {
        using var epoll = new Epoll();
        var waker = new Thread(epoll.Wake);
        waker.Start();
        Assert.Equal(0, epoll.Wait(long.MaxValue).Length);
        waker.Join();
    }

    [Fact]
    public void ARefusedConnectIsReadyWithItsErrno()
    {
        using var epoll = new Epoll();
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0)); // bound, not listening: RST
        var port = ((System.Net.IPEndPoint)closed.LocalEndPoint!).Port;
        var fd = (int)SocketCalls.CreateTcp(nonBlocking: true).Value;
        var first = SocketCalls.Connect(fd, 0x7F000001, port);
        Assert.Equal(Errno.EINPROGRESS, first.Errno);
        Assert.True(epoll.Add(fd, 7, Readiness.Writable).IsOk);
        var ready = epoll.Wait(RunClock.MonotonicNs + 5_000_000_000);
        Assert.Equal(7, ready[0].Token);
        Assert.Equal(Errno.ECONNREFUSED, SocketCalls.PendingError(fd));
        _ = SocketCalls.Close(fd);
    }
}
