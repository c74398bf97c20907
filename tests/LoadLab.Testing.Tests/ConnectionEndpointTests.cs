using System.Net.Sockets;
using LoadLab.Kernel;

namespace LoadLab.Testing.Tests;

/// <summary>Endpoints that accept and fail the connection, seen by .NET's sockets.</summary>
public sealed class ConnectionEndpointTests
{
    public static TheoryData<AddressFamily> Families => QueueEndpointTests.Families;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Families))]
    public async Task AnAcceptedConnectionIsReset(AddressFamily family)
    {
        await using var server = await FailingEndpoint.ResetOnAcceptAsync(Clients.Over(family), Cancelled);
        using var client = Clients.New(server);
        Assert.Equal(SocketError.ConnectionReset, await Clients.ErrorOfAsync(async () =>
        {
            await client.ConnectAsync(server.EndPoint, Cancelled);
            _ = await client.ReceiveAsync(new byte[1], Cancelled);
        }));
        Assert.Equal((1, 1, 0), (server.State.Accepted, server.State.Reset, server.State.Open));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task TheConnectionIsResetAfterSoManyBytesAndNotBefore(AddressFamily family)
    {
        await using var server = await FailingEndpoint.ResetAfterBytesAsync(1000, Clients.Over(family), Cancelled);
        using var client = await Clients.ConnectAsync(server);
        _ = await client.SendAsync(new byte[999], Cancelled);
        var state = await server.WhenAsync(state => state.BytesRead == 999, cancellationToken: Cancelled);
        Assert.Equal((1, 0), (state.Open, state.Reset));
        _ = await client.SendAsync(new byte[1], Cancelled);
        Assert.Equal(SocketError.ConnectionReset, await Clients.ErrorOfAsync(() => client.ReceiveAsync(new byte[1], Cancelled).AsTask()));
        Assert.Equal((1000, 1), (server.State.BytesRead, server.State.Reset));
    }

    [Fact]
    public async Task RequestsAreAnsweredUntilTheConnectionIsReset()
    {
        await using var server = await FailingEndpoint.ResetAfterAnswersAsync(2, cancellationToken: Cancelled);
        using var client = await Clients.ConnectAsync(server);
        _ = await Clients.GetAsync(client);
        _ = await Clients.GetAsync(client);
        Assert.Equal(SocketError.ConnectionReset, await Clients.ErrorOfAsync(() => Clients.GetAsync(client)));
        Assert.Equal((2, 1, 1), (server.State.Answers, server.State.Accepted, server.State.Reset));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task BytesThatAreNotReadEndInAReset(AddressFamily family)
    {
        await using var server = await FailingEndpoint.ClosesWithoutReadingAsync(Clients.Over(family), Cancelled);
        using var client = await Clients.ConnectAsync(server);
        _ = await client.SendAsync("x"u8.ToArray(), Cancelled);
        Assert.Equal(SocketError.ConnectionReset, await Clients.ErrorOfAsync(() => client.ReceiveAsync(new byte[1], Cancelled).AsTask()));
        Assert.Equal((0, 1), (server.State.BytesRead, server.State.Reset));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task ASenderMeetsAWindowOfZero(AddressFamily family)
    {
        await using var server = await FailingEndpoint.NeverReadsAsync(Clients.Over(family), Cancelled);
        using var client = await Clients.ConnectAsync(server);
        client.Blocking = false;
        var chunk = new byte[64 * 1024];
        var sent = 0L;
        SocketError error;
        for (var taken = client.Send(chunk, 0, chunk.Length, SocketFlags.None, out error); error == SocketError.Success;
            taken = client.Send(chunk, 0, chunk.Length, SocketFlags.None, out error))
        {
            sent += taken;
        }

        Assert.Equal(SocketError.WouldBlock, error);
        _ = await server.WhenAsync(state => state.BytesUnread > 0, cancellationToken: Cancelled);
        using var diag = new SockDiag();
        DiagSocket Own() => diag.Connections().Single(one => one.Local.Equals(client.LocalEndPoint) && one.Remote.Equals(server.EndPoint)).Socket;
        Assert.True(SpinWait.SpinUntil(() => Own().ProbesWindow, TimeSpan.FromSeconds(5)));
        Assert.True(Own().WriteQueue > sent / 2, "most of what was sent should still be at the client");
        Assert.Equal((0, 1), (server.State.BytesRead, server.State.Open));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task ARequestIsReadAndNeverAnswered(AddressFamily family)
    {
        await using var server = await FailingEndpoint.NeverAnswersAsync(Clients.Over(family), Cancelled);
        using var client = await Clients.ConnectAsync(server);
        var answer = Clients.GetAsync(client);
        _ = await server.WhenAsync(state => state.BytesRead == "GET / HTTP/1.1\r\nHost: test\r\n\r\n".Length, cancellationToken: Cancelled);
        Assert.False(answer.IsCompleted);
        Assert.Equal(1, await server.ResetConnectionsAsync());
        Assert.Equal(SocketError.ConnectionReset, await Clients.ErrorOfAsync(() => answer));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task AfterTheEndOfTheStreamTheEndpointStillReads(AddressFamily family)
    {
        await using var server = await FailingEndpoint.HalfClosesAsync(Clients.Over(family), Cancelled);
        using var client = await Clients.ConnectAsync(server);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], Cancelled));
        _ = await client.SendAsync(new byte[5], Cancelled);
        var state = await server.WhenAsync(state => state.BytesRead == 5, cancellationToken: Cancelled);
        Assert.Equal(1, state.Open);
        client.Shutdown(SocketShutdown.Send);
        _ = await server.WhenAsync(state => state is { Open: 0, Closed: 1 }, cancellationToken: Cancelled);
    }
}
