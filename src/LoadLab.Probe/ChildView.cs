using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace LoadLab.Probe;

/// <summary>What a child process has inherited, by its own word: sh(1) asks getrlimit(2) and prints the answer.</summary>
internal static class ChildView
{
    /// <summary>The child's soft RLIMIT_NOFILE.</summary>
    /// <exception cref="ProbeFailureException">There is no sh, or it said nothing.</exception>
    public static long SoftLimit()
    {
        try
        {
            using var child = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "ulimit -Sn"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            var said = child.StandardOutput.ReadToEnd().Trim();
            child.WaitForExit();
            return said == "unlimited" ? long.MaxValue
                : long.TryParse(said, CultureInfo.InvariantCulture, out var soft) ? soft
                : throw new ProbeFailureException($"the child said '{said}' where its soft fd limit was asked for");
        }
        catch (Win32Exception e)
        {
            throw new ProbeFailureException($"/bin/sh did not start: {e.Message}");
        }
    }
}
