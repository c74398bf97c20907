using System.Diagnostics;
using LoadLab.Testing;

namespace ClientTests;

/// <summary>What the client does when the network fails: every failure is the kernel's own, on real sockets.</summary>
public sealed class PriceClientTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AConnectThatHangsIsGivenUpInTime()
    {
        // The accept queue is full: the kernel drops every SYN, so a connect neither completes nor fails.
        await using var server = await FailingEndpoint.FullAcceptQueueAsync(cancellationToken: Cancelled);
        using var client = new PriceClient(server.Uri);
        var began = Stopwatch.GetTimestamp();

        await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetPriceAsync(Cancelled));

        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0.25, 5);
        Assert.Equal(0, server.State.Accepted);
        Assert.True(server.State.PacketsDropped >= 1);
    }

    [Fact]
    public async Task APooledConnectionThatWasResetIsReplaced()
    {
        await using var server = await FailingEndpoint.StalledAsync(TimeSpan.Zero, cancellationToken: Cancelled);
        using var client = new PriceClient(server.Uri);
        Assert.Equal("ok", await client.GetPriceAsync(Cancelled));

        // As a server that is restarted does to the idle connections of its clients.
        Assert.Equal(1, await server.ResetConnectionsAsync());

        Assert.Equal("ok", await client.GetPriceAsync(Cancelled));
        Assert.Equal((2, 0), (server.State.Accepted, client.Retries));
    }

    [Fact]
    public async Task ARequestThatIsResetIsTriedAgain()
    {
        // The second request on each connection is answered by a RST. HttpClient itself does not send it again: the client has to.
        await using var server = await FailingEndpoint.ResetAfterAnswersAsync(1, cancellationToken: Cancelled);
        using var client = new PriceClient(server.Uri);
        Assert.Equal("ok", await client.GetPriceAsync(Cancelled));

        Assert.Equal("ok", await client.GetPriceAsync(Cancelled));

        Assert.Equal(1, client.Retries);
        var state = server.State;
        Assert.Equal((2, 2, 1), (state.Accepted, state.Answers, state.Reset));
    }

    [Fact]
    public async Task AServerThatIsSilentCostsOneTimeOutAndNoRetry()
    {
        await using var server = await FailingEndpoint.NeverAnswersAsync(cancellationToken: Cancelled);
        using var client = new PriceClient(server.Uri);

        await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetPriceAsync(Cancelled));

        Assert.Equal((1, 0), (server.State.Accepted, client.Retries));
    }
}
