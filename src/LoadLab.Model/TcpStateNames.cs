using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>
/// The names of the TCP states as RFC 9293 spells them, in the order of the kernel's numbers from 1; SYN-RECEIVED is SYN-RECV, as ss(8) has it.
/// </summary>
/// <remarks>Kernel: include/net/tcp_states.h.</remarks>
public static class TcpStateNames
{
    /// <summary>CLOSE: also what a socket is in that is not listed in any table.</summary>
    public const string Close = "CLOSE";

    /// <summary>
    /// TIME-WAIT: an entry of its own in the table of connections. The socket that it stands for is in <see cref="Close"/> from then on, as its
    /// descriptor tells while there is one.
    /// </summary>
    /// <remarks>Kernel: net/ipv4/tcp_minisocks.c tcp_time_wait.</remarks>
    public const string TimeWait = "TIME-WAIT";

    /// <summary>All eleven; the kernel's number is the place, from 1.</summary>
    public static ImmutableArray<string> All { get; } =
        ["ESTABLISHED", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", TimeWait, Close, "CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING"];

    /// <summary>The kernel's number of a state; 0 for no name of one.</summary>
    public static int NumberOf(string name) => All.IndexOf(name) + 1;

    /// <summary>The name of a number; null for no state's.</summary>
    public static string? NameOf(decimal number) => number >= 1 && number <= All.Length && number == (int)number ? All[(int)number - 1] : null;
}
