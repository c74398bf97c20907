using System.Diagnostics;

namespace LoadLab.Adversary.Tests;

/// <summary>
/// A disk that is full, a results folder that becomes read-only or is gone: the verdict is told, the folder is readable, and one sentence says what
/// is missing.
/// </summary>
/// <remarks>In a mount namespace of the test's own, on a tmpfs as small as the case needs.</remarks>
public sealed class DiskTests
{
    private const string JustInTime = "a just-in-time compiler's memory is a file, which may not grow either";
    private const string Overflow = "accept-queue/backlog-overflow --set hold=500ms";

    [SandboxFact]
    public void AStartThatFailsLeavesNothing()
    {
        var called = OnTmpfs("16k", $"$L run {Overflow} --out $D; echo exit $?; ls -A $D");
        Assert.Equal("exit 2", called.Output.Trim());
        Assert.Contains("results cannot be written to", called.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", called.Error, StringComparison.Ordinal);
    }

    // The plan and the begun result fit in, what is seen does not.
    [SandboxTheory]
    [InlineData("$L run " + Overflow
        + " --out $D & until [ -e $D/2*/observations.jsonl ] || ! kill -0 $!; do sleep 0.02; done; F=$(echo $D/2*); head -c 1M /dev/zero >$F/fill; wait $!; "
        + "echo exit $?; rm $F/fill", "No space left on device")]
    [InlineData("$L run " + Overflow
        + " --out $D & until [ -e $D/2*/observations.jsonl ] || ! kill -0 $!; do sleep 0.02; done; F=$(echo $D/2*); rm -r $F; wait $!; "
        + "echo exit $?", "Could not find a part of the path")]
    public void TheVerdictIsToldAllTheSame(string script, string why)
    {
        var called = OnTmpfs("1m", script);
        Assert.Contains("exit 3", called.Output, StringComparison.Ordinal);
        Assert.Contains("verdict", called.Output, StringComparison.Ordinal);
        Assert.Contains("are not whole", called.Words, StringComparison.Ordinal);
        Assert.Contains(why.Split(' ')[0], called.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", called.Error, StringComparison.Ordinal);
    }

    [SandboxFact]
    public void AFullDiskLeavesAFolderThatCanBeReported()
    {
        var called = OnTmpfs("1m",
            $"$L run {Overflow} --out $D & until [ -e $D/2*/observations.jsonl ] || ! kill -0 $!; do sleep 0.02; done; F=$(echo $D/2*); head -c 1M "
            + $"/dev/zero >$F/fill; wait $!; rm $F/fill; $L report $F >&-; echo report $?");
        Assert.Contains("report 3", called.Output, StringComparison.Ordinal);
    }

    // EFBIG is not ENOSPC: .NET makes another exception of it. The plan fits in, the trace of 6,000 segments does not.
    [SandboxFact]
    public void AFileThatMayNotGrowEndsTheTraceAndNotTheRun()
    {
        const string Larger = "accept-queue/backlog-overflow --set hold=500ms --set swarm.connections=2000 --set server.backlog=1999";
        var called = OnTmpfs("64m", $"ulimit -f 300; $L run {Larger} --out $D --junit $D/j.xml -v; echo exit $?");
        Assert.SkipWhen(called.Error.Contains("cannot start here", StringComparison.Ordinal), JustInTime);
        Assert.Contains("ends with segment", called.Words, StringComparison.Ordinal);
        Assert.Contains("would be larger than a file may be here (ulimit -f)", called.Words, StringComparison.Ordinal);
        Assert.Contains("exit 0", called.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fault of LoadLab", called.Output + called.Error, StringComparison.Ordinal);
    }

    // The plan has 80 KB, the observations of 4,000 clients 200 KB.
    [SandboxFact]
    public void ObservationsThatMayNotGrowLeaveAVerdictOverWhatWasSeen()
    {
        const string Larger = "accept-queue/backlog-overflow --set hold=500ms --set swarm.connections=4000 --set server.backlog=3999 --set trace=false";
        var called = OnTmpfs("64m", $"ulimit -f 150; $L run {Larger} --out $D; echo exit $?; $L report $D/2* >&-; echo report $?");
        Assert.SkipWhen(called.Error.Contains("cannot start here", StringComparison.Ordinal), JustInTime);
        Assert.Contains("are not whole", called.Output.Replace("\n", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("exit 3", called.Output, StringComparison.Ordinal);
        Assert.Contains("report 3", called.Output, StringComparison.Ordinal);
    }

    private static Called OnTmpfs(string size, string script)
    {
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo("unshare",
            ["--user", "--map-root-user", "--mount", "--", "bash", "-c", $"mount -t tmpfs -o size={size} none $D && {script}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        (start.Environment["D"], start.Environment["L"], start.Environment["NO_COLOR"], start.Environment["COLUMNS"]) = (folder.Path, Launcher.Path,
            "1", "400");
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Called(process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
