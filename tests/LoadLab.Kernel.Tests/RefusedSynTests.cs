using System.Net;
using System.Net.Sockets;

namespace LoadLab.Kernel.Tests;

public class RefusedSynTests
{
    [Fact]
    public void AListenerThatRefusesSynsKeepsItsQueueAndTakesNobodyNew()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(8);
        using var before = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        before.Connect(listener.LocalEndPoint!);
        var fd = (int)listener.SafeHandle.DangerousGetHandle();
        Assert.True(SocketCalls.RefuseSyns(fd).IsOk);

        using var after = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        Assert.Equal(SocketError.WouldBlock, Assert.Throws<SocketException>(() => after.Connect(listener.LocalEndPoint!)).SocketErrorCode);
        Assert.False(after.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectWrite));
        Assert.Equal(1, SocketCalls.ReadListener(fd, 0)!.Value.Queue);

        // Who was in time is served.
        using var accepted = listener.Accept();
        Assert.Equal(before.LocalEndPoint, accepted.RemoteEndPoint);
    }
}
