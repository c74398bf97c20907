using System.Diagnostics;
using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Cli.Tests;

/// <summary>However a run ends, nothing of it is left but its results.</summary>
public sealed class EndingTests
{
    private const int Kills = 12;

    [SandboxFact]
    public void KillingTheOutermostProcessLeavesNothingButAReadableFolder()
    {
        var random = new Random(7);
        var sysctls = Sysctls();
        for (var i = 0; i < Kills; i++)
        {
            using var folder = new TemporaryFolder();
            var mark = Guid.NewGuid().ToString("N");
            using var process = Launcher.Start(mark, "run", "accept-queue/backlog-overflow", "--out", folder.Path);
            _ = process.WaitForExit(random.Next(1500));
            _ = ProcessTable.Kill(process.Id);
            process.WaitForExit();
            Assert.True(SpinWait.SpinUntil(() => Marked(mark).Count == 0, TimeSpan.FromSeconds(5)), $"left after a kill: {string.Join(", ", Marked(mark))}");
            foreach (var results in Directory.GetDirectories(folder.Path).Where(path => !Path.GetFileName(path).StartsWith('.')))
            {
                var run = JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(results, "run.json")), ModelJson.Default.RunDocument)!;
                Assert.False(run.Finished);
                Assert.Equal(3, Launcher.Run("report", results).Exit);
            }
        }

        Assert.Equal(sysctls, Sysctls());
    }

    [SandboxFact]
    public void InterruptingGivesAVerdictOverWhatWasSeen()
    {
        Assert.SkipUnless(Host.HearsInterrupts, Host.Deaf);
        using var folder = new TemporaryFolder();
        var mark = Guid.NewGuid().ToString("N");
        using var process = Launcher.Start(mark, "run", "accept-queue/backlog-overflow", "--set", "hold=60s", "--out", folder.Path, "--json");
        var output = process.StandardOutput.ReadToEndAsync();

        // Progress says when the load is out; then there is something to give a verdict over.
        while (process.StandardError.ReadLine() is { } line && !line.Contains("hold: 5 established", StringComparison.Ordinal))
        {
        }

        _ = Process.Start("kill", ["-INT", process.Id.ToString()]);
        _ = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        Assert.Equal(130, process.ExitCode);
        var run = JsonSerializer.Deserialize(output.GetAwaiter().GetResult(), ModelJson.Default.RunDocument)!;
        Assert.False(run.Finished);
        Assert.Equal("interrupted", run.Unfinished);
        Assert.Equal(5, run.Connections.Established);
        Assert.Equal(Outcome.Inconclusive, run.Verdict);
        Assert.Empty(Marked(mark));
    }

    [SandboxFact]
    public void ATimeOutEndsTheRunInconclusive()
    {
        using var folder = new TemporaryFolder();
        var called = Launcher.Run("run", "accept-queue/backlog-overflow", "--set", "hold=60s", "--timeout", "2s", "--out", folder.Path);
        Assert.Equal(3, called.Exit);
        Assert.Contains("time-out", called.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("server", "accept-queue/backlog-overflow", "hold=60s", "hold: 5 established")]
    [InlineData("swarm", "accept-queue/backlog-overflow", "hold=60s", "hold: 5 established")]
    [InlineData("peer", "accept-queue/final-ack-ignored", "phases.wait.hold=60s", "wait: 5 established")]
    [InlineData("probe", "file-descriptors/soft-and-hard", "phases.raise-again.wait=60s", "raise-again: 0 established")]
    [InlineData("server", "file-descriptors/close-wait-leak", "phases.beyond.wait=60s", "beyond: 40 established")]
    public async Task ARoleThatIsKilledEndsTheRunInconclusiveWithTheReason(string role, string scenario, string setting, string awaited)
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var mark = Guid.NewGuid().ToString("N");
        using var process = Launcher.Start(mark, "run", scenario, "--set", setting, "--out", folder.Path, "--json");
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        while (await process.StandardError.ReadLineAsync(cancellation) is { } line && !line.Contains(awaited, StringComparison.Ordinal))
        {
        }

        var victim = Marked(mark).Single(entry => entry.CommandLine.Contains($"role {role}", StringComparison.Ordinal));
        _ = ProcessTable.Kill(victim.Pid);
        _ = process.StandardError.ReadToEndAsync(cancellation);
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)), $"the run hangs after its {role} was killed");
        Assert.Equal(3, process.ExitCode);
        var run = JsonSerializer.Deserialize(await output, ModelJson.Default.RunDocument)!;
        Assert.Equal(Outcome.Inconclusive, run.Verdict);
        Assert.Contains($"the {role} ", run.Unfinished, StringComparison.Ordinal);
        Assert.Contains("137", run.Unfinished, StringComparison.Ordinal);
        Assert.Empty(Marked(mark));
    }

    private static List<(int Pid, string CommandLine)> Marked(string mark)
    {
        var found = new List<(int Pid, string CommandLine)>();
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(directory, "environ")).Contains(mark, StringComparison.Ordinal))
                {
                    found.Add((int.Parse(Path.GetFileName(directory)), File.ReadAllText(Path.Combine(directory, "cmdline")).Replace('\0', ' ')));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Gone between the listing and the reading, or another user's.
            }
        }

        return found;
    }

    private static string Sysctls() => string.Join('\n',
        new[] { "net.core.somaxconn", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_max_syn_backlog",
            "fs.file-max" }.Select(name => Sysctl.Read(name)));
}
