using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;
using Xunit;

namespace LoadLab.Server.Tests;

/// <summary>Whether a server on its own says that it may be loaded, and when its swarms begin.</summary>
public class ConsentTests
{
    [Fact]
    public void AllAreToldTheSameMomentOnceAllAreReady()
    {
        var clock = RunClock.StartNew();
        var gathering = new Gathering(2, clock);
        Assert.True(gathering.IsReady("a"));
        Assert.False(gathering.IsReady("a"));
        Assert.Equal((1, 2, null), Told(gathering));
        Assert.True(gathering.IsReady("b"));
        var (ready, awaited, startsIn) = Told(gathering);
        var first = clock.Now + startsIn!.Value;
        var second = clock.Now + gathering.Answer("").StartsIn!.Value;
        Assert.Equal((2, 2), (ready, awaited));
        Assert.InRange(startsIn.Value.Value, 1, 1_000_000_000);
        Assert.InRange(Math.Abs((second - first).Value), 0, 50_000_000);

        // Who comes after the start is told that it was before, by the same moment.
        Assert.True(gathering.IsReady("c"));
        Assert.True(gathering.Answer("").StartsIn <= startsIn);
    }

    [Fact]
    public void NobodyWaitsWhereNobodyIsAwaited() => Assert.Equal((0, 0, Nanoseconds.Zero), Told(new Gathering(0, RunClock.StartNew())));

    [Fact]
    public async Task AServerAnswersTheQuestionAndNothingElse()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var stop = new CancellationTokenSource();
        await using var output = new LineSignal();
        await using var error = new StringWriter();
        var seen = new List<Observation>();
        var serving = ServeHost.RunAsync(["--Server:Replicas", "1", "--Server:Accept", "never", "--Server:Backlog", "0"], output, error, stop.Token, observe: _ => one => { lock (seen) { seen.Add(one); } });
        var port = int.Parse((await output.FirstLine).Split(':', ',')[1]);
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await udp.ConnectAsync(IPAddress.Loopback, port, cancellation);
        foreach (var garbage in (string[])["", "hello", "{}", "[1", """{"nonce":"","replica":"x","is_ready":true}""", new string('x', 2000)])
        {
            await udp.SendAsync(System.Text.Encoding.UTF8.GetBytes(garbage), cancellation);
        }

        // The answer to the last datagram is the first that comes.
        await udp.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new ConsentAsk("n1", "me", IsReady: true), ModelJson.Default.ConsentAsk), cancellation);
        var buffer = new byte[ConsentToken.LongestMessage];
        var got = await udp.ReceiveAsync(buffer, cancellation);
        var answer = JsonSerializer.Deserialize(buffer.AsSpan(0, got), ModelJson.Default.ConsentAnswer)!;
        Assert.Equal((ConsentToken.Of("n1", port), 1, 1), (answer.Token, answer.Ready, answer.Awaited));
        Assert.NotNull(answer.StartsIn);
        await stop.CancelAsync();
        Assert.Equal(0, await serving);
        lock (seen)
        {
            Assert.Equal(("me", "127.0.0.1"), Assert.Single(seen.OfType<ReplicaReady>()) is var ready ? (ready.Replica, ready.Address) : default);
        }
    }

    [Fact]
    public async Task ATakenUdpPortIsOneSentence()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using (var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            // A number that TCP has free as well: only UDP's is to be taken.
            free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            holder.Bind(free.LocalEndPoint!);
        }

        var port = ((IPEndPoint)holder.LocalEndPoint!).Port;
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        Assert.Equal(2, await ServeHost.RunAsync(["--Server:Port", $"{port}"], output, error, TestContext.Current.CancellationToken));
        Assert.StartsWith($"UDP port {port} on 127.0.0.1, where swarms ask for consent, cannot be had", error.ToString(), StringComparison.Ordinal);
        using var stop = new CancellationTokenSource();
        await using var greeting = new LineSignal();
        var serving = ServeHost.RunAsync(["--Server:Port", $"{port}", "--Server:Consent", "false"], greeting, error, stop.Token);
        _ = await greeting.FirstLine;
        await stop.CancelAsync();
        Assert.Equal(0, await serving);
    }

    private static (int Ready, int Awaited, Nanoseconds? StartsIn) Told(Gathering gathering)
    {
        var answer = gathering.Answer("");
        return (answer.Ready, answer.Awaited, answer.StartsIn);
    }
}
