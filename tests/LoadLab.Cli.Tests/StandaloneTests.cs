using System.Text.Json;
using LoadLab.Model;
using Xunit;

namespace LoadLab.Cli.Tests;

/// <summary>Server and swarms on their own: consent, the common start, and one result of their folders.</summary>
public class StandaloneTests
{
    [Fact]
    public async Task SwarmsThatStartTogetherBecomeOneResult()
    {
        using var folder = new TemporaryFolder();
        var cancellation = TestContext.Current.CancellationToken;
        using var serving = Launcher.StartWith([], "serve", "--replicas", "2", "--out", folder.Path);
        var port = (await serving.StandardOutput.ReadLineAsync(cancellation))!.Split(':', ',')[1];
        var swarms = Enumerable.Range(0, 2).Select(_ =>
            Launcher.StartWith([], "swarm", "--target", $"localhost:{port}", "--start-at", "ready", "--connections", "30", "--hold", "1s", "--out",
                folder.Path)).ToList();
        foreach (var swarm in swarms)
        {
            var said = await swarm.StandardOutput.ReadToEndAsync(cancellation);
            await swarm.WaitForExitAsync(cancellation);
            Assert.Contains("established  30 ", said, StringComparison.Ordinal);
            Assert.Equal(0, swarm.ExitCode);
            swarm.Dispose();
        }

        var asked = Launcher.Run("ask", $"127.0.0.1:{port}");
        Assert.Equal((0, $"127.0.0.1:{port} consents, and 2 of 2 swarms are ready\n"), (asked.Exit, asked.Output));
        Assert.True(Kernel.ProcessTable.Terminate(serving.Id).Value == 0);
        await serving.WaitForExitAsync(cancellation);
        using var output = new TemporaryFolder();
        var merged = Launcher.Run("merge", folder.Path, "--out", output.Path, "--json");
        var run = Launcher.Document(merged);

        Assert.Equal((0, 60, 60, Outcome.Held), (merged.Exit, run.Connections.Attempted, run.Connections.Established, run.Verdict));
        Assert.Equal(["members", "both-ends"], run.Findings.Select(finding => finding.Id));
        Assert.Equal(60, run.Connections.Latency!.Count);
        Assert.True(File.Exists(Path.Combine(output.Results, "observations.jsonl")));
        Assert.Equal(0, Launcher.Run("report", output.Results).Exit);

        // What the other half was asked is not told by a half.
        var clients = Launcher.Run("report", Directory.GetDirectories(folder.Path, "*-swarm-*")[0], "-vv").Output;
        Assert.Contains("asked      clients: 30 connects at once, then hold", clients, StringComparison.Ordinal);
        Assert.DoesNotContain("server: backlog", clients, StringComparison.Ordinal);
        Assert.DoesNotContain("clients:", Launcher.Run("report", Directory.GetDirectories(folder.Path, "*-serve-*")[0], "-vv").Output,
            StringComparison.Ordinal);

        // A replica that the server knows and that has left no folder.
        Directory.Delete(Directory.GetDirectories(folder.Path, "*-swarm-*")[0], recursive: true);
        using var again = new TemporaryFolder();
        var incomplete = Launcher.Run("merge", folder.Path, "--out", again.Path, "--json");
        Assert.Equal(3, incomplete.Exit);
        Assert.Contains("there is no folder of it", Launcher.Document(incomplete).Unfinished, StringComparison.Ordinal);
    }

    [Fact]
    public void WhoeverDoesNotConsentIsNotLoaded()
    {
        using var holder = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        holder.Start();
        var port = ((System.Net.IPEndPoint)holder.LocalEndpoint).Port;
        var called = Launcher.Run("swarm", "--target", $"127.0.0.1:{port}", "--wait", "300ms");
        Assert.Equal(2, called.Exit);
        Assert.Contains($"no server there consents to be loaded, so nothing was sent to TCP port {port}", called.Error, StringComparison.Ordinal);
        Assert.False(holder.Pending());
        Assert.Equal(3, Launcher.Run("ask", $"127.0.0.1:{port}").Exit);
    }

