using System.Globalization;
using System.Text;

namespace LoadLab.Kernel;

/// <summary>/proc/PID/net/tcp and tcp6: the TCP sockets of the network namespace that a process is in, which need not be the caller's.</summary>
/// <remarks>
/// Sockets without an inode (half-open requests, TIME-WAIT, connections that nobody has accepted) belong to no descriptor and are left out.
/// Kernel: net/ipv4/tcp_ipv4.c get_tcp4_sock, net/ipv6/tcp_ipv6.c get_tcp6_sock; columns "st" (hexadecimal) and "inode"; seen on 6.18.
/// </remarks>
public static class TcpTable
{
    private const int StateColumn = 3;
    private const int InodeColumn = 9;

    /// <summary>The kernel's number of each socket's state, by inode; null when the process is gone.</summary>
    public static IReadOnlyDictionary<long, int>? Read(int pid, string procRoot = "/proc")
    {
        if (ProcessFile.Read(pid, "net/tcp", procRoot) is not { } v4)
        {
            return null;
        }

        var states = new Dictionary<long, int>();
        ParseInto(states, v4);

        // A kernel without IPv6 has no such file.
        ParseInto(states, ProcessFile.Read(pid, "net/tcp6", procRoot) ?? []);
        return states;
    }

    /// <summary>Adds the lines of one of the files; a line that is none is passed over.</summary>
    public static void ParseInto(IDictionary<long, int> states, ReadOnlySpan<byte> text)
    {
        ArgumentNullException.ThrowIfNull(states);
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > InodeColumn
                && int.TryParse(columns[StateColumn], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var state)
                && long.TryParse(columns[InodeColumn], CultureInfo.InvariantCulture, out var inode) && inode > 0)
            {
                states[inode] = state;
            }
        }
    }
}
