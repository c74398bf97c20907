using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LoadLab.Kernel;

namespace LoadLab.Adversary.Tests;

/// <summary>A swarm on its own loads only a server that consents, and only while it does.</summary>
public sealed class ConsentTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WrongTokensDoNotKeepTheQuestionOpen()
    {
        using var liar = new Liar();
        var clock = Stopwatch.StartNew();
        var called = Launcher.Run("swarm", "--target", $"127.0.0.1:{liar.Port}", "--wait", "1s");
        Assert.InRange(clock.Elapsed.TotalSeconds, 1, 15);
        Assert.Equal(2, called.Exit);
        Assert.Contains("no server there consents", called.Error, StringComparison.Ordinal);
        await liar.EndAsync();
    }

    [Fact]
    public async Task AnInterruptionEndsTheQuestionWhateverAPeerSends()
    {
        Assert.SkipUnless(Host.HearsInterrupts, Host.Deaf);
        using var liar = new Liar();
        using var swarm = Launcher.Start(null, "swarm", "--target", $"127.0.0.1:{liar.Port}", "--wait", "10m");
        await liar.Asked;
        using (var interrupt = Process.Start("kill", ["-INT", $"{swarm.Id}"]))
        {
            await interrupt.WaitForExitAsync(Cancelled);
        }

        await swarm.WaitForExitAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(60), Cancelled);
        Assert.Equal(130, swarm.ExitCode);
        await liar.EndAsync();
    }

    // Where /proc/sys is masked, no file tells whose network this is; it makes no difference any more.
    [SandboxTheory]
    [InlineData("")]
    [InlineData("mount -t tmpfs none /proc/sys")]
    public void TheLoopbackOfAnotherNamespaceNeedsConsentToo(string before)
    {
        var called = StandIn.Run($"""
            {before}
            served=$(mktemp)
            "$1" serve --port 9 --consent false >"$served" &
            server=$!
            until grep -q listening "$served"; do sleep 0.01; done
            "$1" swarm --target 127.0.0.1:9 --connections 3 --wait 300ms
            status=$?
            kill $server; wait $server; cat "$served"; rm "$served"
            exit $status
            """, Launcher.Path);
        Assert.True(called.Exit == 2, called.ToString());
        Assert.Contains("no server there consents", called.Error, StringComparison.Ordinal);
        Assert.Contains("accepted 0,", called.Output, StringComparison.Ordinal);
    }

    [SandboxFact]
    public void WhatWouldLeaveByTheDefaultRouteIsRefused()
    {
        var called = StandIn.Run("""
            ip link add lab0 type veth peer name lab1
            ip addr add 198.18.0.2/24 dev lab0 && ip link set lab0 up && ip link set lab1 up
            ip route add default via 198.18.0.1 || exit 99
            "$1" swarm --target 198.19.0.5:9 --wait 300ms; echo "far: $?"
            "$1" swarm --target 198.18.0.5:9 --wait 300ms; echo "near: $?"
            ip route replace default dev lab0
            "$1" swarm --target 198.19.0.5:9 --wait 300ms; echo "without a gateway: $?"
            """, Launcher.Path);
        Assert.Equal(["far: 2", "near: 2", "without a gateway: 2"], called.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, called.Error.Split("would leave by a gateway").Length - 1);
        Assert.Equal(1, called.Error.Split("no server there consents").Length - 1);
    }

    [Fact]
    public async Task AServerThatComesWhileTheStartIsAwaitedGetsNothing()
    {
        using var folder = new TemporaryFolder();
        using var server = ServerProcess.Start();
        var start = TimeProvider.System.GetUtcNow().AddSeconds(10);
        using var swarm = Launcher.Start(null, "swarm", "--target", $"127.0.0.1:{server.Port}", "--connections", "200", "--start-at", $"{start:O}", "--out",
            folder.Path);

        // It makes its folder when it has consent.
        Assert.True(SpinWait.SpinUntil(() => Directory.GetDirectories(folder.Path).Length > 0, TimeSpan.FromSeconds(30)));
        Assert.True(TimeProvider.System.GetUtcNow() < start, "it was not ready before its start");
        server.Kill();
        using var other = Listen(server.Port);
        var error = await swarm.StandardError.ReadToEndAsync(Cancelled);
        await swarm.WaitForExitAsync(Cancelled);
        Assert.True(swarm.ExitCode == 2, error);
        Assert.Contains("that consented has ended", error, StringComparison.Ordinal);
        Assert.Equal(0, Taken(other));
    }

    // Another 'loadlab serve' consents, too, but was not asked.
    [Fact]
    public async Task AnotherServerThatConsentsIsNotTheOneThatDid()
    {
        using var folder = new TemporaryFolder();
        using var server = ServerProcess.Start();
        using var swarm = Launcher.Start(null, "swarm", "--target", $"127.0.0.1:{server.Port}", "--start-at",
            $"{TimeProvider.System.GetUtcNow().AddSeconds(10):O}", "--out", folder.Path);
        Assert.True(SpinWait.SpinUntil(() => Directory.GetDirectories(folder.Path).Length > 0, TimeSpan.FromSeconds(30)));
        server.Kill();
        using var other = ServerProcess.Start("--port", $"{server.Port}");
        var error = await swarm.StandardError.ReadToEndAsync(Cancelled);
        await swarm.WaitForExitAsync(Cancelled);
        Assert.True(swarm.ExitCode == 2, error);
        Assert.Contains("another server listens at", error, StringComparison.Ordinal);
    }

    // With "never" all clients wait for a retransmitted SYN when the server dies, so none of them is refused.
    [Theory]
    [InlineData("eager", "4096")]
    [InlineData("never", "8")]
    public async Task AServerThatTakesThePortInMidRunGetsWhatWasInFlight(string accept, string backlog)
    {
        const int Clients = 16;
        const int Threads = 2;
        const int Credit = 100;
        using var server = ServerProcess.Start("--accept", accept, "--backlog", backlog);
        string[] load = ["--shape", "churn", "--connections", $"{Clients}", "--threads", $"{Threads}", "--for", "100s", "--then", "reset"];
        using var swarm = Launcher.Start(null, ["swarm", "--target", $"127.0.0.1:{server.Port}", .. load]);
        Assert.Contains("attempted", await swarm.StandardError.ReadLineAsync(Cancelled), StringComparison.Ordinal);
        server.Kill();
        using var other = Listen(server.Port);
        var clock = Stopwatch.StartNew();
        var error = await swarm.StandardError.ReadToEndAsync(Cancelled);
        await swarm.WaitForExitAsync(Cancelled);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 30);
        Assert.True(swarm.ExitCode == 3, error);
        Assert.Contains("so no further connect was begun", error, StringComparison.Ordinal);
        Assert.InRange(Taken(other), 0, Clients + Threads + Credit);
    }

    // Where the swarm cannot see the listeners, a retransmitted SYN that is answered is the first sign.
    [SandboxFact]
    public void BeyondLoopbackAServerThatTakesThePortGetsWhatWasInFlight()
    {
        var called = StandIn.Run("""
            ip addr add 198.18.0.1/24 dev lo
            wait_for() { until grep -q "$1" "$2"; do sleep 0.01; done; }
            out=$(mktemp -d)
            "$1" serve --address 198.18.0.1 --port 9 --accept never --backlog 8 >"$out/first" 2>&1 &
            first=$!
            wait_for listening "$out/first"
            "$1" swarm --target 198.18.0.1:9 --shape churn --connections 16 --for 100s --then reset >"$out/swarm" 2>&1 &
            swarm=$!
            wait_for attempted "$out/swarm"
            kill -9 $first; wait $first
            "$1" serve --address 198.18.0.1 --port 9 --consent false --connection reset >"$out/second" 2>&1 &
            second=$!
            wait_for listening "$out/second"
            wait $swarm; status=$?
            kill $second; wait $second
            cat "$out/swarm" "$out/second"; rm -r "$out"
            exit $status
            """, Launcher.Path);
        Assert.True(called.Exit == 3, called.ToString());
        Assert.Contains("so no further connect was begun", called.Output, StringComparison.Ordinal);
        var accepted = called.Output.Split("accepted ")[^1].Split(',')[0];
        Assert.InRange(int.Parse(accepted), 0, 16 + 1 + 100);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AProgramThatSharesThePortEndsConsent(bool before)
    {
        using var server = ServerProcess.Start("--reuseport", "true");
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.True(SocketCalls.ReusePort((int)other.Handle).IsOk);
        other.Bind(new IPEndPoint(IPAddress.Loopback, server.Port));
        if (before)
        {
            other.Listen(4096);
        }

        using var swarm = Launcher.Start(null, "swarm", "--target", $"127.0.0.1:{server.Port}", "--shape", "rate", "--rate", "100/s", "--for", "100s");
        if (!before)
        {
            Assert.Contains("attempted", await swarm.StandardError.ReadLineAsync(Cancelled), StringComparison.Ordinal);
            other.Listen(4096);
        }

        var error = await swarm.StandardError.ReadToEndAsync(Cancelled);
        await swarm.WaitForExitAsync(Cancelled);
        Assert.True(swarm.ExitCode == (before ? 2 : 3), error);
        Assert.Contains("another program listens", error, StringComparison.Ordinal);

        // 100 connects a second, noticed within a look at the listeners: a second would be 50 of them.
        Assert.InRange(Taken(other), 0, before ? 0 : 40);
    }

    [Fact]
    public void ARunOnTheHostDoesNotLoadAProgramThatSharesThePort()
    {
        using var folder = new TemporaryFolder();
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.True(SocketCalls.ReusePort((int)other.Handle).IsOk);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen(4096);
        var scenario = Path.Combine(folder.Path, "shared.yaml");
        File.WriteAllText(scenario, """
            claim: "a load on a port that is shared"
            sandbox: host
            trace: false
            server: {reuseport: true}
            swarm: {connections: 100}
            """);
        var called = Launcher.Run("run", scenario, "--set", $"server.port={PortOf(other)}", "--out", folder.Path);
        Assert.True(called.Exit is 2 or 3, called.ToString());
        Assert.Contains("another program listens on", $"{called.Words} {called.Error}", StringComparison.Ordinal);
        Assert.Equal(0, Taken(other));
    }

    // bind() fails, and what comes after it must not go to whoever has the port.
    [Fact]
    public void ASessionOnTheHostConnectsToNoOtherProgram()
    {
        using var folder = new TemporaryFolder();
        using var other = Listen(0);
        var scenario = Path.Combine(folder.Path, "session.yaml");
        File.WriteAllText(scenario, """
            claim: "a session whose port is taken"
            sandbox: host
            trace: false
            session:
              - {call: socket, as: server}
              - {call: bind, on: server, port: {PortOf(other)}, errno: EADDRINUSE}
              - {call: socket, as: client}
              - {call: connect, on: client, port: {PortOf(other)}}
            """.Replace("{PortOf(other)}", $"{PortOf(other)}", StringComparison.Ordinal));
        var called = Launcher.Run("run", scenario, "--out", folder.Path);
        Assert.True(called.Exit == 3, called.ToString());
        Assert.Contains("where another program listens", $"{called.Words} {called.Error}", StringComparison.Ordinal);
        Assert.Equal(0, Taken(other));
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static Socket Listen(int port)
    {
        var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, port));
        other.Listen(4096);
        return other;
    }

    private static int Taken(Socket listener)
    {
        var taken = 0;
        for (; listener.Poll(0, SelectMode.SelectRead); taken++)
        {
            listener.Accept().Dispose();
        }

        return taken;
    }
}
