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

    /// <summary>Bytes that one send() of a client writes at most.</summary>
    public const int SendBytes = 16 * 1024;

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
    public BindWay LiveBind => (Ports == PortStrategy.Planned ? null : Bind) ?? (Sources is null ? BindWay.None : BindWay.NoPort);

    /// <summary>Which part of the ephemeral range the kernel picks from; null: all of it. Where ports are planned it picks none.</summary>
    [JsonIgnore]
    public PortRange? LiveLocalPorts => Ports == PortStrategy.Planned ? null : LocalPorts;

    /// <summary>Who picks ports.</summary>
    public PortStrategy Ports { get; init; } = PortStrategy.Kernel;

    /// <summary>Worker processes; null is <c>auto</c>: as many as the fd limit asks for.</summary>
    public int? Workers { get; init; }

    /// <summary>Threads of each worker process.</summary>
    public int Threads { get; init; } = 1;
}

/// <summary>The settings of the clients.</summary>
public static class SwarmSettings
{
    /// <summary>In a plan of a swarm on its own: the name that it has at its server.</summary>
    public const string Replica = "swarm.replica";

    private static readonly SettingGroup<SwarmSpec> Group = new(
        "swarm.", new SwarmSpec(), scenario => scenario.Swarm, (scenario, swarm) => scenario with { Swarm = swarm }) { Verb = Role.Swarm };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting<SwarmSpec>> Rows => Group.Rows;

    /// <summary>How connects are spread over time.</summary>
    public static ValueSetting<SwarmSpec, LoadShape> Shape { get; } = Group.Add(
        "shape", Forms.Word<LoadShape>(), "How connects are spread over time", swarm => swarm.Shape, (swarm, value) => swarm with { Shape = value },
        isAlwaysShown: true);

    /// <summary>How many connects.</summary>
    public static ValueSetting<SwarmSpec, int> Connections { get; } = Group.Add(
        "connections", Forms.Whole(1, 10_000_000), "Burst: how many connects. Churn: how many workers at once. Rate and ramp: an upper bound",
        swarm => swarm.Connections, (swarm, value) => swarm with { Connections = value },
        standard: "1; in rate and ramp none", isAlwaysShown: true, applies: scenario => scenario.Swarm.Connections > 0);

    /// <summary>The rate.</summary>
    public static ValueSetting<SwarmSpec, Rate> Rate { get; } = Group.Add(
        "rate", Forms.Rate, "Rate: the rate. Ramp: the rate it starts from", swarm => swarm.Rate, (swarm, value) => swarm with { Rate = value },
        isAlwaysShown: true, applies: scenario => scenario.Swarm.Shape is LoadShape.Rate or LoadShape.Ramp);

    /// <summary>The rate at the end of a ramp.</summary>
    public static ValueSetting<SwarmSpec, Rate> To { get; } = Group.Add(
        "to", Forms.Rate, "Ramp: the rate it ends at", swarm => swarm.To, (swarm, value) => swarm with { To = value }, standard: "", isAlwaysShown: true,
        applies: scenario => scenario.Swarm.Shape == LoadShape.Ramp);

    /// <summary>For how long.</summary>
    public static ValueSetting<SwarmSpec, Nanoseconds> For { get; } = Group.Add(
        "for", Forms.Duration, "Rate, ramp, churn: for how long connects are issued", swarm => swarm.For, (swarm, value) => swarm with { For = value },
        isAlwaysShown: true, applies: scenario => scenario.Swarm.Shape != LoadShape.Burst);

    /// <summary>What a connected client does.</summary>
    public static ValueSetting<SwarmSpec, ClientEnd> Then { get; } = Group.Add(
        "then", Forms.Word<ClientEnd>(), "What a client does once it is connected", swarm => swarm.Then, (swarm, value) => swarm with { Then = value },
        standard: "hold; in churn close", isAlwaysShown: true);

    /// <summary>What is exchanged.</summary>
    public static ValueSetting<SwarmSpec, int> Exchange { get; } = Group.Add(
        "exchange", Forms.Whole(0, 1 << 24), "Bytes each client sends and waits to get back", swarm => swarm.ExchangeBytes,
        (swarm, value) => swarm with { ExchangeBytes = value }, standard: "0: none");

    /// <summary>When a connect is given up.</summary>
    public static ValueSetting<SwarmSpec, Nanoseconds> ConnectTimeout { get; } = Group.Add(
        "connect-timeout", Forms.Duration, "After this a connect is given up", swarm => swarm.ConnectTimeout,
        (swarm, value) => swarm with { ConnectTimeout = value }, standard: "0: only the kernel gives up");

