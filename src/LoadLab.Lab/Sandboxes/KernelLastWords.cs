using System.Diagnostics;

namespace LoadLab.Lab;

/// <summary>Why a kernel in user space does not come up, in its own words: it is booted once more with its log on standard error.</summary>
internal static class KernelLastWords
{
    /// <summary>How the kernel reports that its first process, false(1), was started and ended: then it does come up.</summary>
    private const string CameUp = "exitcode=0x00000100";
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(10);

    /// <summary>The last lines of its log, up to a panic; "" when it logged nothing in ten seconds or came up after all.</summary>
    public static string Ask(string binary, string memory)
    {
        var start = new ProcessStartInfo("setsid", [binary, $"mem={memory}", "rootfstype=hostfs", "ro", "con=null", "con0=null,fd:2", "init=/bin/false"]);
        try
        {
            var (_, output, error) = ThrowAwayProcess.Run(start, AtMost);
            return Of($"{output}\n{error}");
        }
        catch (SandboxUnavailableException)
        {
            return "";
        }
    }

    /// <summary>The last two lines of a log that say something: those up to the panic, without stacks and registers.</summary>
    internal static string Of(string log)
    {
        if (log.Contains(CameUp, StringComparison.Ordinal))
        {
            return "";
        }

        var lines = log.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeWhile(
            line => !line.StartsWith("CPU:", StringComparison.Ordinal)).ToList();
        var panic = lines.FindIndex(line => line.Contains("Kernel panic", StringComparison.Ordinal));
        return string.Join("; ", lines.Take(panic < 0 ? lines.Count : panic + 1).TakeLast(2));
    }
}
