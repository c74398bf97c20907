namespace LoadLab.Adversary.Tests;

/// <summary>
/// What is missing or too small around the program is one sentence and exit status 2 or 3: never SIGABRT, a stack trace, or a call that does not end.
/// </summary>
public sealed class SurroundingsTests
{
    private const string Run = "run accept-queue/backlog-overflow --set hold=100ms";
    private const string Plan = "plan accept-queue/backlog-overflow";

    // A namespace of mounts in which /proc is covered: an empty one, and one that shows processes alone.
    private const string NoProc = "unshare --user --map-root-user --mount sh -c 'mount -t tmpfs none /proc && exec \"$@\"' sh";
    private const string ProcessesOnly = "unshare --user --map-root-user --mount --pid --fork sh -c 'mount -t proc -o subset=pid proc /proc && exec \"$@\"' sh";

    [SandboxTheory]
    [InlineData(NoProc, Run)]
    [InlineData(NoProc, Plan)]
    [InlineData(NoProc, "inspect")]
    [InlineData(NoProc, "textbook limits/somaxconn")]
    [InlineData(ProcessesOnly, Run)]
    [InlineData(ProcessesOnly, Plan)]
    [InlineData(ProcessesOnly, "inspect")]
    public void WithoutProcNothingCanBeSaid(string without, string words)
    {
        var called = Ended($"{without} $L {words}", 3);
        Assert.Contains("mount -t proc proc /proc", called.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Run)]
    [InlineData(Plan)]
    [InlineData("list")]
    [InlineData("textbook limits/somaxconn")]
    [InlineData("compare accept-queue/backlog-overflow --tuning net.core.somaxconn=2,4 --repeat 1")]
    public void AWorkingDirectoryThatIsGoneIsASentence(string words)
    {
        var called = Ended($"mkdir gone && cd gone && rmdir ../gone && $L {words}", 3);
        Assert.Contains("the working directory no longer exists", called.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AWorkingDirectoryThatIsGoneDoesNotConcernAListOfResultsElsewhere() => _ = Ended("mkdir gone && cd gone && rmdir ../gone && $L results", 0);

    [SandboxTheory]
    [InlineData("setsid", Run)]
    [InlineData("unshare", Run)]
    [InlineData("unshare", Plan)]
    public void AToolThatIsMissingIsNamed(string tool, string words)
    {
        // Every directory of the PATH but for this tool.
        var called = Ended($$"""
            mkdir bin; IFS=:; for d in $PATH; do ln -s "$d"/* bin/ 2>/dev/null; done; unset IFS
            rm -f bin/{{tool}}; export DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}; PATH=$PWD/bin exec $L {{words}}
            """, 2, 3);
        Assert.Contains($"{tool} is missing: install util-linux", called.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void APathWithoutToolsIsASentenceOfTheLauncher() =>
        Assert.Contains("is not on the PATH", Ended("PATH=/nonexistent $L list", 3).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(128)]
    [InlineData(200)]
    [InlineData(300)]
    public void FewDescriptorsAreASentence(int limit)
    {
        foreach (var words in (string[])[Plan, Run, "--version", "list"])
        {
            var called = Ended($"ulimit -n {limit}; $L {words}", 0, 2, 3);
            Assert.True(called.Exit == 0 || called.Error.Length > 0, called.ToString());
        }
    }

    [SandboxTheory]
    [InlineData(150)]
    [InlineData(256)]
    [InlineData(300)]
    public void TheTextbookIsNeverBrokenByItsOwnLimit(int limit) => _ = Ended($"ulimit -n {limit}; $L textbook tcp-session", 0, 2, 3);

    [SandboxFact]
    public void FewProcessesAreASentence()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs another user's limit, which only root can take");
        foreach (var limit in (int[])[4, 5, 6, 8, 10, 20, 40])
        {
            var called = Ended($"chmod 777 .; prlimit --nproc={limit} setpriv --reuid 65533 --regid 65533 --clear-groups $L {Run}", 0, 2, 3);
            Assert.True(called.Exit == 0 || called.Error.Length > 0 || called.Output.Contains("verdict", StringComparison.Ordinal), called.ToString());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(19)]
    public void ANarrowTerminalIsWrapped(int columns)
    {
        foreach (var words in (string[])[Plan, Run, "list", "results"])
        {
            var called = Ended($"NO_COLOR= TERM=xterm-256color timeout 60 script -qec \"stty cols {columns} rows 24; $L {words}\" /dev/null", 0);
            Assert.NotEmpty(called.Output);
        }
    }

    [SandboxTheory]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS=malformed")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL=0")]
    [InlineData("OTEL_BSP_MAX_QUEUE_SIZE=-1")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL=-1")]
    [InlineData("OTEL_EXPORTER_OTLP_CERTIFICATE=/nonexistent")]
    public void TelemetrySettingsThatAreWrongDoNotConcernTheRun(string variable)
    {
        var script = $"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9 {variable} $L {Run}";

        // A run beside others may be inconclusive: it is asked again, and has to hold in the end.
        var called = Ended(script, 0, 3);
        for (var again = 2; again > 0 && called.Exit == 3; again--)
        {
            called = Ended(script, 0, 3);
        }

        Assert.True(called.Exit == 0, called.ToString());
    }

    [Theory]
    [InlineData("Logging__LogLevel__Default=Nope", "Nope")]
    [InlineData("LOADLAB_Logging__Console__LogLevel__Default=Nope", "Nope")]
    [InlineData("Logging__Console__MaxQueueLength=-1", "the configuration is not taken")]
    [InlineData("Logging__Console__FormatterOptions__TimestampFormat=%", "TimestampFormat")]
    public void AServersLoggingThatIsWrongIsRefused(string variable, string named) =>
        Assert.Contains(named, Ended($"{variable} timeout 20 $L serve --port 0", 2).Error, StringComparison.Ordinal);

    [SandboxTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void APortRangeOfAFewPortsIsARun(int ports)
    {
        var range = $"20000 {20000 + ports - 1}";

        // What becomes of twenty clients with so few ports is the model's to predict; that server and swarm come up, and that the run gets to its end, is not.
        var run = Ended($"$L {Run} --json --set preflight=note --set \"sysctl.net.ipv4.ip_local_port_range={range}\"", 0, 1, 3);
        Assert.True(Launcher.Document(run).Finished, run.ToString());
        Assert.Contains("ports", Ended($"$L {Run} --set \"sysctl.net.ipv4.ip_local_port_range={range}\"", 2).Error, StringComparison.Ordinal);
    }

    [SandboxTheory]
    [InlineData("net.core.somaxconn=-1", "0 to 2147483647")]
    [InlineData("net.ipv4.ip_local_port_range=30000 20000", "the first is not the greater one")]
    [InlineData("net.ipv4.tcp_syn_retries=0", "1 to 127")]
    public void ASysctlOutOfItsRangeIsAnsweredByTheRange(string setting, string takes)
    {
        var called = Ended($"$L {Plan} --set 'sysctl.{setting}'", 2);
        Assert.Contains("out of its range", called.Error, StringComparison.Ordinal);
        Assert.Contains(takes, called.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("newer kernel", called.Error, StringComparison.Ordinal);
    }

    [SandboxFact]
    public void ARunThatChecksNothingIsInconclusive()
    {
        const string Scenario = "claim: x\\nserver: {accept: never}\\nswarm: {connections: 9}\\nhold: 100ms\\n"
            + "expect: [{id: taken, claim: x, predicted: 3, witnesses: proc.server.taken}]\\n";
        Assert.Contains("Nothing was checked", Ended($"printf '{Scenario}' > own.yaml; $L run own.yaml --set swarm.connections=8", 3).Words,
            StringComparison.Ordinal);
    }

    private static Called Ended(string script, params int[] statuses)
    {
        using var folder = new TemporaryFolder();
        var called = Shell.Run(folder, script);
        Shell.Ended(called, statuses);
        return called;
    }
}
