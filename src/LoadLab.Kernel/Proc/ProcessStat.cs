using System.Globalization;
using System.Text;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>Processor time and state of a process, from /proc/PID/stat.</summary>
/// <remarks>
/// Unit of the time: nanoseconds, in steps of a clock tick, USER_HZ: 10 ms on every architecture that .NET runs on. Kernel: fs/proc/array.c
/// do_task_stat, fields 14 (utime) and 15 (stime), all threads; proc_pid_stat(5); seen on 6.18.
/// </remarks>
public static class ProcessStat
{
    private const long TickNs = 10_000_000;
    private const int UtimeAfterName = 11;

    /// <summary>Reads it; null when the process is gone.</summary>
    public static Nanoseconds? ReadCpu(int pid, string procRoot = "/proc") => ProcessFile.Read(pid, "stat", procRoot) is { } text ? ParseCpu(text) : null;

    /// <summary>Its state, a letter: R, S, D, T (stopped), Z (zombie); null when the process is gone.</summary>
    public static char? ReadState(int pid) => ProcessFile.Read(pid, "stat") is { } text && Fields(text) is [var state, ..] ? state[0] : null;

    /// <summary>utime + stime; null when it is no such line.</summary>
    public static Nanoseconds? ParseCpu(ReadOnlySpan<byte> text)
    {
        var fields = Fields(text);
        return fields.Length > UtimeAfterName + 1
            && Ticks(fields[UtimeAfterName]) is { } user
            && Ticks(fields[UtimeAfterName + 1]) is { } system
            ? new Nanoseconds((user + system) * TickNs)
            : null;
    }

    // More than fits into nanoseconds is no time that a process took.
    private static long? Ticks(string field) =>
        long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= long.MaxValue / TickNs / 2 ? ticks : null;

    // The name in parentheses may hold anything, parentheses too, so fields count from the last one.
    private static string[] Fields(ReadOnlySpan<byte> text)
    {
        var line = Encoding.UTF8.GetString(text);
        return line[(line.LastIndexOf(')') + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }
}