    [Theory]
    [InlineData("soon", "--start-at soon: takes ready")]
    [InlineData("2020-01-01T00:00:00Z", "s ago; it takes a moment of the next hour")]
    [InlineData("2099-01-01T00:00:00Z", "h ahead; it takes a moment of the next hour")]
    public void AStartThatIsNoneIsRefused(string when, string sentence)
    {
        var called = Launcher.Run("swarm", "--target", "127.0.0.1:1", "--start-at", when);
        Assert.Equal(2, called.Exit);
        Assert.Contains(sentence, called.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SwarmTakesItsSettingsFromTheEnvironmentAsTheServerDoes()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var serving = Launcher.StartWith(new() { ["LOADLAB_Server__Backlog"] = "9" }, "serve");
        var greeting = (await serving.StandardOutput.ReadLineAsync(cancellation))!;
        Assert.Contains("backlog 9 asked", greeting, StringComparison.Ordinal);
        var called = Launcher.Run(new Dictionary<string, string> { ["LOADLAB_Swarm__Target"] = $"127.0.0.1:{greeting.Split(':', ',')[1]}",
            ["Swarm__Connections"] = "7", ["LOADLAB_Swarm__Then"] = "hold" }, "swarm", "--then", "close");
        Assert.Equal((0, ""), (called.Exit, called.Error));
        Assert.Contains("established  7 ", called.Output, StringComparison.Ordinal);
        Assert.True(Kernel.ProcessTable.Terminate(serving.Id).Value == 0);
        await serving.WaitForExitAsync(cancellation);
    }

    [Theory]
    [InlineData("swarm --Swarm:Ratee 5/s", "Swarm:Ratee is not a setting; did you mean 'Swarm:Rate', ")]
    [InlineData("swarm --target 127.0.0.1:1 --Swarm:Rate often", "Swarm:Rate often: swarm.rate is 'often', but takes how many a second")]
    [InlineData("swarm --target 127.0.0.1:1 --threads 0", "--threads 0: swarm.threads is '0', but takes a whole number from 1 to 256")]
    [InlineData("swarm", "--target is missing")]
    [InlineData("serve --Server:Backlogg 4", "Server:Backlogg is not a setting; did you mean 'Server:Backlog', ")]
    [InlineData("serve --listeners 300", "Server:Listeners is '300': allowed is a whole number from 1 to 256")]
    public void ASettingThatIsNoneIsRefusedWithWhatIsMeant(string words, string sentence)
    {
        var called = Launcher.Run(words.Split(' '));
        Assert.Equal(2, called.Exit);
        Assert.Contains(sentence, called.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--repeat 0", "--repeat 0: takes 1 to 100")]
    [InlineData("--repeat 2 --json", "--json writes one document, and --repeat makes several")]
    public void ARepetitionThatIsNoneIsRefused(string options, string sentence)
    {
        var called = Launcher.Run(["run", "accept-queue/backlog-overflow", .. options.Split(' ')]);
        Assert.Equal(2, called.Exit);
        Assert.Contains(sentence, called.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheMachinesOwnNetworkIsNoContainers()
    {
        Assert.SkipUnless(Kernel.NetworkNamespace.IsTheMachines, "these tests run in a network namespace already");
        var called = Launcher.Run("run", "accept-queue/backlog-overflow", "--sandbox", "container");
        Assert.Equal(3, called.Exit);
        Assert.Contains("sandbox container is for a container with a network of its own", called.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunsThatNameTheSameFileTakeTurnsAndAreCompared()
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        using var folder = new TemporaryFolder();
        var cancellation = TestContext.Current.CancellationToken;
        string[] tunings = ["4", "9"];
        var runs = tunings.Select(backlog => Launcher.StartWith([], "run", "accept-queue/backlog-overflow", "--set", $"server.backlog={backlog}", "--set",
            "hold=200ms", "--repeat", "2", "--turn", $"{folder.Path}/turn", "--out", $"{folder.Path}/{backlog}")).ToList();
        var compared = Launcher.Run(["compare", .. tunings.Select(backlog => $"{folder.Path}/{backlog}"), "--await", "2", "--out", $"{folder.Path}/compared",
            "--json"]);
        foreach (var run in runs)
        {
            _ = run.StandardOutput.ReadToEndAsync(cancellation);
            _ = run.StandardError.ReadToEndAsync(cancellation);
            await run.WaitForExitAsync(cancellation);
            run.Dispose();
        }

        var comparison = JsonSerializer.Deserialize(compared.Output, ModelJson.Default.ComparisonDocument)!;
        Assert.Equal(tunings, comparison.Tunings.Select(tuning => tuning.Name));
        var spans = tunings.SelectMany(backlog => Directory.GetDirectories($"{folder.Path}/{backlog}"))
            .Select(one => JsonSerializer.Deserialize(File.ReadAllText($"{one}/run.json"), ModelJson.Default.RunDocument)!)
            .Select(run => (From: run.Started, To: run.Started.AddSeconds(run.DurationS))).OrderBy(span => span.From).ToList();
        Assert.Equal(4, spans.Count);
        Assert.All(spans.Zip(spans.Skip(1)), pair => Assert.True(pair.First.To <= pair.Second.From, "one run began within another"));
        Assert.True(File.Exists(Path.Combine(Assert.Single(Directory.GetDirectories($"{folder.Path}/compared")), "compare.md")));
    }
}
