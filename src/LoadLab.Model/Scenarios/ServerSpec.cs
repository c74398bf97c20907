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
