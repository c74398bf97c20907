using System.Globalization;
using System.Text;

namespace LoadLab.Kernel;

/// <summary>RLIMIT_NOFILE of a process, from /proc/PID/limits.</summary>
/// <remarks>Unit: descriptors. Kernel: fs/proc/base.c proc_pid_limits, line "Max open files"; seen on 6.18.</remarks>
public static class ProcessLimits
{
    private const string Line = "Max open files";

    /// <summary>Reads it; null when the process is gone or may not be asked.</summary>
    public static SoftAndHard? ReadNofile(int pid, string procRoot = "/proc") =>
        ProcessFile.Read(pid, "limits", procRoot) is { } text ? ParseNofile(text) : null;

    /// <summary>Soft and hard of the line "Max open files"; null when there is none.</summary>
    public static SoftAndHard? ParseNofile(ReadOnlySpan<byte> text)
    {
        var line = Encoding.UTF8.GetString(text).Split('\n').FirstOrDefault(candidate => candidate.StartsWith(Line, StringComparison.Ordinal));
        return line?[Line.Length..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var soft, var hard, ..] && Value(soft) is { } low
            && Value(hard) is { } high
            ? new SoftAndHard(low, high)
            : null;
    }

    private static long? Value(string word) =>
        word == "unlimited" ? long.MaxValue : long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
