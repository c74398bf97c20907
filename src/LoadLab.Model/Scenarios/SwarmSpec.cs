using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>How connects are spread over time.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<LoadShape>))]
public enum LoadShape
{
    /// <summary>All at once.</summary>
    Burst,

    /// <summary>At a constant rate for a time (open model: a slow server does not slow the arrivals).</summary>
    Rate,

    /// <summary>From one rate to another over a time (open model).</summary>
    Ramp,

    /// <summary>So many workers, each connects, optionally exchanges bytes, ends, again (closed model).</summary>
    Churn,
}

/// <summary>What a client does with its connection once it is established (in <see cref="LoadShape.Churn"/>: after the exchange).</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<ClientEnd>))]
public enum ClientEnd
{
    /// <summary>Keeps it open until the run ends.</summary>
    Hold,

    /// <summary>close(): FIN.</summary>
    Close,

    /// <summary>SO_LINGER 0 and close(): RST, no TIME-WAIT.</summary>
    Reset,

    /// <summary>shutdown(SHUT_WR): FIN, the descriptor stays open for reading.</summary>
    HalfClose,
}

/// <summary>Who picks the ephemeral port.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<PortStrategy>))]
public enum PortStrategy
{
    /// <summary>The kernel, as for most applications; its search slows as the range fills.</summary>
    Kernel,

    /// <summary>The swarm binds each port of the range itself.</summary>
    Planned,
}

/// <summary>Whether a client calls bind() before connect(), where the kernel picks its port.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<BindWay>))]
public enum BindWay
{
    /// <summary>No bind(): connect() picks address and port, and the port need only be free for this destination.</summary>
    None,

    /// <summary>bind() to port 0: the port is picked before the destination is known, so it must be free for all of them.</summary>
    First,

    /// <summary>bind() to port 0 with IP_BIND_ADDRESS_NO_PORT: the address is fixed, the port is left to connect().</summary>
    NoPort,
}

/// <summary>The clients as declared.</summary>
public sealed record SwarmSpec
{
    /// <summary>How connects are spread over time.</summary>
    public LoadShape Shape { get; init; } = LoadShape.Burst;

    /// <summary>The tool, by name, that says when each client connects; null: LoadLab, by <see cref="Shape"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PacedBy { get; init; }

    /// <summary>Burst: how many connects. Churn: how many workers at once. Rate and ramp: an upper bound, 0 for none.</summary>
    public int Connections { get; init; } = 1;

    /// <summary>Rate: the rate. Ramp: the rate it starts from.</summary>
    public Rate Rate { get; init; } = new(100);

    /// <summary>Ramp: the rate it ends at.</summary>
    public Rate To { get; init; } = new(1000);

    /// <summary>Rate, ramp, churn: for how long connects are issued.</summary>
    public Nanoseconds For { get; init; } = Nanoseconds.FromSeconds(1);

    /// <summary>What a client does once it is connected.</summary>
    public ClientEnd Then { get; init; } = ClientEnd.Hold;

    /// <summary>Bytes each client sends and waits to get back before <see cref="Then"/>; 0: none.</summary>
    public int ExchangeBytes { get; init; }

    /// <summary>After this a connect is given up and counted as ETIMEDOUT; 0: only the kernel gives up.</summary>
    public Nanoseconds ConnectTimeout { get; init; }

    /// <summary>
    /// Whom the clients connect to instead of the server: an address in 198.18.0.0/15 of the sandbox, where no host answers; null: the server.
    /// </summary>
    public string? Target { get; init; }

    /// <summary>TCP_SYNCNT: SYN retransmissions before ETIMEDOUT; null: net.ipv4.tcp_syn_retries (tcp(7)).</summary>
    public int? SynCount { get; init; }

    /// <summary>TCP_RTO_MAX_MS: the longest time between two retransmissions; 0: as it is (Linux 6.15, net/ipv4/tcp.c).</summary>
    public Nanoseconds RtoMax { get; init; }

    /// <summary>TCP_USER_TIMEOUT: a SYN or data without an answer is given up after this; 0: by count (tcp(7)).</summary>
    public Nanoseconds UserTimeout { get; init; }

    /// <summary>Source addresses, used in turn; null: the kernel picks (no bind).</summary>
    public AddressRange? Sources { get; init; }

    /// <summary>
    /// Whether they bind() first, where the kernel picks the port; null: <see cref="BindWay.NoPort"/> with <see cref="Sources"/>, else
    /// <see cref="BindWay.None"/>.
    /// </summary>
    public BindWay? Bind { get; init; }

    /// <summary>
    /// IP_LOCAL_PORT_RANGE: the ports that the kernel may pick for these sockets, within net.ipv4.ip_local_port_range; null: all of that (Linux 6.3,
    /// ip(7)).
    /// </summary>
    public PortRange? LocalPorts { get; init; }

    /// <summary>Which of the server's ports they connect to; null: its first.</summary>
    public int? Port { get; init; }

    /// <summary>How they bind, resolved.</summary>
    [JsonIgnore]
    public BindWay LiveBind => Bind ?? (Sources is null ? BindWay.None : BindWay.NoPort);

    /// <summary>Who picks ports.</summary>
    public PortStrategy Ports { get; init; } = PortStrategy.Kernel;

    /// <summary>Worker processes; null is <c>auto</c>: as many as the fd limit asks for.</summary>
    public int? Workers { get; init; }

    /// <summary>Threads of each worker process.</summary>
    public int Threads { get; init; } = 1;
}
