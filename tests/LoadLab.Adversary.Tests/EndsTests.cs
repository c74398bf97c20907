using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Adversary.Tests;

/// <summary>A run ends, whatever stands still or dies in it, and says who it was.</summary>
public sealed class EndsTests
{
    private const string Overflow = "accept-queue/backlog-overflow";

    // The first figures of a load are printed up to a second late, and on a busy machine the attack comes some seconds after them.
    private const string HoldsForTheAttack = "hold=6s";
    private static readonly TimeSpan HangsAfter = TimeSpan.FromSeconds(90);

    [SandboxTheory]
    [InlineData("server", "the server 0 stood still: it was stopped by a signal (SIGSTOP)")]
    [InlineData("swarm", "the swarm 0 stood still: it was stopped by a signal (SIGSTOP)")]
    [InlineData("conductor", "the conductor stood still: it was stopped by a signal (SIGSTOP)")]
    public async Task WhoStandsStillEndsTheRunAndIsNamed(string role, string words)
    {
        var (exit, run, processes) = await AttackAsync(["run", Overflow, "--set", HoldsForTheAttack], found =>
            ProcessTable.Stop(found.Role(role)));
        Assert.Equal((3, Outcome.Inconclusive), (exit, run.Verdict));
        Assert.StartsWith(words, run.Unfinished, StringComparison.Ordinal);
        processes.AreGone();
    }

    [SandboxFact]
    public async Task AKilledConductorIsSaidToBeKilled()
    {
        var (exit, run, processes) = await AttackAsync(["run", Overflow, "--set", "hold=30s"], found => ProcessTable.Kill(found.Role("conductor")));
        Assert.Equal((3, Outcome.Inconclusive), (exit, run.Verdict));
        Assert.StartsWith("the conductor was killed in mid-run by SIGKILL", run.Unfinished, StringComparison.Ordinal);
        processes.AreGone();
    }

    // A stopped conductor does not see the end of its input: the kernel ends it with its parent (PR_SET_PDEATHSIG).
    [SandboxFact]
    public async Task AStoppedConductorDoesNotOutliveAKilledRun()
    {
        var (_, processes) = await AttackedAsync(["run", Overflow, "--set", "hold=30s"], found =>
        {
            var stopped = ProcessTable.Stop(found.Role("conductor"));
            return stopped.IsOk ? ProcessTable.Kill(found.Outer) : stopped;
        });
        processes.AreGone();
    }

    // The end of a role once went on on the thread that reads from it, and waited twice 3 s for that thread.
    [SandboxTheory]
    [InlineData("server")]
    [InlineData("swarm")]
    public async Task AKilledRoleEndsTheRunAtOnce(string role)
    {
        var clock = new Stopwatch();
        var (exit, run, processes) = await AttackAsync(["run", Overflow, "--set", "hold=30s"], found =>
        {
            var pid = found.Role(role);
            clock.Start();
            return ProcessTable.Kill(pid);
        });
        Assert.Equal((3, Outcome.Inconclusive), (exit, run.Verdict));
        Assert.Contains($"the {role} 0 ended in mid-run with status 137", run.Unfinished, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5.5);
        processes.AreGone();
    }

    [SandboxFact]
    public async Task ASubjectThatIsKilledWhileItIsStoppedIsInconclusive()
    {
        Assert.SkipUnless(Host.Has("redis-server"), "needs redis-server");
        string[] subject = ["--subject", "redis-server --port 6379 --tcp-backlog 8 --save ''; true", "--target", "127.0.0.1:6379"];
        var (exit, run, processes) = await AttackAsync(["run", Overflow, "--set", HoldsForTheAttack, .. subject], found =>
            ProcessTable.Kill(found.Subject("redis-server")));
        Assert.Equal((3, Outcome.Inconclusive), (exit, run.Verdict));
        Assert.Contains("the server 0 ended in mid-run with status", run.Unfinished, StringComparison.Ordinal);
        processes.AreGone();
    }

