using System.Text;
using LoadLab.Kernel.Abi;

namespace LoadLab.Kernel;

/// <summary>The kernel's log, by syslog(2): what it says from the moment this object was made.</summary>
/// <remarks>
/// It is read whole each time and not consumed, so nobody else misses a line, and no descriptor is needed. A line that is pushed out of the kernel's
/// ring between two reads is missed.
/// Absent: without CAP_SYSLOG (kernel.dmesg_restrict) nothing can be read. Not thread-safe. Source: syslog(2); kernel/printk/printk.c syslog_print_all.
/// </remarks>
public sealed unsafe class KernelLog
{
    // Actions of syslog(2); no header of the C library names them.
    private const int ReadAll = 3;
    private const int SizeOfBuffer = 10;
    private readonly byte[] buffer;
    private string[] known = [];

    private KernelLog(int size) => buffer = new byte[size];

    /// <summary>Begins at its end; null when this process may not read it.</summary>
    public static KernelLog? TryOpen()
    {
        var size = Libc.klogctl(SizeOfBuffer, null, 0);
        if (size <= 0)
        {
            return null;
        }

        var log = new KernelLog(size);
        _ = log.ReadNew();
        return log;
    }

    /// <summary>
    /// The lines since the last call, each with its level and, where printk.time is set, its time: <c>&lt;6&gt;VFS: file-max limit 500 reached</c>.
    /// </summary>
    public IReadOnlyList<string> ReadNew()
    {
        int length;
        fixed (byte* at = buffer)
        {
            length = Libc.klogctl(ReadAll, at, buffer.Length);
        }

        var lines = Encoding.UTF8.GetString(buffer, 0, Math.Max(0, length)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // The ring forgets its oldest lines: what is left of those known stands before the new ones. A line need not be unique, since it has its time
        // only where printk.time is set.
        var gone = 0;
        while (!lines.AsSpan().StartsWith(known.AsSpan(gone)))
        {
            gone++;
        }

        var fresh = lines[(known.Length - gone)..];
        known = lines;
        return fresh;
    }
}
