using System.Net.Sockets;
using LoadLab.Swarm.Tests;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace LoadLab.NBomber.Tests;

/// <summary>LoadLab's clients under another tool's pace: they load whoever consents, and nobody else.</summary>
public sealed class SwarmScenarioTests : IDisposable
{
    private readonly DirectoryInfo results = Directory.CreateTempSubdirectory("loadlab-test-");

    public void Dispose() => results.Delete(recursive: true);

    [Fact]
    public async Task AServerThatConsentsIsLoadedAndCounted()
    {
        using var server = new ConsentingServer(backlog: 16);
        using (var run = NBomberRun.Create($"127.0.0.1:{server.Port}", results.FullName))
        using (var swarm = new SwarmScenario(run))
        {
            var test = new Context();
            for (var i = 0; i < 10; i++)
            {
                Assert.Equal(SwarmScenario.Established, (await swarm.Create("connect").Run(test)).StatusCode);
            }

            Assert.Empty(test.Stopped);
            await new ObservationSink(run).SaveFinalStats(new NodeStats([Figures("connect", 10)]));
        }

        var folder = Assert.Single(results.GetDirectories());
        Assert.Contains("\"verdict\"", File.ReadAllText(Path.Combine(folder.FullName, "run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void AServerThatDoesNotConsentGetsNoConnect()
    {
        using var listener = ConsentingServer.Bound(0);
        listener.Listen(1);
        listener.Blocking = false;
        var refused = Assert.Throws<ArgumentException>(() => NBomberRun.Create($"{listener.LocalEndPoint}", results.FullName));
        Assert.Contains("no server there consents to be loaded", refused.Message, StringComparison.Ordinal);
        Assert.Equal(SocketError.WouldBlock, Assert.Throws<SocketException>(listener.Accept).SocketErrorCode);
        Assert.Empty(results.GetDirectories());
    }

    [Fact]
    public async Task WhenConsentEndsTheTestIsStoppedAndSaysWhy()
    {
        using var server = new ConsentingServer(backlog: 16);
        using var run = NBomberRun.Create($"127.0.0.1:{server.Port}", results.FullName);
        using var swarm = new SwarmScenario(run);
        server.CloseUdp();
        server.Listener.Dispose();
        var test = new Context();
        IResponse last;
        do
        {
            last = await swarm.Create("connect").Run(test);
        }
        while (last.StatusCode != SwarmScenario.NoConsent);

        Assert.Contains("that consented has ended", Assert.Single(test.Stopped), StringComparison.Ordinal);
        Assert.True(last.IsError);
    }

    [Fact]
    public void ARunThatWatchesHasNoClients()
    {
        using var run = NBomberRun.Watch(9, results.FullName);
        Assert.Contains("makes no connections", Assert.Throws<InvalidOperationException>(() => new SwarmScenario(run)).Message, StringComparison.Ordinal);
    }

    private static ScenarioStats Figures(string name, int ok)
    {
        var latency = new LatencyStats(0, 0, 0, 0, 0, 0);
        return new ScenarioStats(
            name,
            new MeasurementStats(new RequestStats(ok, 0), latency, [new StatusCodeStats(SwarmScenario.Established, false, "", ok)]),
            new MeasurementStats(new RequestStats(0, 0), latency, []));
    }

    private sealed class Context : IScenarioContext
    {
        public List<string> Stopped { get; } = [];

        public void StopCurrentTest(string reason) => Stopped.Add(reason);
    }
}
