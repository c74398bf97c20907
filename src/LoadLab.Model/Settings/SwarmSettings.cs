namespace LoadLab.Model;

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
        "bind", Forms.OrNone(Forms.Word<BindWay>()), "Whether they bind() to port 0 before connect(): none, first, or no-port (IP_BIND_ADDRESS_NO_PORT)",
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
