using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace LoadLab.Server.Tests;

public partial class ServeHostTests
{
    [Theory]
    [InlineData("Backlog", "many", "Server:Backlog is 'many': allowed is a whole number from -1 to 2147483647")]
    [InlineData("Backlog", "-2", "Server:Backlog is '-2': allowed is a whole number from -1 to 2147483647")]
    [InlineData("Backlog", "2147483648", "Server:Backlog is '2147483648': allowed is a whole number from -1 to 2147483647")]
    [InlineData("Port", "70000", "Server:Port is '70000': allowed is a whole number from 0 to 65535")]
    [InlineData("Listeners", "0", "Server:Listeners is '0': allowed is a whole number from 1 to 256")]
    [InlineData("AcceptThreads", "0", "Server:AcceptThreads is '0': allowed is a whole number from 1 to 256")]
    [InlineData("ReusePort", "perhaps", "Server:ReusePort is 'perhaps': allowed is true or false")]
    [InlineData("Connection", "Hold!", "Server:Connection is 'Hold!': allowed is hold | echo | discard | close | reset")]
    [InlineData("Accept", "paced",
        "Server:Accept is 'paced': allowed is never | eager | paced RATE (paced 40/s) | stalled AFTER FOR (stalled 1s 500ms), times at most 1h")]
    [InlineData("AtLimit", "sleep",
        "Server:AtLimit is 'sleep': allowed is spin | sleep TIME (sleep 100ms) | backoff FIRST LONGEST (backoff 5ms 1s) | pause LONGEST (pause 1s) | shed, "
        + "times over 0 and at most 1h")]
    [InlineData("Address", "example", "Server:Address is 'example': allowed is an IPv4 address of this host, like 127.0.0.1, or 0.0.0.0 for all")]
    [InlineData("Backlogg", "4", "Server:Backlogg is not a setting; did you mean 'Server:Backlog', 'Server:Accept' or 'Server:AtLimit'?")]
    [InlineData("Replicas", "-1", "Server:Replicas is '-1': allowed is a whole number from 0 to 10000")]
    [InlineData("Consent", "no", "Server:Consent is 'no': allowed is true or false")]
    [InlineData("DeferAccept", "1500ms", "Server:DeferAccept is '1500ms': allowed is a time in whole seconds of at most 1h, such as 30s, or 0 for off")]
    public async Task ABadSettingIsRefusedInOneSentence(string key, string value, string sentence)
    {
        var (status, _, error) = await ServeRefused($"--Server:{key}", value);

        Assert.Equal((2, sentence + Environment.NewLine), (status, error));
    }

    [Fact]
    public async Task AllBadSettingsAreNamedAtOnce()
    {
        var (_, _, error) = await ServeRefused("--Server:Port", "x", "--Server:Accept=sometimes", "--Backlog", "4");

        Assert.Equal(3, error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task ATakenPortIsOneSentence()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        holder.Listen();
        var port = ((IPEndPoint)holder.LocalEndPoint!).Port;

        var (status, _, error) = await ServeRefused("--Server:Port", $"{port}");

        Assert.Equal((2, $"port {port} of 127.0.0.1 is taken; who has it: ss -ltnp 'sport = :{port}'{Environment.NewLine}"), (status, error));
    }

    [Fact]
    public async Task ItSaysWhereItListensServesAndCountsAtTheEnd()
    {
        using var stop = new CancellationTokenSource();
        await using var output = new LineSignal();
        await using var error = new StringWriter();
        var serving = ServeHost.RunAsync(["--Server:Backlog", "4", "--Server:Connection", "echo"], output, error, stop.Token);
        var greeting = GreetingPattern().Match(await output.FirstLine);
        Assert.True(greeting.Success, await output.FirstLine);
        Assert.Equal(("4", "4"), (greeting.Groups["asked"].Value, greeting.Groups["live"].Value));

        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, int.Parse(greeting.Groups["port"].Value)), TestContext.Current.CancellationToken);
            _ = await socket.SendAsync("hello"u8.ToArray(), TestContext.Current.CancellationToken);
            Assert.Equal(5, await socket.ReceiveAsync(new byte[16], TestContext.Current.CancellationToken));
        }

        await stop.CancelAsync();
        Assert.Equal(0, await serving);
        Assert.Contains("accepted 1, still open ", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("bytes read 5", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("dropped by the listener: 0 packets; peak of the accept queue, seen 100 times a second: ", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClampedBacklogIsExplained()
    {
        using var stop = new CancellationTokenSource();
        await using var output = new LineSignal();
        await using var error = new StringWriter();
        var serving = ServeHost.RunAsync(["--Server:Backlog", "2147483647"], output, error, stop.Token);
        _ = await output.FirstLine;
        await stop.CancelAsync();
        _ = await serving;

        Assert.Contains("net.core.somaxconn clamps the backlog to ", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABackgroundServiceThatFailsEndsItWithTheReason()
    {
        await using var output = new LineSignal();
        await using var error = new StringWriter();
        var serving = ServeHost.RunAsync([], output, error, TestContext.Current.CancellationToken, builder => builder.Services.AddHostedService<Failing>());

        var thrown = await Assert.ThrowsAsync<InvalidDataException>(() => serving);
        Assert.Equal("the table is gone", thrown.Message);
        Assert.Contains("accepted 0, still open 0", output.ToString(), StringComparison.Ordinal);
    }

    private sealed class Failing : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidDataException("the table is gone");
        }
    }

    private static async Task<(int Status, string Output, string Error)> ServeRefused(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var status = await ServeHost.RunAsync(arguments, output, error, TestContext.Current.CancellationToken);
        return (status, output.ToString(), error.ToString());
    }

    [GeneratedRegex("^listening on 127\\.0\\.0\\.1:(?<port>[0-9]+), backlog (?<asked>[0-9]+) asked, (?<live>[0-9]+) live$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GreetingPattern();
}
