using LoadLab.Model;
using LoadLab.Planning.Yaml;

namespace LoadLab.Planning.Keys;

/// <summary>The keys of <c>swarm</c>, and of a phase's <c>load</c>, which overrides them.</summary>
internal static class SwarmKeys
{
    /// <summary>What only some shapes know: a key, and the shapes that it has a meaning for.</summary>
    private static readonly (string Key, LoadShape[] Shapes)[] ShapeKeys =
    [
        ("rate", [LoadShape.Rate, LoadShape.Ramp]),
        ("to", [LoadShape.Ramp]),
        ("for", [LoadShape.Rate, LoadShape.Ramp, LoadShape.Churn]),
    ];

    /// <summary>The table.</summary>
    public static KeyTable<SwarmSpec> Table { get; } = new(
        "The clients.",
        [],
        new ValueKey<SwarmSpec, LoadShape>("shape", Forms.Word<LoadShape>(), "How connects are spread over time; default burst.", (swarm, value) => swarm with { Shape = value }),
        new ValueKey<SwarmSpec, int>(
            "connections", Forms.Whole(1, 10_000_000), "Burst: how many connects, default 1. Churn: how many workers at once. Rate and ramp: an upper bound, default none.", (swarm, value) => swarm with { Connections = value }),
        new ValueKey<SwarmSpec, Rate>("rate", Forms.Rate, "Rate: the rate. Ramp: the rate it starts from. Default 100/s.", (swarm, value) => swarm with { Rate = value }),
        new ValueKey<SwarmSpec, Rate>("to", Forms.Rate, "Ramp: the rate it ends at.", (swarm, value) => swarm with { To = value }),
        new ValueKey<SwarmSpec, Nanoseconds>("for", Forms.Duration, "Rate, ramp, churn: for how long connects are issued; default 1s.", (swarm, value) => swarm with { For = value }),
        new ValueKey<SwarmSpec, ClientEnd>("then", Forms.Word<ClientEnd>(), "What a client does once it is connected; default hold, in churn close.", (swarm, value) => swarm with { Then = value }),
        new ValueKey<SwarmSpec, int>("exchange", Forms.Whole(0, 1 << 24), "Bytes each client sends and waits to get back; default 0: none.", (swarm, value) => swarm with { ExchangeBytes = value }),
        new ValueKey<SwarmSpec, Nanoseconds>(
            "connect-timeout", Forms.Duration, "After this a connect is given up; default 0: only the kernel gives up.", (swarm, value) => swarm with { ConnectTimeout = value }),
        new ValueKey<SwarmSpec, string?>(
            "target", Forms.SilentTarget, "Whom they connect to instead of the server, at its port: an address of the sandbox where nobody answers; default the server.", (swarm, value) => swarm with { Target = value }),
        new ValueKey<SwarmSpec, int>("syn-count", Forms.Whole(1, 127), "TCP_SYNCNT: SYN retransmissions before ETIMEDOUT; default net.ipv4.tcp_syn_retries.", (swarm, value) => swarm with { SynCount = value }),
        new ValueKey<SwarmSpec, Nanoseconds>(
            "rto-max", Forms.RtoMax, "TCP_RTO_MAX_MS: the longest time between two retransmissions, from Linux 6.15 on; default net.ipv4.tcp_rto_max_ms.", (swarm, value) => swarm with { RtoMax = value }),
        new ValueKey<SwarmSpec, Nanoseconds>(
            "user-timeout", Forms.Milliseconds, "TCP_USER_TIMEOUT: a SYN or data without an answer is given up after this; default 0: by count.", (swarm, value) => swarm with { UserTimeout = value }),
        new ValueKey<SwarmSpec, AddressRange?>("sources", Forms.Sources, "Source addresses, used in turn; default: the kernel picks.", (swarm, value) => swarm with { Sources = value }),
        new ValueKey<SwarmSpec, BindWay>(
            "bind", Forms.Word<BindWay>(), "Whether they bind() to port 0 before connect(): none, first, or no-port (IP_BIND_ADDRESS_NO_PORT); default none, with sources no-port.", (swarm, value) => swarm with { Bind = value }),
        new ValueKey<SwarmSpec, PortRange>(
            "local-ports", Forms.Ports, "IP_LOCAL_PORT_RANGE, from Linux 6.3 on: the ports that the kernel may pick for them; default all of net.ipv4.ip_local_port_range.", (swarm, value) => swarm with { LocalPorts = value }),
        new ValueKey<SwarmSpec, int>("port", Forms.Whole(1, 65535), "Which of the server's ports they connect to; default its first.", (swarm, value) => swarm with { Port = value }),
        new ValueKey<SwarmSpec, PortStrategy>("ports", Forms.Word<PortStrategy>(), "Who picks the ephemeral port; default kernel.", (swarm, value) => swarm with { Ports = value }),
        new ValueKey<SwarmSpec, int?>("workers", Forms.Workers, "Worker processes; default auto: as many as the fd limit asks for.", (swarm, value) => swarm with { Workers = value }),
        new ValueKey<SwarmSpec, int>("threads", Forms.Whole(1, 256), "Threads of each worker process; default 1.", (swarm, value) => swarm with { Threads = value }));

    /// <summary>Applies what follows from the shape, and refuses what contradicts it.</summary>
    /// <param name="swarm">As read.</param>
    /// <param name="own">The mapping just read.</param>
    /// <param name="inherited">The mapping it overrides; null when it is the scenario's own.</param>
    /// <param name="path">The mapping's name.</param>
    /// <param name="reading">Where errors go.</param>
    public static SwarmSpec Finish(SwarmSpec swarm, DeclaredMapping own, DeclaredMapping? inherited, string path, Reading reading)
    {
        bool IsDeclared(string key) => own.Has(key) || inherited?.Has(key) == true;
        if (swarm.Shape is LoadShape.Rate or LoadShape.Ramp && !IsDeclared("connections"))
        {
            swarm = swarm with { Connections = 0 };
        }

        if (swarm.Shape == LoadShape.Churn && !IsDeclared("then"))
        {
            swarm = swarm with { Then = ClientEnd.Close };
        }

        foreach (var (key, shapes) in ShapeKeys)
        {
            if (own.Find(key) is { } entry && !shapes.Contains(swarm.Shape))
            {
                reading.Error(entry.Place, $"{path}.{key} has no meaning in shape {EnumWords<LoadShape>.Of(swarm.Shape)}; leave it out, or set {path}.shape to {string.Join(" or ", shapes.Select(EnumWords<LoadShape>.Of))}");
            }
        }

        var shapePlace = own.Find("shape")?.Place ?? own.Place;
        if (swarm.Shape == LoadShape.Ramp && !IsDeclared("to"))
        {
            reading.Error(shapePlace, $"{path}.shape is ramp, but {path}.to is missing: say which rate the ramp ends at, e.g. to: 1000/s");
        }

        if (swarm.Shape is not LoadShape.Burst && swarm.For == Nanoseconds.Zero)
        {
            reading.Error(own.Find("for")?.Place ?? shapePlace, $"{path}.for is 0, so nothing would be issued; give it a time such as 2s");
        }

        if (swarm.Shape == LoadShape.Churn && swarm.Then == ClientEnd.Hold)
        {
            reading.Error(own.Find("then")?.Place ?? shapePlace, $"{path}.then is hold, but in shape churn each worker ends its connection to open the next; set then to close, reset or half-close");
        }

        return swarm;
    }
}
