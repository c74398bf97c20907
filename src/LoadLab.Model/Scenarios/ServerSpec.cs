using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>What the server does with a connection it has accepted.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<ConnectionBehaviour>))]
public enum ConnectionBehaviour
{
    /// <summary>Keeps it open and never reads.</summary>
    Hold,

    /// <summary>Sends back what it reads, closes at end of stream.</summary>
    Echo,

    /// <summary>Reads and forgets, closes at end of stream.</summary>
    Discard,

    /// <summary>Closes it at once (FIN).</summary>
    Close,

    /// <summary>Resets it at once (SO_LINGER 0, RST).</summary>
    Reset,
}

/// <summary>The server as declared.</summary>
public sealed record ServerSpec
{
    /// <summary>The address it listens on.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The port; 0: the kernel picks one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// How many consecutive ports it listens on, from <see cref="Port"/> on, each with <see cref="Listeners"/> of its own: so many destinations.
    /// </summary>
    public int Ports { get; init; } = 1;

    /// <summary>
    /// The number given to listen(2): -1…2³¹−1. The live backlog is min(this, net.core.somaxconn), compared as unsigned (net/socket.c
    /// __sys_listen_socket).
    /// </summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>The same for people: what a negative number means is said with it.</summary>
    [JsonIgnore]
    public string BacklogText => TextOf(Backlog);

    /// <summary>How many listeners share the port; more than one implies <see cref="ReusePort"/>.</summary>
    public int Listeners { get; init; } = 1;

    /// <summary>SO_REUSEPORT on every listener.</summary>
    public bool ReusePort { get; init; }

    /// <summary>When accept() is called.</summary>
    public AcceptPolicy Accept { get; init; } = AcceptPolicy.Eager;

    /// <summary>
    /// How many threads call accept(), each on every listener's share (thread i serves listeners i, i + threads, …; with one listener all share it).
    /// </summary>
    public int AcceptThreads { get; init; } = 1;

    /// <summary>What the accept loop does when accept() says EMFILE or ENFILE.</summary>
    public AtLimitPolicy AtLimit { get; init; } = AtLimitPolicy.Default;

    /// <summary>What happens to an accepted connection.</summary>
    public ConnectionBehaviour Connection { get; init; } = ConnectionBehaviour.Hold;

    /// <summary>
    /// TCP_DEFER_ACCEPT of the listeners: a connection reaches the accept queue with its first data; 0: off. The kernel rounds it up to a step of its
    /// SYN-ACK schedule (tcp(7)).
    /// </summary>
    public Nanoseconds DeferAccept { get; init; }

    /// <summary>TCP_USER_TIMEOUT of the accepted connections: unacknowledged data is given up after this; 0: by tcp_retries2 (tcp(7)).</summary>
    public Nanoseconds UserTimeout { get; init; }

    /// <summary>SO_KEEPALIVE of the accepted connections; null: off.</summary>
    public Keepalive? Keepalive { get; init; }

    /// <summary>A backlog for people: what a negative number means is said with it.</summary>
    public static string TextOf(int backlog) => backlog < 0 ? $"{backlog} (unsigned for the kernel, so net.core.somaxconn applies)" : $"{backlog}";
}

/// <summary>The settings of the server.</summary>
public static class ServerSettings
{
    private static readonly SettingGroup<ServerSpec> Group = new(
        "server.", new ServerSpec(), scenario => scenario.Server, (scenario, server) => scenario with { Server = server }) { Verb = Role.Server };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting<ServerSpec>> Rows => Group.Rows;

    /// <summary>The address it listens on.</summary>
    public static ValueSetting<ServerSpec, string> Address { get; } = Group.Add(
        "address", Forms.Address, "The address it listens on", server => server.Address, (server, value) => server with { Address = value },
        isAlwaysShown: true, alone: Forms.OwnAddress);

    /// <summary>The port.</summary>
    public static ValueSetting<ServerSpec, int> Port { get; } = Group.Add(
        "port", Forms.Whole(0, 65535), "The port", server => server.Port, (server, value) => server with { Port = value }, standard: "0: the kernel picks one");