    /// <summary>An address where no host answers.</summary>
    public static ValueSetting<SwarmSpec, string?> Target { get; } = Group.Add(
        "target", Forms.SilentTarget, "Whom they connect to instead of the server, at its port: an address of the sandbox where no host answers",
        swarm => swarm.Target, (swarm, value) => swarm with { Target = value },
        standard: "the server", whyNoOption: "--target of a swarm on its own names the server");

    /// <summary>TCP_SYNCNT.</summary>
    public static ValueSetting<SwarmSpec, int?> SynCount { get; } = Group.Add(
        "syn-count", Forms.OrNone(Forms.Whole(1, 127)), "TCP_SYNCNT: SYN retransmissions before ETIMEDOUT", swarm => swarm.SynCount,
        (swarm, value) => swarm with { SynCount = value }, standard: "net.ipv4.tcp_syn_retries");

    /// <summary>TCP_RTO_MAX_MS.</summary>
    public static ValueSetting<SwarmSpec, Nanoseconds> RtoMax { get; } = Group.Add(
        "rto-max", Forms.RtoMax, "TCP_RTO_MAX_MS: the longest time between two retransmissions, from Linux 6.15 on", swarm => swarm.RtoMax,
        (swarm, value) => swarm with { RtoMax = value }, standard: "net.ipv4.tcp_rto_max_ms");

    /// <summary>TCP_USER_TIMEOUT.</summary>
    public static ValueSetting<SwarmSpec, Nanoseconds> UserTimeout { get; } = Group.Add(
        "user-timeout", Forms.Milliseconds, "TCP_USER_TIMEOUT: a SYN or data without an answer is given up after this", swarm => swarm.UserTimeout,
        (swarm, value) => swarm with { UserTimeout = value }, standard: "0: by count");

    /// <summary>Source addresses.</summary>
    public static ValueSetting<SwarmSpec, AddressRange?> Sources { get; } = Group.Add(
        "sources", Forms.Sources, "Source addresses, used in turn", swarm => swarm.Sources, (swarm, value) => swarm with { Sources = value },
        standard: "the kernel picks");

    /// <summary>Whether they bind() first.</summary>
    public static ValueSetting<SwarmSpec, BindWay?> Bind { get; } = Group.Add(
        "bind", Forms.OrNone(Forms.Word<BindWay>()), "Whether they bind() to port 0 before connect() (no-port: with IP_BIND_ADDRESS_NO_PORT)",
        swarm => swarm.Bind, (swarm, value) => swarm with { Bind = value },
        standard: "none, with sources no-port", isAlwaysShown: true, shownAs: swarm => EnumWords<BindWay>.Of(swarm.LiveBind));

    /// <summary>IP_LOCAL_PORT_RANGE.</summary>
    public static ValueSetting<SwarmSpec, PortRange?> LocalPorts { get; } = Group.Add(
        "local-ports", Forms.OrNone(Forms.Ports), "IP_LOCAL_PORT_RANGE, from Linux 6.3 on: the ports that the kernel may pick for them",
        swarm => swarm.LocalPorts, (swarm, value) => swarm with { LocalPorts = value },
        standard: "all of net.ipv4.ip_local_port_range");

    /// <summary>Which of the server's ports.</summary>
    public static ValueSetting<SwarmSpec, int?> Port { get; } = Group.Add(
        "port", Forms.OrNone(Forms.Whole(1, 65535)), "Which of the server's ports they connect to", swarm => swarm.Port,
        (swarm, value) => swarm with { Port = value }, standard: "its first",
        whyNoOption: "--target of a swarm on its own names the port");

    /// <summary>Who picks the ephemeral port.</summary>
    public static ValueSetting<SwarmSpec, PortStrategy> Ports { get; } = Group.Add(
        "ports", Forms.Word<PortStrategy>(), "Who picks the ephemeral port", swarm => swarm.Ports, (swarm, value) => swarm with { Ports = value },
        isAlwaysShown: true);

    /// <summary>Worker processes.</summary>
    public static ValueSetting<SwarmSpec, int?> Workers { get; } = Group.Add(
        "workers", Forms.Workers, "Worker processes", swarm => swarm.Workers, (swarm, value) => swarm with { Workers = value },
        standard: "auto: as many as the fd limit asks for",
        whyNoOption: "a swarm on its own is one process; start several, and merge what they saw");

    /// <summary>Threads of a worker.</summary>
    public static ValueSetting<SwarmSpec, int> Threads { get; } = Group.Add(
        "threads", Forms.Whole(1, 256), "Threads of each worker process", swarm => swarm.Threads, (swarm, value) => swarm with { Threads = value });
}
