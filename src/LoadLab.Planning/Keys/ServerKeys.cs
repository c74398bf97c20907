using LoadLab.Model;
using LoadLab.Planning.Yaml;

namespace LoadLab.Planning.Keys;

/// <summary>The keys of <c>server</c>.</summary>
internal static class ServerKeys
{
    /// <summary>The table.</summary>
    public static KeyTable<ServerSpec> Table { get; } = new(
        "The server under load.",
        [],
        new ValueKey<ServerSpec, string>("address", Forms.Address, "The address it listens on; default 127.0.0.1.", (server, value) => server with { Address = value }),
        new ValueKey<ServerSpec, int>("port", Forms.Whole(0, 65535), "The port; default 0: the kernel picks one.", (server, value) => server with { Port = value }),
        new ValueKey<ServerSpec, int>("ports", Forms.Whole(1, 64), "How many consecutive ports it listens on, from server.port on; default 1.", (server, value) => server with { Ports = value }),
        new ValueKey<ServerSpec, int>(
            "backlog", Forms.Whole(0, int.MaxValue), "The number given to listen(); the live backlog is min(this, net.core.somaxconn); default 4096.", (server, value) => server with { Backlog = value }),
        new ValueKey<ServerSpec, int>("listeners", Forms.Whole(1, 256), "How many listeners share the port, each with a queue of its own; default 1.", (server, value) => server with { Listeners = value }),
        new ValueKey<ServerSpec, bool>("reuseport", Forms.Boolean, "SO_REUSEPORT on every listener; default: true with several listeners.", (server, value) => server with { ReusePort = value }),
        new ValueKey<ServerSpec, AcceptPolicy>("accept", Forms.AcceptPolicy, $"When accept() is called: {AcceptPolicy.Forms}; default eager.", (server, value) => server with { Accept = value }),
        new ValueKey<ServerSpec, int>("accept-threads", Forms.Whole(1, 256), "How many threads call accept(); default 1.", (server, value) => server with { AcceptThreads = value }),
        new ValueKey<ServerSpec, AtLimitPolicy>("at-limit", Forms.AtLimitPolicy, $"What the accept loop does when accept() says EMFILE or ENFILE: {AtLimitPolicy.Forms}; default backoff 5ms 1s.", (server, value) => server with { AtLimit = value }),
        new ValueKey<ServerSpec, ConnectionBehaviour>(
            "connection", Forms.Word<ConnectionBehaviour>(), "What happens to an accepted connection; default hold.", (server, value) => server with { Connection = value }),
        new ValueKey<ServerSpec, Nanoseconds>(
            "defer-accept", Forms.Seconds, "TCP_DEFER_ACCEPT of the listeners: a connection reaches the accept queue with its first data; default 0: off.", (server, value) => server with { DeferAccept = value }),
        new ValueKey<ServerSpec, Nanoseconds>(
            "user-timeout", Forms.Milliseconds, "TCP_USER_TIMEOUT of accepted connections: unacknowledged data is given up after this; default 0: by net.ipv4.tcp_retries2.", (server, value) => server with { UserTimeout = value }));

    /// <summary>Reads the mapping and what follows from it.</summary>
    public static ServerSpec Read(ServerSpec server, Declared declared, string path, Reading reading)
    {
        server = Table.Read(server, declared, path, reading);
        if (server.Listeners == 1 || declared is not DeclaredMapping mapping)
        {
            return server;
        }

        if (mapping.Find("reuseport") is { } reuse && !server.ReusePort)
        {
            reading.Error(reuse.Place, $"{path}.reuseport is false, but {path}.listeners is {server.Listeners}: several listeners on one port need SO_REUSEPORT; leave reuseport out or set listeners to 1");
        }

        return server with { ReusePort = true };
    }
}
