using System.Diagnostics;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Data.SqlClient;
using StackExchange.Redis;

namespace LoadLab.Testing.Tests;

/// <summary>Client libraries that many programs use, against endpoints that fail.</summary>
public sealed class ClientLibraryTests
{
    private const int ImpatientMs = 500;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HttpClientGivesUpAConnectThatHangs()
    {
        await using var server = await FailingEndpoint.FullAcceptQueueAsync(cancellationToken: Cancelled);
        using var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromMilliseconds(ImpatientMs) });
        var failed = await Assert.ThrowsAsync<TaskCanceledException>(() => http.GetAsync(server.Uri, Cancelled));
        Assert.IsType<TimeoutException>(failed.InnerException);
        Assert.Equal(0, server.State.Accepted);
    }

    [Fact]
    public async Task HttpClientGivesUpASilentServer()
    {
        await using var server = await FailingEndpoint.NeverAnswersAsync(cancellationToken: Cancelled);
        using var http = new HttpClient { Timeout = TimeSpan.FromMilliseconds(ImpatientMs) };
        _ = await Assert.ThrowsAsync<TaskCanceledException>(() => http.GetAsync(server.Uri, Cancelled));
        Assert.Equal(1, server.State.Accepted);
    }

    [Fact]
    public async Task HttpClientIsToldOfAResetAndOfARefusal()
    {
        using var http = new HttpClient();
        await using var resets = await FailingEndpoint.ResetAfterBytesAsync(1, cancellationToken: Cancelled);
        var reset = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(resets.Uri, Cancelled));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(reset.GetBaseException()).SocketErrorCode);
        await using var refuses = await FailingEndpoint.RefusesAsync(cancellationToken: Cancelled);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(refuses.Uri, Cancelled));
        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);
    }

    [Fact]
    public async Task HttpClientConnectsAnewWhenItsIdleConnectionWasReset()
    {
        await using var server = await FailingEndpoint.ResetAfterAnswersAsync(1, cancellationToken: Cancelled);
        using var http = new HttpClient();
        Assert.Equal("ok", await http.GetStringAsync(server.Uri, Cancelled));
        Assert.Equal(1, await server.ResetConnectionsAsync());
        Assert.Equal("ok", await http.GetStringAsync(server.Uri, Cancelled));
        Assert.Equal((2, 2, 1), (server.State.Accepted, server.State.Answers, server.State.Reset));
    }

    [Fact]
    public async Task HttpClientDoesNotRetryARequestThatWasReset()
    {
        await using var server = await FailingEndpoint.ResetAfterAnswersAsync(1, cancellationToken: Cancelled);
        using var http = new HttpClient();
        Assert.Equal("ok", await http.GetStringAsync(server.Uri, Cancelled));
        var failed = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(server.Uri, Cancelled));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(failed.GetBaseException()).SocketErrorCode);
        Assert.Equal("ok", await http.GetStringAsync(server.Uri, Cancelled));
        Assert.Equal((2, 2, 1), (server.State.Accepted, server.State.Answers, server.State.Reset));
    }

    [Fact]
    public async Task HttpClientUploadsIntoAWindowOfZeroUntilItGivesUp()
    {
        await using var server = await FailingEndpoint.NeverReadsAsync(cancellationToken: Cancelled);
        using var http = new HttpClient { Timeout = TimeSpan.FromMilliseconds(ImpatientMs) };
        using var body = new ByteArrayContent(new byte[64 * 1024 * 1024]);
        _ = await Assert.ThrowsAsync<TaskCanceledException>(() => http.PostAsync(server.Uri, body, Cancelled));
        Assert.Equal(0, server.State.BytesRead);
    }

    [Fact]
    public async Task RedisCannotConnectAndSaysSo()
    {
        await using var full = await FailingEndpoint.FullAcceptQueueAsync(cancellationToken: Cancelled);
        await using var silent = await FailingEndpoint.NeverAnswersAsync(cancellationToken: Cancelled);
        await using var resets = await FailingEndpoint.ResetOnAcceptAsync(cancellationToken: Cancelled);
        foreach (var server in (FailingEndpoint[])[full, silent, resets])
        {
            var began = Stopwatch.GetTimestamp();
            _ = await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(
                new ConfigurationOptions { EndPoints = { server.EndPoint }, ConnectTimeout = ImpatientMs, ConnectRetry = 1, AbortOnConnectFail = true }));
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10));
        }

        Assert.Equal(0, full.State.Accepted);
        Assert.True(silent.State.BytesRead > 0);
        Assert.True(resets.State.Reset > 0);
    }

    [Fact]
    public async Task SqlClientTimesOut()
    {
        Assert.SkipWhen(
            AppContext.TryGetSwitch("System.Globalization.Invariant", out var none) && none, "needs ICU (libicu), which Microsoft.Data.SqlClient asks for");
        await using var full = await FailingEndpoint.FullAcceptQueueAsync(cancellationToken: Cancelled);
        await using var silent = await FailingEndpoint.NeverAnswersAsync(cancellationToken: Cancelled);
        foreach (var server in (FailingEndpoint[])[full, silent])
        {
            await using var connection = new SqlConnection(
                $"Server=tcp:127.0.0.1,{server.Port};User ID=test;Password=test;Connect Timeout=1;ConnectRetryCount=0;Pooling=false;Encrypt=false");
            var began = Stopwatch.GetTimestamp();
            _ = await Assert.ThrowsAsync<SqlException>(() => connection.OpenAsync(Cancelled));
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10));
        }

        Assert.Equal(0, full.State.Accepted);
        Assert.True(silent.State.BytesRead > 0);
    }

    [Fact]
    public async Task AGrpcCallEndsWithItsDeadlineOrIsUnavailable()
    {
        await using var full = await FailingEndpoint.FullAcceptQueueAsync(cancellationToken: Cancelled);
        await using var silent = await FailingEndpoint.NeverAnswersAsync(cancellationToken: Cancelled);
        await using var refuses = await FailingEndpoint.RefusesAsync(cancellationToken: Cancelled);
        Assert.Equal(StatusCode.DeadlineExceeded, await CallAsync(full));
        Assert.Equal(StatusCode.DeadlineExceeded, await CallAsync(silent));
        Assert.Equal(StatusCode.Unavailable, await CallAsync(refuses));
    }

    private static async Task<StatusCode> CallAsync(FailingEndpoint server)
    {
        var bytes = Marshallers.Create(value => value, value => value);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "Test", "Call", bytes, bytes);
        using var channel = GrpcChannel.ForAddress(server.Uri);
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(
            method, null,
            new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(ImpatientMs), cancellationToken: Cancelled), []);
        return (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode;
    }
}
