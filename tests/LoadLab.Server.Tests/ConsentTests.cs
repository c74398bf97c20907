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
        var barrier = new StartBarrier(2, clock);
        Assert.True(barrier.IsReady("a"));
        Assert.False(barrier.IsReady("a"));
        Assert.Equal((1, 2, null), Told(barrier));
        Assert.True(barrier.IsReady("b"));
        var (ready, awaited, startsIn) = Told(barrier);
        var first = clock.Now + startsIn!.Value;
        var second = clock.Now + barrier.Answer("").StartsIn!.Value;
        Assert.Equal((2, 2), (ready, awaited));
        Assert.InRange(startsIn.Value.Value, 1, 1_000_000_000);
        Assert.InRange(Math.Abs((second - first).Value), 0, 50_000_000);

        // Who comes after the start is told that it was before, by the same moment.
        Assert.True(barrier.IsReady("c"));
        Assert.True(barrier.Answer("").StartsIn <= startsIn);
    }

    [Fact]
    public void NobodyWaitsWhereNobodyIsAwaited() => Assert.Equal((0, 0, Nanoseconds.Zero), Told(new StartBarrier(0, RunClock.StartNew())));

    [Fact]
    public async Task AServerAnswersTheQuestionAndNothingElse()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var stop = new CancellationTokenSource();
        await using var output = new LineSignal();
        await using var error = new StringWriter();
        var seen = new List<Observation>();
        var serving = ServeHost.RunAsync(["--Server:Replicas", "1", "--Server:Accept", "never", "--Server:Backlog", "0"], output, error, stop.Token,
            observe: _ => one => { lock (seen) { seen.Add(one); } });
        var port = int.Parse((await output.FirstLine).Split(':', ',')[1]);
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await udp.ConnectAsync(IPAddress.Loopback, port, cancellation);
        foreach (var garbage in (string[])["", "hello", "{}", "[1", """{"nonce":"","replica":"x","is_ready":true}""", new string('x', 2000)])
        {
            await udp.SendAsync(System.Text.Encoding.UTF8.GetBytes(garbage), cancellation);
        }

        // One that is shorter than its answer gets none; the answer to the last datagram is the first that comes, and not longer.
        await udp.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new ConsentAsk("n0", "me", IsReady: false), ModelJson.Default.ConsentAsk), cancellation);
        var question = JsonSerializer.SerializeToUtf8Bytes(ConsentAsk.Padded("n1", "me", isReady: true), ModelJson.Default.ConsentAsk);
        await udp.SendAsync(question, cancellation);
        var buffer = new byte[ConsentToken.LongestMessage];
        var got = await udp.ReceiveAsync(buffer, cancellation);
        Assert.InRange(got, 1, question.Length);
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
    public void AnotherListenerOfThePortEndsConsent()
    {
        using var group = ListenerGroup.TryOpen(new ServerSpec { Address = "127.0.0.1", ReusePort = true, Backlog = 4 }, out _)!;
        using var watchman = new ListenerWatchman(group, "127.0.0.1");
        var alone = watchman.Token(out var isShared);
        Assert.NotNull(alone);
        Assert.False(isShared);
        using (var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            Assert.True(SocketCalls.ReusePort((int)other.Handle).IsOk);
            other.Bind(new IPEndPoint(IPAddress.Loopback, group.Port));
            other.Listen(4);
            Assert.Null(watchman.Token(out isShared));
            Assert.True(isShared);
        }

        Assert.Equal(alone, watchman.Token(out _));
    }

    [Fact]
    public void AListenerOfAnotherAddressIsNoneOfIts()
    {
        using var group = ListenerGroup.TryOpen(new ServerSpec { Address = "127.0.0.1", Backlog = 4 }, out _)!;
        using var watchman = new ListenerWatchman(group, "127.0.0.1");
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), group.Port));
        other.Listen(4);
        Assert.NotNull(watchman.Token(out _));
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
        Assert.StartsWith($"UDP port {port} on 127.0.0.1, where swarms ask for consent, is not available", error.ToString(), StringComparison.Ordinal);
        using var stop = new CancellationTokenSource();
        await using var greeting = new LineSignal();
        var serving = ServeHost.RunAsync(["--Server:Port", $"{port}", "--Server:Consent", "false"], greeting, error, stop.Token);
        _ = await greeting.FirstLine;
        await stop.CancelAsync();
        Assert.Equal(0, await serving);
    }

    private static (int Ready, int Awaited, Nanoseconds? StartsIn) Told(StartBarrier barrier)
    {
        var answer = barrier.Answer("");
        return (answer.Ready, answer.Awaited, answer.StartsIn);
    }
}
