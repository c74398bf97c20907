using System.Collections.Frozen;

namespace LoadLab.Model;

/// <summary>What usually cures a system call's failure: one sentence for each errno that load brings about.</summary>
internal static class ErrnoCures
{
    private static readonly FrozenDictionary<int, string> Known = new Dictionary<int, string>
    {
        [1] = "Something forbids it to this user: a capability is missing, or a firewall rule or security module says no.",
        [11] = "No failure by itself: wait for readiness and ask again.",
        [12] = "Sockets have no memory left: look at net.ipv4.tcp_mem and the memory limit of the control group.",
        [13] = "The address or port needs a right that this user lacks: below net.ipv4.ip_unprivileged_port_start it is CAP_NET_BIND_SERVICE.",
        [23] = "The whole machine's table of open files is full: raise fs.file-max.",
        [24] = "A process ran into its fd limit: raise RLIMIT_NOFILE (ulimit -n) of the one that the error names.",
        [32] = "It wrote into a connection that its peer had closed or reset: read the end of stream first.",
        [98] = "Somebody has this address and port: choose another, or bind with SO_REUSEADDR where only TIME-WAIT holds it.",
        [99] = "That is the client's own limit and not the server's: widen net.ipv4.ip_local_port_range, use more source addresses or destinations, or keep connections open.",
        [101] = "There is no route to this destination: look at the routing table of this network namespace.",
        [103] = "The client was gone before accept(): go on with the next one.",
        [104] = "The other side reset the connection: it closed with data unread, with SO_LINGER 0, or its listener went away.",
        [105] = "The kernel had no buffer: look at net.core.wmem_max, net.ipv4.tcp_mem and memory as a whole.",
        [110] = "Nobody answered for as long as the caller waits: the drop path says whether this listener dropped the packets; if not, look at conntrack, firewall and routing.",
        [111] = "Nobody listened on that port at that moment: a refusal comes from the missing listener, never from a full queue.",
        [113] = "The next hop or a firewall said that the destination cannot be reached: look at routing and REJECT rules.",
        [115] = "No failure by itself: the handshake goes on, ask when the socket is writable.",
    }.ToFrozenDictionary();

    public static string? Of(int number) => Known.GetValueOrDefault(number);
}
