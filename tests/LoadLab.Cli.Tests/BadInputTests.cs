using System.Text.Json.Nodes;

namespace LoadLab.Cli.Tests;

/// <summary>What cannot be run is refused before anything runs: a sentence with its place, exit status 2, no stack trace, no results.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData("accept-queue/backlog-overflw", "accept-queue/backlog-overflow")]
    [InlineData("/no/such/file.yaml", "no file of this name")]
    public void AnUnknownScenarioNamesNearOnes(string name, string sentence) => Refused(sentence, "run", name);

    [Theory]
    [InlineData("server.backlgo=7", "did you mean 'server.backlog'")]
    [InlineData("server.backlog=-2", "--set server.backlog=-2")]
    [InlineData("server.backlog=seven", "--set server.backlog=seven")]
    [InlineData("server.backlog=99999999999", "2147483647")]
    [InlineData("server.backlog=100000", "somaxconn")]
    [InlineData("swarm.connections=10000000", "limit")]
    [InlineData("sysctl.fs.file-max=1000", "fs.file-max")]
    [InlineData("sysctl.net.core.no_such_thing=1", "no_such_thing")]
    [InlineData("nonsense", "NAME=VALUE")]
    public void ABadSettingSaysWhatIsTaken(string setting, string sentence) => Refused(sentence, "run", "accept-queue/backlog-overflow", "--set", setting);

    [Fact]
    public void EveryErrorOfAFileComesAtOnceWithItsLine()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("bad.yaml", "claim: x\nserver:\n  backlgo: 4\n  accept: sometimes\nswarm:\n  connections: many\nhold: 4\n");
        var called = Refused("bad.yaml:3:", "run", file);
        Assert.Contains("did you mean", called.Error, StringComparison.Ordinal);
        Assert.Contains("bad.yaml:4:", called.Error, StringComparison.Ordinal);
        Assert.Contains("bad.yaml:6:", called.Error, StringComparison.Ordinal);
        Assert.Contains("bad.yaml:7:", called.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnUnreadableFileIsASentence()
    {
        using var folder = new TemporaryFolder();
        _ = Refused("", "run", folder.Path);
        File.WriteAllBytes(Path.Combine(folder.Path, "noise.yaml"), [0, 1, 2, 3, 255, 254, 0, 9]);
        _ = Refused("noise.yaml", "run", Path.Combine(folder.Path, "noise.yaml"));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run", "accept-queue/backlog-overflow", "--no-such-option")]
    [InlineData("no-such-verb")]
    [InlineData("run", "accept-queue/backlog-overflow", "--timeout", "soon")]
    [InlineData("bench", "nothing")]
    [InlineData("report", "/no/such/folder")]
    [InlineData("run", "accept-queue/backlog-overflow", "--out", "/proc/results")]
    public void BadUsageIsASentence(params string[] arguments) => Refused("loadlab", arguments);

    [Fact]
    public void AFolderWhosePlanLacksAPartIsASentence()
    {
        using var folder = new TemporaryFolder();
        var plan = JsonNode.Parse(Launcher.Run("plan", "accept-queue/backlog-overflow", "--json").Output)!;
        Assert.True(plan["variants"]![0]!["declared"]!.AsObject().Remove("server"));
        _ = folder.Write("plan.json", plan.ToJsonString());
        _ = Refused("plan.json is damaged: variants[0].declared lacks 'server'; run the scenario again", "report", folder.Path);
    }

    [Fact]
    public void APortThatIsTakenIsSaidBeforeAnythingRuns()
    {
        using var holder = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Tcp);
        holder.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        holder.Listen(1);
        var port = ((System.Net.IPEndPoint)holder.LocalEndPoint!).Port;
        _ = Refused($"{port}", "run", "accept-queue/backlog-overflow", "--sandbox", "host", "--set", $"server.port={port}");
    }

    [Theory]
    [InlineData("/no/such/linux", "there is no file /no/such/linux")]
    [InlineData("/etc/passwd", "/etc/passwd is not executable")]
    public void AKernelThatCannotBeBootedIsBadInput(string kernel, string sentence) => Refused(sentence, "plan", "file-descriptors/enfile", "--kernel", kernel);

    private static Called Refused(string sentence, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var called = Launcher.Run(arguments is ["run", .., _] && !arguments.Contains("--out") ? [.. arguments, "--out", folder.Path] : arguments);
        Assert.True(called.Exit == 2, called.ToString());
        Assert.Contains(sentence, called.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", called.Error, StringComparison.Ordinal);
        Assert.Equal("", called.Output);
        Assert.Empty(Directory.GetDirectories(folder.Path));
        return called;
    }
}
