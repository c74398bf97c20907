using System.Diagnostics;

namespace LoadLab.Adversary.Tests;

/// <summary>A shell that takes something away before it becomes the program: streams, files, limits, tools.</summary>
internal static class Shell
{
    /// <summary>What a call that had to be ended has as its exit status: it hung.</summary>
    public const int Hung = -1;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Runs a script of bash(1) in a folder of the test's own; <c>$L</c> is the program, <c>$D</c> the folder, in which results go, and <c>$1</c> and
    /// so on are the arguments.
    /// </summary>
    public static Called Run(TemporaryFolder folder, string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", ["-c", script, "bash", .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true,
            RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = folder.Path };
        start.Environment["NO_COLOR"] = "1";
        start.Environment["L"] = Launcher.Path;
        start.Environment["D"] = folder.Path;
        start.Environment["LOADLAB_RESULTS"] = Path.Combine(folder.Path, "results");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            return new Called(Hung, "", $"did not end within {Patience.TotalSeconds} s");
        }

        return new Called(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Fails unless the call ended with one of these statuses, and with sentences only.</summary>
    public static void Ended(Called called, params int[] statuses)
    {
        Assert.True(statuses.Contains(called.Exit), called.ToString());
        foreach (var trace in (string[])["Unhandled exception", "   at LoadLab.", "   at System.", "fault of LoadLab"])
        {
            Assert.False($"{called.Output}\n{called.Error}".Contains(trace, StringComparison.Ordinal), called.ToString());
        }
    }
}
