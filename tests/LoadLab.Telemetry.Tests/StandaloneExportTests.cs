using System.Diagnostics;
using System.Text.RegularExpressions;
using LoadLab.Cli.Tests;

namespace LoadLab.Telemetry.Tests;

/// <summary><c>serve</c> and <c>swarm</c> on their own, against a receiver.</summary>
public sealed partial class StandaloneExportTests
{
    [Fact]
    public async Task AServerAndASwarmOnTheirOwnExportWhatTheySay()
    {
        await using var server = await OtlpReceiver.StartAsync();
        await using var swarm = await OtlpReceiver.StartAsync();
        using var serving = Launcher.StartWith(server.Environment("http/protobuf"), "serve", "--backlog", "4", "--accept", "never");
        var greeting = GreetingPattern().Match((await serving.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);
        var clients = Launcher.Run(swarm.Environment("grpc"), "swarm", "--target", $"127.0.0.1:{greeting.Groups["port"].Value}", "--connections", "20",
            "--connect-timeout", "300ms");
        var words = await Stop(serving);

        Assert.Contains("attempted    20", clients.Output, StringComparison.Ordinal);
        Assert.Contains("established  5 ", clients.Output, StringComparison.Ordinal);
        var told = new ReceivedMetrics(swarm);
        Assert.Equal(20, told.Sum("loadlab.client.connect.attempts"));
        Assert.Equal(5, Assert.Single(told.Of("loadlab.client.connect.duration"), one => one.Attribute("error.type") is null).Value);
        Assert.Equal(15, told.Sum("loadlab.client.connect.duration", ("error.type", "ETIMEDOUT")));
        Assert.Equal(15, told.Sum("loadlab.syscall.failures", ("error.type", "ETIMEDOUT"), ("loadlab.syscall", "connect (given up)"), ("loadlab.role",
            "swarm")));
        Assert.Equal(5, told.Sum("loadlab.client.port.usage"));
        Assert.Equal(5, told.Sum("system.network.connection.count", ("network.connection.state", "established"), ("loadlab.connection.end", "client")));
        Assert.NotEqual(0, told.Sum("process.unix.file_descriptor.count", ("loadlab.role", "swarm")));

        var seen = new ReceivedMetrics(server);
        Assert.Equal((5, 4), (seen.Sum("loadlab.server.accept_queue.peak"), seen.Sum("loadlab.server.accept_queue.limit")));
        Assert.Equal(0, seen.Sum("loadlab.server.accepts"));
        Assert.Equal(long.Parse(DropsPattern().Match(words).Groups["packets"].Value),
            seen.Sum("loadlab.server.listen.drops", ("loadlab.drop.path", "unknown")));
        Assert.NotEqual(0, seen.Sum("process.unix.file_descriptor.count", ("loadlab.role", "server")));
        Assert.Equal(1, seen.Sum("system.network.connection.count", ("network.connection.state", "listen"), ("loadlab.connection.end", "server")));
        Assert.True(seen.Sum("loadlab.tcp.counter", ("loadlab.tcp.counter.name", "TcpExt.ListenOverflows")) >= 15);
        var logged = server.Logs.SelectMany(request => request.ResourceLogs).SelectMany(resource => resource.ScopeLogs).SelectMany(scope => scope.LogRecords)
            .Select(record => record.Body.StringValue).ToList();
        Assert.Contains(logged, line => line.StartsWith("listening on 127.0.0.1:", StringComparison.Ordinal));
        Assert.Contains("stopping: accepts no more and closes what is open", logged);
    }

    [Fact]
    public async Task AcceptedConnectionsAreExported()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var serving = Launcher.StartWith(receiver.Environment("grpc"), "serve", "--connection", "close");
        var greeting = GreetingPattern().Match((await serving.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);
        var clients = Launcher.Run("swarm", "--target", $"127.0.0.1:{greeting.Groups["port"].Value}", "--connections", "30");
        Assert.Contains("established  30 ", clients.Output, StringComparison.Ordinal);
        var words = await Stop(serving);
        Assert.Contains("accepted 30,", words, StringComparison.Ordinal);
        Assert.Equal(30, new ReceivedMetrics(receiver).Sum("loadlab.server.accepts"));
    }

    [Fact]
    public async Task NothingOfOpenTelemetryIsLoadedWithoutAnEndpoint()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        Assert.DoesNotContain("OpenTelemetry", await MapsOfServer([]), StringComparison.Ordinal);
        Assert.Contains("OpenTelemetry", await MapsOfServer(receiver.Environment("grpc")), StringComparison.Ordinal);
    }

    private static async Task<string> MapsOfServer(Dictionary<string, string> environment)
    {
        // Not by the launcher: native code has no assemblies that could be seen to be loaded.
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory.Replace("tests/LoadLab.Telemetry.Tests", "src/LoadLab.Cli",
            StringComparison.Ordinal), "loadlab.dll"), "serve"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var serving = Process.Start(start)!;
        _ = await serving.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        var maps = await File.ReadAllTextAsync($"/proc/{serving.Id}/maps", TestContext.Current.CancellationToken);
        _ = await Stop(serving);
        return maps;
    }

    private static async Task<string> Stop(Process serving)
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{serving.Id}"]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var words = await serving.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await serving.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, serving.ExitCode);
        return words;
    }

    [GeneratedRegex("^listening on 127\\.0\\.0\\.1:(?<port>[0-9]+),", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GreetingPattern();

    [GeneratedRegex("dropped by the listener: (?<packets>[0-9]+) packets", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DropsPattern();
}
