using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LoadLab.Kernel;

namespace LoadLab.Testing.Tests;

/// <summary>Endpoints that fail before a connection is served, seen by .NET's sockets and by sock_diag.</summary>
public sealed class QueueEndpointTests
{
    public static TheoryData<AddressFamily> Families => [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Families))]
    public async Task AConnectToAFullQueueHangsUntilAcceptingStarts(AddressFamily family)
    {
        await using var server = await FailingEndpoint.FullAcceptQueueAsync(Clients.Over(family), Cancelled);
        using var client = Clients.New(server);
        var connect = client.ConnectAsync(server.EndPoint, Cancelled).AsTask();
        _ = await server.WhenAsync(state => state.PacketsDropped >= 1, cancellationToken: Cancelled);
        using (var diag = new SockDiag())
        {
            var listener = Assert.Single(diag.Connections(sourcePort: server.Port), TcpStates.IsListener);
            Assert.Equal((2, 1), (listener.Socket.ReceiveQueue, listener.Socket.WriteQueue));
            Assert.Contains(diag.Connections(), one => one.Remote.Equals(server.EndPoint) && TcpStates.NameOf(one.Socket.State) == "SYN-SENT");
        }

        Assert.False(connect.IsCompleted);
        await server.StartAcceptingAsync();
        await connect;
        Assert.EndsWith("ok", await Clients.GetAsync(client), StringComparison.Ordinal);
        Assert.Equal((1, 1), (server.State.Accepted, server.State.Answers));
    }

    [Fact]
    public async Task AFullQueueHoldsBacklogPlusOneAndIsNeverLeft()
    {
        await using var server = await FailingEndpoint.FullAcceptQueueAsync(new EndpointOptions { Backlog = 5 }, Cancelled);
        Assert.Equal((6, 5, 0), (server.State.AcceptQueue, server.State.LiveBacklog, server.State.Accepted));
    }

    [Fact]
    public async Task AConnectThatHangsIsRefusedOnceTheEndpointIsGone()
    {
        var server = await FailingEndpoint.FullAcceptQueueAsync(cancellationToken: Cancelled);
        using var client = Clients.New(server);
        var connect = client.ConnectAsync(server.EndPoint, Cancelled).AsTask();
        await server.DisposeAsync();
        Assert.Equal(SocketError.ConnectionRefused, await Clients.ErrorOfAsync(() => connect));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task AStalledEndpointConnectsAndAnswersOnlyWhenTold(AddressFamily family)
    {
        await using var server = await FailingEndpoint.StalledAsync(options: Clients.Over(family), cancellationToken: Cancelled);
        using var client = await Clients.ConnectAsync(server);
        var answer = Clients.GetAsync(client);
        var stalled = await server.WhenAsync(state => state.BytesUnread > 0, cancellationToken: Cancelled);
        Assert.Equal((1, 0), (stalled.AcceptQueue, stalled.Accepted));
        Assert.False(answer.IsCompleted);
        await server.StartAcceptingAsync();
        Assert.EndsWith("ok", await answer, StringComparison.Ordinal);
        Assert.Equal((0, 1, 1), (server.State.AcceptQueue, server.State.Accepted, server.State.Open));
    }

    [Fact]
    public async Task AStallEndsByItselfAfterItsTime()
    {
        await using var server = await FailingEndpoint.StalledAsync(TimeSpan.FromMilliseconds(300), cancellationToken: Cancelled);
        var began = Stopwatch.GetTimestamp();
        using var client = await Clients.ConnectAsync(server);
        _ = await Clients.GetAsync(client);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0.2, 5);
    }

    [Fact]
    public async Task APacedEndpointAcceptsAtItsRate()
    {
        await using var server = await FailingEndpoint.PacedAcceptAsync(20, cancellationToken: Cancelled);
        using var first = await Clients.ConnectAsync(server);
        _ = await Clients.GetAsync(first);
        var began = Stopwatch.GetTimestamp();
        var clients = new List<Socket>();
        for (var i = 0; i < 10; i++)
        {
            clients.Add(await Clients.ConnectAsync(server));
        }

        _ = await Clients.GetAsync(clients[^1]);
        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        clients.ForEach(client => client.Dispose());

        // Ten at 20 a second, one interval after the first: half a second, and never less.
        Assert.InRange(took, 0.44, 5);
        Assert.Equal(11, server.State.Accepted);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task TheFirstConnectsTakeASecondAndTheNextDoesNot(AddressFamily family)
    {
        await using var server = await FailingEndpoint.DropsFirstConnectsAsync(2, Clients.Over(family), Cancelled);
        for (var i = 1; i <= 2; i++)
        {
            var began = Stopwatch.GetTimestamp();
            using var dropped = await Clients.ConnectAsync(server);
            Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0.9, 2.9);
            Assert.Equal(i, server.State.ConnectsDropped);
            _ = await Clients.GetAsync(dropped);
        }

        var now = Stopwatch.GetTimestamp();
        using var next = await Clients.ConnectAsync(server);
        Assert.True(Stopwatch.GetElapsedTime(now).TotalSeconds < 0.9);
        Assert.Equal(2, server.State.ConnectsDropped);
        Assert.True(server.State.PacketsDropped >= 2);
    }

    [Fact]
    public async Task OfACrowdTheFirstLoseASynAndEverybodyComesIn()
    {
        await using var server = await FailingEndpoint.DropsFirstConnectsAsync(3, cancellationToken: Cancelled);
        var clients = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Clients.ConnectAsync(server)));
        var state = await server.WhenAsync(state => state.Accepted == 100, cancellationToken: Cancelled);
        Array.ForEach(clients, client => client.Dispose());
        Assert.InRange(state.ConnectsDropped, 3, 100);
    }

    [Fact]
    public async Task ConnectsAtOnceAreDroppedTogetherAndAllComeInAfterASecond()
    {
        await using var server = await FailingEndpoint.DropsFirstConnectsAsync(20, cancellationToken: Cancelled);
        var began = Stopwatch.GetTimestamp();
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Clients.ConnectAsync(server)));
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0.9, 2.9);
        Array.ForEach(clients, client => client.Dispose());
        Assert.Equal(20, server.State.ConnectsDropped);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task ARefusedPortCannotBeTakenByAnother(AddressFamily family)
    {
        await using var server = await FailingEndpoint.RefusesAsync(Clients.Over(family), Cancelled);
        using var client = Clients.New(server);
        Assert.Equal(SocketError.ConnectionRefused, await Clients.ErrorOfAsync(() => client.ConnectAsync(server.EndPoint, Cancelled).AsTask()));
        using var other = Clients.New(server);
        other.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(() => other.Bind(server.EndPoint)).SocketErrorCode);
    }

    [Fact]
    public async Task ValuesThatCannotBeAreRefusedWithTheRange()
    {
        await RefusedAsync("from 0 to 65535", () => FailingEndpoint.FullAcceptQueueAsync(new() { Backlog = -1 }, Cancelled));
        await RefusedAsync("over 0", () => FailingEndpoint.PacedAcceptAsync(double.NaN, cancellationToken: Cancelled));
        await RefusedAsync("InterNetworkV6", () => FailingEndpoint.RefusesAsync(new() { AddressFamily = AddressFamily.Unix }, Cancelled));
        _ = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => FailingEndpoint.DropsFirstConnectsAsync(0, cancellationToken: Cancelled));
        _ = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => FailingEndpoint.ResetAfterBytesAsync(0, cancellationToken: Cancelled));
        _ = await Assert.ThrowsAsync<ArgumentException>(() => FailingEndpoint.ResetAfterAnswersAsync(1, new() { Answer = default }, Cancelled));
    }

    private static async Task RefusedAsync(string because, Func<Task> make) =>
        Assert.Contains(because, (await Assert.ThrowsAnyAsync<ArgumentException>(make)).Message, StringComparison.Ordinal);
}
