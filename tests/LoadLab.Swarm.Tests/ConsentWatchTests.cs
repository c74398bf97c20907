using System.Diagnostics;
using System.Net.Sockets;
using LoadLab.Kernel;
using LoadLab.Model;
using Xunit;

namespace LoadLab.Swarm.Tests;

/// <summary>A swarm connects only while the server that consented is the one that listens.</summary>
public sealed class ConsentWatchTests
{
    private const int SynSent = 2;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(30);

    [Fact]
    public void ARefusedConnectHoldsConnectsBackUntilTheServerHasAnswered()
    {
        using var server = new ConsentingServer(backlog: 8);
        using var watch = server.Watch();
        Assert.True(watch.MayConnect());
        server.MayAnswer.Reset();
        var asked = server.Asked;
        watch.Refused();
        Assert.False(watch.MayConnect());
        Await(() => server.Asked > asked);
        Assert.True(watch.HoldsBack);
        server.MayAnswer.Set();
        Await(watch.MayConnect);
        Assert.Null(watch.Reason);
    }

    [Fact]
    public void ItIsAskedAgainEverySecond()
    {
        using var server = new ConsentingServer(backlog: 8);
        var clock = Stopwatch.StartNew();
        using var watch = server.Watch();
        var asked = server.Asked;
        Await(() => server.Asked >= asked + 3);
        Assert.InRange(clock.Elapsed.TotalSeconds, 2, 30);
        Assert.True(watch.MayConnect());
    }

    [Fact]
    public void AServerThatHasEndedIsSaidToHave()
    {
        using var server = new ConsentingServer(backlog: 8);
        using var watch = server.Watch();
        server.CloseUdp();
        watch.Refused();
        Assert.Contains("that consented has ended, so no further connect was begun", End(watch), StringComparison.Ordinal);
    }

    [Fact]
    public void AServerThatIsSilentLosesItsSwarm()
    {
        using var server = new ConsentingServer(backlog: 8);
        using var watch = server.Watch();
        server.MayAnswer.Reset();
        Assert.Contains("consents no more: no answer within 1 s", End(watch), StringComparison.Ordinal);
    }

    [Fact]
    public void AServerThatIsNotAloneLosesItsSwarm()
    {
        using var server = new ConsentingServer(backlog: 8);
        using var watch = server.Watch();
        server.IsShared = true;
        Assert.Contains("another program listens at", End(watch), StringComparison.Ordinal);
    }

    // The server answers as before, and does not know of the other: the swarm sees it by itself.
    [Fact]
    public void AnotherListenerOfTheGroupIsSeenOnLoopback()
    {
        using var server = new ConsentingServer(backlog: 8);
        _ = SocketCalls.ReusePort((int)server.Listener.Handle);
        using var watch = server.Watch();
        using var other = ConsentingServer.Bound(server.Port, reusePort: true);
        other.Listen(8);
        Assert.Contains("another server listens at", End(watch), StringComparison.Ordinal);
    }

    // So it is when a rule of the firewall leads datagrams to another place than connects.
    [Fact]
    public void AnAnswerAboutOtherListenersThanThoseHereIsNoConsent()
    {
        using var server = new ConsentingServer(backlog: 8) { Token = 1 };
        var client = new ConsentClient(server.Target, "test");
        var first = client.Ask(Enough, TestContext.Current.CancellationToken)!;
        Assert.Null(ConsentWatch.TryBegin(client, first, out var refusal, TestContext.Current.CancellationToken));
        Assert.Contains("another server listens at", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void DoubtsLimitConnectsButDoNotEndThem()
    {
        using var server = new ConsentingServer(backlog: 8);
        using var watch = server.Watch();
        for (var round = 0; round < 50; round++)
        {
            watch.Doubt();
            var begun = 0;
            while (!watch.HoldsBack && begun <= ConsentWatch.Credit && watch.MayConnect())
            {
                begun++;
            }

            Await(() => !watch.HoldsBack);
        }

        Assert.Null(watch.Reason);
    }

    // Each client waits for a retransmitted SYN when the listener is replaced, so none is refused. Without a look at the listeners the first that is
    // answered is the first sign.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AListenerThatReplacesTheServerGetsWhatWasInFlight(bool looks)
    {
        const int Clients = 48;
        const int Threads = 3;
        using var server = new ConsentingServer(backlog: 2);
        using var watch = server.Watch(looks);
        var spec = new SwarmSpec { Shape = LoadShape.Churn, Connections = Clients, Threads = Threads, For = Nanoseconds.FromSeconds(60),
            Then = ClientEnd.Reset };
        var clock = Stopwatch.StartNew();
        var attempted = 0L;
        var run = new Thread(() => attempted = SwarmRun.Run(spec, server.Target, (32768, 60999), TextWriter.Null, consent: watch, cancellation: watch.Lost)
            .Attempted);
        run.Start();
        using (var diag = new SockDiag())
        {
            Await(() => diag.Sockets(1u << SynSent, 0, server.Port).Count == Clients);
        }

        // No answer comes until the other one has something to lose, and that one is not as before.
        server.MayAnswer.Reset();
        server.Listener.Dispose();
        using var other = ConsentingServer.Bound(server.Port);
        other.Listen(4096);
        var got = 0;
        while (run.IsAlive || other.Poll(0, SelectMode.SelectRead))
        {
            if (other.Poll(TimeSpan.FromMilliseconds(1), SelectMode.SelectRead))
            {
                server.Token = 1;
                server.MayAnswer.Set();
                other.Accept().Dispose();
                got++;
            }
        }

        Assert.InRange(got, looks ? 0 : 1, Clients + Threads + ConsentWatch.Credit);
        Assert.Contains("another server listens at", watch.Reason, StringComparison.Ordinal);
        Assert.InRange(attempted, Clients, 1000);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
    }

    private static string? End(ConsentWatch watch)
    {
        Assert.True(watch.Lost.WaitHandle.WaitOne(Enough));
        Assert.False(watch.MayConnect());
        return watch.Reason;
    }

    private static void Await(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Enough));
}
