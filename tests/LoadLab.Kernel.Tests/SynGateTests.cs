using System.Net;
using System.Net.Sockets;
using LoadLab.Model;

namespace LoadLab.Kernel.Tests;

public sealed class SynGateTests
{
    [Theory]
    [InlineData(SocketFamily.Ipv4)]
    [InlineData(SocketFamily.Ipv6)]
    public void AShutGateDropsEachSynOnceAndLetsItsOwnIn(SocketFamily family)
    {
        var address = family == SocketFamily.Ipv4 ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        using var listener = New(address);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen(8);
        var fd = (int)listener.SafeHandle.DangerousGetHandle();
        Assert.True(SynGate.Shut(fd, family).IsOk);

        using var dropped = New(address);
        dropped.Blocking = false;
        Assert.Equal(SocketError.WouldBlock, Assert.Throws<SocketException>(() => dropped.Connect(listener.LocalEndPoint!)).SocketErrorCode);
        Assert.True(SpinWait.SpinUntil(() => SocketCalls.ReadListener(fd, 0)!.Value.Drops == 1, TimeSpan.FromSeconds(5)));
        Assert.Equal(0, SocketCalls.ReadListener(fd, 0)!.Value.Queue);

        using var own = New(address);
        Assert.True(SynGate.PassFrom((int)own.SafeHandle.DangerousGetHandle(), family).IsOk);
        own.Connect(listener.LocalEndPoint!);
        Assert.Equal(1, SocketCalls.ReadListener(fd, 0)!.Value.Queue);

        Assert.True(SynGate.Open(fd, family).IsOk);
        using var next = New(address);
        next.Connect(listener.LocalEndPoint!);
        Assert.True(dropped.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectWrite), "the retransmitted SYN should come in");
        using var accepted = listener.Accept();
        Assert.Equal(own.LocalEndPoint, accepted.RemoteEndPoint);
    }

    private static Socket New(IPAddress address) => new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
}