    /// <summary>How many ports.</summary>
    public static ValueSetting<ServerSpec, int> Ports { get; } = Group.Add(
        "ports", Forms.Whole(1, 64), "How many consecutive ports it listens on, from server.port on", server => server.Ports,
        (server, value) => server with { Ports = value }, isAlwaysShown: true,
        whyNoOption: "clients of a server on its own are told one port");

    /// <summary>The number given to listen(2).</summary>
    public static ValueSetting<ServerSpec, int> Backlog { get; } = Group.Add(
        "backlog", Forms.Whole(-1, int.MaxValue),
        "The number given to listen(); the live backlog is min(this, net.core.somaxconn), and net.core.somaxconn for -1, which the kernel reads as unsigned",
        server => server.Backlog, (server, value) => server with { Backlog = value }, isAlwaysShown: true);

    /// <summary>How many listeners share the port.</summary>
    public static ValueSetting<ServerSpec, int> Listeners { get; } = Group.Add(
        "listeners", Forms.Whole(1, 256), "How many listeners share the port, each with a queue of its own", server => server.Listeners,
        (server, value) => server with { Listeners = value }, isAlwaysShown: true);

    /// <summary>SO_REUSEPORT.</summary>
    public static ValueSetting<ServerSpec, bool> ReusePort { get; } = Group.Add(
        "reuseport", Forms.Boolean, "SO_REUSEPORT on every listener", server => server.ReusePort, (server, value) => server with { ReusePort = value },
        standard: "true with several listeners, else false", applies: IsOwn);

    /// <summary>When accept() is called.</summary>
    public static ValueSetting<ServerSpec, AcceptPolicy> Accept { get; } = Group.Add(
        "accept", Forms.AcceptPolicy, "When accept() is called", server => server.Accept,
        (server, value) => server with { Accept = value }, isAlwaysShown: true);

    /// <summary>How many threads call accept().</summary>
    public static ValueSetting<ServerSpec, int> AcceptThreads { get; } = Group.Add(
        "accept-threads", Forms.Whole(1, 256), "How many threads call accept()", server => server.AcceptThreads,
        (server, value) => server with { AcceptThreads = value }, applies: IsOwn);

    /// <summary>What happens at the fd limit.</summary>
    public static ValueSetting<ServerSpec, AtLimitPolicy> AtLimit { get; } = Group.Add(
        "at-limit", Forms.AtLimitPolicy, "What the accept loop does when accept() fails with EMFILE or ENFILE", server => server.AtLimit,
        (server, value) => server with { AtLimit = value },
        isAlwaysShown: true, applies: IsOwn);

    /// <summary>What happens to an accepted connection.</summary>
    public static ValueSetting<ServerSpec, ConnectionBehaviour> Connection { get; } = Group.Add(
        "connection", Forms.Word<ConnectionBehaviour>(), "What happens to an accepted connection", server => server.Connection,
        (server, value) => server with { Connection = value }, isAlwaysShown: true, applies: IsOwn);

    /// <summary>TCP_DEFER_ACCEPT.</summary>
    public static ValueSetting<ServerSpec, Nanoseconds> DeferAccept { get; } = Group.Add(
        "defer-accept", Forms.Seconds, "TCP_DEFER_ACCEPT of the listeners: a connection reaches the accept queue with its first data",
        server => server.DeferAccept, (server, value) => server with { DeferAccept = value },
        standard: "0: off");

    /// <summary>TCP_USER_TIMEOUT.</summary>
    public static ValueSetting<ServerSpec, Nanoseconds> UserTimeout { get; } = Group.Add(
        "user-timeout", Forms.Milliseconds, "TCP_USER_TIMEOUT of accepted connections: unacknowledged data is given up after this",
        server => server.UserTimeout, (server, value) => server with { UserTimeout = value },
        standard: "0: by net.ipv4.tcp_retries2");

    /// <summary>SO_KEEPALIVE.</summary>
    public static ValueSetting<ServerSpec, Keepalive?> Keepalive { get; } = Group.Add(
        "keepalive", Forms.Keepalive, "SO_KEEPALIVE of accepted connections: a peer that is silent for IDLE is probed every INTERVAL, and given up after "
            + "COUNT probes without an answer",
        server => server.Keepalive, (server, value) => server with { Keepalive = value }, standard: "off");

    // A subject brings its own accept loop.
    private static bool IsOwn(Scenario scenario) => scenario.Subject is null;
}