    // 18 clients are queued when the pause ends; two more come while the server, stopped, does not accept: the queue has no place for them.
    [SandboxFact]
    public async Task AServerThatTheMachineDidNotRunMakesNothingBroken()
    {
        var (exit, run, processes) = await AttackAsync(["run", "accept-queue/stall-under-load"], found =>
        {
            var pid = found.Role("server");
            var clock = RunClock.StartNew();
            for (var stop = 0; stop < 8; stop++)
            {
                _ = ProcessTable.Stop(pid);
                clock.SleepUntil(clock.Now + Nanoseconds.FromMilliseconds(120));
                _ = ProcessTable.Continue(pid);
                clock.SleepUntil(clock.Now + Nanoseconds.FromMilliseconds(80));
            }

            // The run may have ended meanwhile, and the server with it.
            return default;
        });
        Assert.True(exit is 0 or 3, string.Join("; ", run.Findings.Select(finding => finding.Sentence)));
        processes.AreGone();
    }

    [Theory]
    [InlineData("run")]
    [InlineData("plan")]
    public void AScenarioThatIsAPipeWithoutAWriterIsRefused(string verb)
    {
        using var folder = new TemporaryFolder();
        var pipe = Path.Combine(folder.Path, "scenario.yaml");
        using (var made = Process.Start("mkfifo", [pipe]))
        {
            made.WaitForExit();
        }

        var called = Launcher.Run(verb, pipe);
        Assert.True(called.Exit == 2, called.ToString());
        Assert.Contains("it is a pipe without a writer", called.Error, StringComparison.Ordinal);
    }

    [SandboxTheory]
    [InlineData("--junit")]
    [InlineData("--markdown")]
    public void AReportIntoAPipeWithoutAReaderDoesNotHoldTheRun(string option)
    {
        using var folder = new TemporaryFolder();
        var pipe = Path.Combine(folder.Path, "report");
        using (var made = Process.Start("mkfifo", [pipe]))
        {
            made.WaitForExit();
        }

        var called = Launcher.Run("run", "accept-queue/backlog-zero", option, pipe, "--out", Path.Combine(folder.Path, "results"));
        Assert.True(called.Exit == 0, called.ToString());
        Assert.Contains("it is a pipe without a reader", called.Error, StringComparison.Ordinal);
    }

    [SandboxFact]
    public void AnEndpointThatTakesTelemetryAndNeverAnswersDelaysTheEndByFiveSeconds()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var folder = new TemporaryFolder();
        var called = Launcher.Run(
            new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://{silent.LocalEndpoint}",
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" },
            "run",
            "accept-queue/backlog-zero",
            "--out",
            folder.Path);
        var ended = DateTime.UnixEpoch + (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch);
        Assert.Contains("telemetry did not all reach", called.Error, StringComparison.Ordinal);

        // The verdict is written before telemetry is waited for.
        var written = File.GetLastWriteTimeUtc(Path.Combine(folder.Results, "report.html"));
        Assert.InRange((ended - written).TotalSeconds, 0, 8);
    }

    private static async Task<(int Exit, RunDocument Run, MarkedProcesses Processes)> AttackAsync(string[] arguments,
        Func<MarkedProcesses, SyscallResult> attack)
    {
        var (called, processes) = await AttackedAsync(arguments, attack);
        return (called.Exit, Launcher.Document(called), processes);
    }

    private static async Task<(Called Called, MarkedProcesses Processes)> AttackedAsync(string[] arguments, Func<MarkedProcesses, SyscallResult> attack)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var processes = new MarkedProcesses();
        using var process = Launcher.Start(processes.Mark, [.. arguments, "--out", folder.Path, "--json"]);
        var output = process.StandardOutput.ReadToEndAsync(cancellation);

        // The first figures of clients come when the load is on its way; without any, the run ended before.
        var said = new StringBuilder();
        string? line;
        do
        {
            line = await process.StandardError.ReadLineAsync(cancellation);
            _ = said.AppendLine(line);
        }
        while (line is not null && !(line.Contains(" s left ", StringComparison.Ordinal) && line.Contains("established", StringComparison.Ordinal)
            && !line.Contains(" 0 established", StringComparison.Ordinal)));
        Assert.True(line is not null, $"it ended before its load: {said}{(line is null ? await output : "")}");

        var errors = process.StandardError.ReadToEndAsync(cancellation);
        Assert.True(attack(processes).IsOk);
        if (!process.WaitForExit(HangsAfter))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"it hangs: {string.Join(", ", processes.All)}");
        }

        return (new Called(process.ExitCode, await output, await errors), processes);
    }
}
