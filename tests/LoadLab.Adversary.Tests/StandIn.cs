using System.Diagnostics;

namespace LoadLab.Adversary.Tests;

/// <summary>Throw-away namespaces that stand for a machine: LoadLab is started in them as root, and what it leaves behind there can be looked at.</summary>
/// <remarks>
/// In a user namespace, so that only the sysctls of its own network can be written at all: a fault that is found here does no harm. What goes wrong
/// outside of net. is found by the kernel's refusal.
/// </remarks>
internal static class StandIn
{
    // Files that cannot be written are counters, not settings. ns_last_pid is the kernel's own count, and perf's limits are lowered by the kernel
    // when interrupts take long.
    private const string Snapshot = """
        snapshot() { find /proc/sys -type f -perm /222 ! -name ns_last_pid ! -name 'perf_*' -exec grep -sH '' {} + | sort; }
        ip link set lo up
        """;

    /// <summary>The line after which a script prints what it found changed.</summary>
    public const string Changed = "sysctls that are not as they were:";

    /// <summary>Runs a shell script as root of such a machine. <c>$1</c> and so on are the arguments.</summary>
    public static Called Run(string script, params string[] arguments) => Run([], script, arguments);

    /// <summary>The same with variables in its environment.</summary>
    public static Called Run(Dictionary<string, string> environment, string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("unshare",
            ["--user", "--map-root-user", "--net", "--pid", "--mount-proc", "--fork", "--kill-child", "--", "sh", "-c", $"{Snapshot}\n{script}", "sh",
                .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["NO_COLOR"] = "1";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Called(process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    /// <summary>Runs a script as <see cref="Run(string, string[])"/> does, and says which sysctls it left otherwise than they were.</summary>
    public static (Called Called, string Changed) RunAndCompare(Dictionary<string, string> environment, string script, params string[] arguments)
    {
        var called = Run(environment, $$"""
            before=$(snapshot)
            {{script}}
            status=$?
            after=$(snapshot)
            echo '{{Changed}}'
            [ "$before" = "$after" ] || { printf '%s\n' "$before" >"$OUT/before"; printf '%s\n' "$after" | diff "$OUT/before" -; }
            exit $status
            """, arguments);
        var at = called.Output.LastIndexOf(Changed, StringComparison.Ordinal);
        Assert.True(at >= 0, $"the script did not come to its end; {called}");
        return (called with { Output = called.Output[..at] }, called.Output[(at + Changed.Length)..].Trim());
    }
}
