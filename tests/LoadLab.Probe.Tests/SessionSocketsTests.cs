using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Probe.Tests;

public sealed class SessionSocketsTests
{
    [Fact]
    public void TheOtherEndIsLookedForUnderTheNameOfEachEndOfAConnection()
    {
        using var loopback = new Loopback();
        using var sockets = Named(loopback);
        var seen = sockets.Look([], []).ToDictionary(socket => socket.Name);
        Assert.Equal(["client", "connection", "other.client", "other.connection", "server"], seen.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("LISTEN", "ESTABLISHED", "ESTABLISHED"), (seen["server"].Info, seen["connection"].Info, seen["other.client"].Info));
        Assert.All(seen.Values, socket => Assert.Equal((SocketSeen.NotListed, SocketSeen.NotListed), (socket.Diag, socket.Proc)));
    }

    [Fact]
    public void AClosedSocketKeepsItsEndsAndHasNoTcpInfo()
    {
        using var loopback = new Loopback();
        using var sockets = Named(loopback);
        sockets.Closed("connection");
        var seen = sockets.Look([], []).ToDictionary(socket => socket.Name);
        Assert.Null(seen["connection"].Info);
        Assert.Null(seen["other.client"].Info);
        Assert.Equal("ESTABLISHED", seen["client"].Info);
    }

    [Fact]
    public void ASenderIsFoundByItsAddressAndAStrangerIsItsPort()
    {
        using var loopback = new Loopback();
        using var sockets = Named(loopback);
        _ = Loopback.Made(StreamCalls.Name(loopback.Client, out var client));
        Assert.Equal("client", sockets.Sender(Between(client, loopback.End)));
        Assert.Equal("server", sockets.Sender(Between(loopback.End, client)));
        Assert.Equal("port-9", sockets.Sender(Between(client with { Port = 9 }, loopback.End with { Port = 10 })));
    }

    [Fact]
    public void AConnectGoesToWhatTheNameIsBoundToOrToThePeer()
    {
        using var loopback = new Loopback();
        using var sockets = Named(loopback);
        var peer = new RawPeer("peer", new SocketEnd(TcpSegment.Mapped(0xC6120001), 40_000));
        sockets.Add(peer);
        Assert.Equal((loopback.End, peer.Own), (sockets.EndOf("server"), sockets.EndOf("peer")));
        Assert.Contains("'nobody'", Assert.Throws<ProbeFailureException>(() => sockets.EndOf("nobody")).Message, StringComparison.Ordinal);
        Assert.Contains("'nobody'", Assert.Throws<ProbeFailureException>(() => sockets.Fd("nobody")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ANameThatIsGivenAgainResetsTheSocketThatHadIt()
    {
        using var loopback = new Loopback();
        using var sockets = new SessionSockets();
        sockets.Add("one", Loopback.Made(StreamCalls.Create(SocketFamily.Ipv4, 0)));
        var first = sockets.Fd("one");
        _ = Loopback.Made(StreamCalls.Connect(first, loopback.End));
        var accepted = Loopback.Made(StreamCalls.Accept(loopback.Listener, 0));
        sockets.Add("one", Loopback.Made(StreamCalls.Create(SocketFamily.Ipv4, 900)));
        Assert.Equal(Errno.ECONNRESET, SocketCalls.Receive(accepted, new byte[1]).Errno);
        _ = SocketCalls.Close(accepted);
    }

    // They close its descriptors from now on.
    private static SessionSockets Named(Loopback loopback)
    {
        var sockets = new SessionSockets();
        loopback.GiveAway();
        sockets.Add("server", loopback.Listener);
        sockets.Add("client", loopback.Client);
        sockets.Add("connection", loopback.Accepted);
        sockets.Listens("server");
        sockets.Refresh();
        return sockets;
    }

    private static TcpSegment Between(SocketEnd from, SocketEnd to) => new(from.Address, to.Address, from.Port, to.Port, 0, 0, TcpFlags.Ack, 0);
}
