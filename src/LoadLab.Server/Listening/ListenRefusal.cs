using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>Why a server cannot listen where it was told to, and what the user can do about it.</summary>
internal static class ListenRefusal
{
    private static readonly Errno EACCES = new(13);

    /// <summary>One sentence for the errno of bind(2) or listen(2).</summary>
    public static string Sentence(string address, int port, Errno errno)
    {
        if (errno == Errno.EADDRINUSE)
        {
            return port == 0
                ? $"no port of {address} is free: each of net.ipv4.ip_local_port_range is in use, or reserved by net.ipv4.ip_local_reserved_ports"
                : $"port {port} of {address} is taken; who has it: ss -ltnp 'sport = :{port}'";
        }

        if (errno == Errno.EADDRNOTAVAIL)
        {
            return $"{address} is no address of this host; its own: ip -brief address";
        }

        return errno == EACCES
            ? $"port {port} needs CAP_NET_BIND_SERVICE; ports from net.ipv4.ip_unprivileged_port_start (1024 by default) on do not"
            : $"listening on {address}:{port} failed with {errno}";
    }
}
