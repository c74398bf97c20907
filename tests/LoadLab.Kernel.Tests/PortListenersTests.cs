using System.Net;
using System.Net.Sockets;
using LoadLab.Model;
using Xunit;

namespace LoadLab.Kernel.Tests;

/// <summary>Which listeners a connection may come to, and whose they are.</summary>
public sealed class PortListenersTests
{
    private static readonly UInt128 Loopback = TcpSegment.Mapped(0x7F000001);

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.2", false)]
    [InlineData("0.0.0.0", true)]
    [InlineData("::", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    public void AListenerOfTheSameOrTheAnyAddressOverlaps(string address, bool overlaps)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6 || !address.Contains(':', StringComparison.Ordinal), "needs IPv6");
        using var listener = Listen(address, 0);
        using var listeners = new PortListeners();
        var found = listeners.Overlapping(Loopback, PortOf(listener));
        Assert.Equal(overlaps, found.Any(one => one.Cookie == PortListeners.CookieOf((int)listener.Handle)));
    }

    [Fact]
    public void AListenerOfNoneOfTheProcessesIsForeign()
    {
        using var listener = Listen("127.0.0.1", 0);
        using var listeners = new PortListeners();
        Assert.False(listeners.HasForeign(Loopback, PortOf(listener), [Environment.ProcessId]));
        Assert.True(listeners.HasForeign(Loopback, PortOf(listener), []));
        Assert.True(listeners.HasForeign(Loopback, PortOf(listener), [int.MaxValue]));
    }

    [Fact]
    public void WhereNobodyListensNobodyIsForeign()
    {
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var listeners = new PortListeners();
        Assert.False(listeners.HasForeign(Loopback, PortOf(bound), []));
    }

    private static Socket Listen(string address, int port)
    {
        var at = IPAddress.Parse(address);
        var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (at.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = true;
        }

        socket.Bind(new IPEndPoint(at, port));
        socket.Listen(4);
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
