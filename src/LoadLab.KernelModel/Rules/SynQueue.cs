using LoadLab.Model;

namespace LoadLab.KernelModel.Rules;

/// <summary>How many half-open requests a listener keeps.</summary>
/// <remarks>Unit: connections. Kernel: include/net/inet_connection_sock.h inet_csk_reqsk_queue_is_full; net/ipv4/tcp_input.c tcp_conn_request. Measured on
/// 6.18: backlog 4, 16 hold 5, 17.</remarks>
public static class SynQueue
{
    /// <summary>File and function of the bound.</summary>
    public const string BoundSource = "include/net/inet_connection_sock.h inet_csk_reqsk_queue_is_full";

    /// <summary>File and function of the order in which a SYN is looked at.</summary>
    public const string RequestSource = "net/ipv4/tcp_input.c tcp_conn_request, tcp_syn_flood_action";

    /// <summary>
    /// Whether the queue takes one more than the live backlog (full is <c>&gt;</c>) or just as many (<c>&gt;=</c>); null when the version does not tell, since
    /// distributions port fixes back.
    /// </summary>
    /// <remarks>
    /// From 4.4 to 6.13 the test was <c>&gt;=</c>; 6.14 made it <c>&gt;</c> ("tcp/dccp: allow a connection when sk_max_ack_backlog is zero"). The stable
    /// releases 6.1.125 and 6.12.10 have it
    /// (Debian's changelogs of linux); seen on 6.1.176, 6.1.192 and 6.12.117. Of other branches and older releases only the distribution knows.
    /// </remarks>
    /// <param name="kernel">The kernel.</param>
    /// <param name="version">kernel.version, in which Debian names the stable release that its own release name (6.1.0-44) hides; null: not known.</param>
    public static bool? HoldsOneMore(KernelVersion kernel, string? version)
    {
        var stable = OfDebian(version) ?? kernel;
        return stable.IsAtLeast(6, 14) || (stable is { Major: 6, Minor: 12 } && stable.IsAtLeast(6, 12, 10))
            || (stable is { Major: 6, Minor: 1 } && stable.IsAtLeast(6, 1, 125)) ? true : null;
    }

    private static KernelVersion? OfDebian(string? version)
    {
        const string Name = "Debian ";
        var at = version?.IndexOf(Name, StringComparison.Ordinal) ?? -1;
        return at < 0 ? null : KernelVersion.Parse(version![(at + Name.Length)..].Split(' ')[0]);
    }

    /// <summary>Whether a SYN that finds so many half-open finds the queue full.</summary>
    public static bool IsFull(long halfOpen, int liveBacklog, bool holdsOneMore) => holdsOneMore ? halfOpen > liveBacklog : halfOpen >= liveBacklog;

    /// <summary>Whether a SYN of a stranger is dropped without syncookies, because the last quarter of tcp_max_syn_backlog is for peers that the kernel
    /// knows.</summary>
    /// <remarks>Kernel: net/ipv4/tcp_input.c tcp_conn_request ("last quarter of backlog is filled with destinations, proven to be alive"). Measured on 6.18:
    /// 128, 100, 16 keep 97, 76, 13.</remarks>
    public static bool IsLastQuarter(long halfOpen, int maxSynBacklog) => maxSynBacklog - halfOpen < maxSynBacklog >> 2;

    /// <summary>How many strangers' requests are kept: bounded by the live backlog, and without syncookies also by three quarters of tcp_max_syn_backlog; none
    /// with cookies for everybody (2).</summary>
    public static long Capacity(int liveBacklog, int maxSynBacklog, int syncookies, bool holdsOneMore)
    {
        var byBacklog = liveBacklog + (holdsOneMore ? 1L : 0);
        return syncookies switch
        {
            0 => Math.Min(byBacklog, maxSynBacklog - (maxSynBacklog >> 2) + 1L),
            2 => 0,
            _ => byBacklog,
        };
    }
}
