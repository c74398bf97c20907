using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>The settings of a hosted accept loop: those of <c>loadlab serve</c>, as options that any configuration section can fill.</summary>
/// <remarks>
/// Texts have the form that scenario files and <c>serve</c> take (<c>paced 40/s</c>, <c>1500ms</c>), so that one section serves both. A value that is
/// not allowed ends the host's start with a sentence for each: the key, the value, and what is allowed.
/// </remarks>
public sealed class AcceptLoopOptions
{
    private static readonly ServerSpec Default = new();

    /// <summary>The address it listens on: an IPv4 address of this host, or 0.0.0.0 for all.</summary>
    public string Address { get; set; } = Default.Address;

    /// <summary>The port; 0: the kernel picks one, see <see cref="IAcceptLoop.EndPoint"/>.</summary>
    public int Port { get; set; } = Default.Port;

    /// <summary>The number given to listen(2), in connections; the live backlog is min(this, net.core.somaxconn), and somaxconn for -1.</summary>
    public int Backlog { get; set; } = Default.Backlog;

    /// <summary>How many listeners share the port, each with an accept queue of its own; more than one implies <see cref="ReusePort"/>.</summary>
    public int Listeners { get; set; } = Default.Listeners;

    /// <summary>SO_REUSEPORT on every listener.</summary>
    public bool ReusePort { get; set; } = Default.ReusePort;

    /// <summary>When accept() is called: <c>never</c>, <c>eager</c>, <c>paced 40/s</c>, <c>stalled 1s 500ms</c>.</summary>
    public string Accept { get; set; } = Default.Accept.ToString();

    /// <summary>How many threads call accept().</summary>
    public int AcceptThreads { get; set; } = Default.AcceptThreads;

    /// <summary>
    /// What it does when accept() says EMFILE or ENFILE: <c>spin</c>, <c>sleep 100ms</c>, <c>backoff 5ms 1s</c>, <c>pause 1s</c>, <c>shed</c>.
    /// </summary>
    public string AtLimit { get; set; } = Default.AtLimit.ToString();

    /// <summary>What happens to an accepted connection: <c>hold</c>, <c>echo</c>, <c>discard</c>, <c>close</c>, <c>reset</c>.</summary>
    public string Connection { get; set; } = EnumWords<ConnectionBehaviour>.Of(Default.Connection);

    /// <summary>TCP_DEFER_ACCEPT of the listeners, such as <c>30s</c>; <c>0</c>: off.</summary>
    public string DeferAccept { get; set; } = "0";

    /// <summary>TCP_USER_TIMEOUT of accepted connections, such as <c>1500ms</c>; <c>0</c>: by net.ipv4.tcp_retries2.</summary>
    public string UserTimeout { get; set; } = "0";

    /// <summary>SO_KEEPALIVE of accepted connections, as <c>IDLE INTERVAL COUNT</c>: <c>60s 10s 6</c>; empty: off.</summary>
    public string Keepalive { get; set; } = "";

    /// <summary>What a configuration section has that no setting takes, as sentences: said by the validation, all at once.</summary>
    internal List<string> Refusals { get; } = [];
}
