using System.Globalization;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>A line of /proc/net/tcp or /proc/net/tcp6.</summary>
/// <param name="Local">Its own end.</param>
/// <param name="Remote">The other end; port 0 for a listener.</param>
/// <param name="State">The kernel's number of its TCP state; of a TIME-WAIT socket its substate.</param>
/// <param name="TimerS">What its timer has left, in seconds; null when none runs. In clock ticks of 10 ms.</param>
/// <param name="Inode">Of its descriptor; 0 for what has none: a half-open request, TIME-WAIT, a connection that is not accepted yet.</param>
public readonly record struct SocketTableRow(SocketEnd Local, SocketEnd Remote, int State, double? TimerS, long Inode);

/// <summary>
/// The TCP sockets of the calling thread's network namespace, as /proc has them: listeners, half-open requests, connections, TIME-WAIT. A socket in
/// CLOSE is in no table.
/// </summary>
/// <remarks>
/// Kernel: net/ipv4/tcp_ipv4.c get_tcp4_sock, get_openreq4, get_timewait4_sock; net/ipv6/tcp_ipv6.c likewise;
/// Documentation/networking/proc_net_tcp.rst. Absent: /proc/net/tcp6 where the kernel has no IPv6.
/// </remarks>
public static class SocketTable
{
    private const double TicksPerSecond = 100;
    private const int InodeColumn = 9;

    /// <summary>Reads both tables.</summary>
    /// <param name="procNet">Where they are: below /proc/thread-self for a thread in a namespace of its own.</param>
    public static IReadOnlyList<SocketTableRow> Read(string procNet = "/proc/thread-self/net")
    {
        var rows = new List<SocketTableRow>();
        foreach (var file in (string[])["tcp", "tcp6"])
        {
            var path = Path.Combine(procNet, file);
            if (File.Exists(path))
            {
                rows.AddRange(Parse(File.ReadAllText(path)));
            }
        }

        return rows;
    }

    /// <summary>
    /// The kernel's number of each socket's state, by inode, in the network namespace of a process, which need not be the caller's; null when the
    /// process is gone. What has no inode is left out.
    /// </summary>
    public static IReadOnlyDictionary<long, int>? StatesByInode(int pid, string procRoot = "/proc")
    {
        var procNet = Path.Combine(procRoot, pid.ToString(CultureInfo.InvariantCulture), "net");
        try
        {
            return Directory.Exists(procNet) ? Read(procNet).Where(row => row.Inode > 0).GroupBy(row => row.Inode).ToDictionary(
                rows => rows.Key, rows => rows.Last().State) : null;
        }
        catch (IOException)
        {
            // It has ended in between.
            return null;
        }
    }

    /// <summary>The rows of one table's text; a line that does not fit is left out.</summary>
    public static IEnumerable<SocketTableRow> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var line in text.Split('\n').Skip(1))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 5 && TryEnd(words[1], out var local) && TryEnd(words[2], out var remote)
                && byte.TryParse(words[3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var state)
                && words[5].Split(':') is [var timer, var left]
                && ulong.TryParse(left, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var ticks))
            {
                var inode = words.Length > InodeColumn
                    && long.TryParse(words[InodeColumn], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
                yield return new SocketTableRow(local, remote, state, timer == "00" ? null : ticks / TicksPerSecond, inode);
            }
        }
    }

    // Each 32 bits of the address are printed as a number of the host's byte order.
    private static bool TryEnd(string text, out SocketEnd end)
    {
        end = default;
        if (text.Split(':') is not [var hex, var portHex] || hex.Length is not (8 or 32)
            || !ushort.TryParse(portHex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        UInt128 address = 0;
        for (var at = 0; at < hex.Length; at += 8)
        {
            if (!uint.TryParse(hex.AsSpan(at, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var word))
            {
                return false;
            }

            address = (address << 32) | System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
        }

        end = new SocketEnd(hex.Length == 8 ? TcpSegment.Mapped((uint)address) : address, port);
        return true;
    }
}
