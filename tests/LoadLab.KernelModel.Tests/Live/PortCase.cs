using System.Globalization;
using LoadLab.Model;

namespace LoadLab.KernelModel.Tests;

/// <summary>One random case of ports: the commands for the kernel, and the same for the model.</summary>
/// <remarks>Client and server end the same connections, the oldest first, so that it is known which end waits.</remarks>
internal sealed class PortCase
{
    private static readonly uint[] Sources = [0x7F000001, 0x7F000002, 0x7F000003];
    private readonly Random random;
    private readonly string range;
    private readonly bool isCrowded;
    private readonly List<(string Name, string Value)> sysctls = [];
    private readonly List<Step> steps = [];

    public PortCase(int seed)
    {
        random = new Random(seed);
        var low = 40000 + random.Next(4);
        range = $"{low} {low + random.Next(60)}";
        sysctls.Add(("tcp_tw_reuse", $"{random.Next(3)}"));
        sysctls.Add(("tcp_tw_reuse_delay", Pick("1", "60000")));
        sysctls.Add(("tcp_timestamps", Pick("1", "1", "0")));
        isCrowded = random.Next(3) == 0;
        sysctls.Add(("tcp_max_tw_buckets", isCrowded ? "7" : "8192"));
        sysctls.Add(("ip_autobind_reuse", $"{random.Next(2)}"));
        sysctls.Add(("tcp_rfc1337", "1"));
        if (random.Next(2) == 0)
        {
            sysctls.Add(("ip_local_reserved_ports", $"{low + random.Next(20)},{low + 20 + random.Next(5)}-{low + 25 + random.Next(5)}"));
        }

        steps.Add(new Listen(Pick(0x7F000001u, 0x7F000002u), Pick(9000, low + random.Next(30)), random.Next(2) == 0));
        for (var count = 2 + random.Next(6); steps.Count < count;)
        {
            steps.Add(RandomLoad(low));
            if (random.Next(2) == 0)
            {
                steps.Add(new End(1 + random.Next(30), Pick(PortEnd.Free, PortEnd.ClientTimeWait, PortEnd.ServerTimeWait)));

                // Which of the connections got the last buckets depends on when each ACK of a FIN came: what follows is open.
                count = isCrowded ? 0 : count;
            }
        }
    }

    /// <summary>What the driver is told.</summary>
    public IReadOnlyList<string> Commands =>
    [
        $"set net/ipv4/ip_local_port_range {range}",
        .. sysctls.Select(one => $"set net/ipv4/{one.Name} {one.Value}"),
        .. steps.SelectMany(step => step.Commands),
    ];

    /// <summary>The figures of the kernel: of each load the connects that got a port, EADDRNOTAVAIL and EADDRINUSE; of each end TIME-WAIT of server and
    /// client.</summary>
    public IReadOnlyList<long> Observed(IReadOnlyList<KernelAnswer> answers) =>
        [.. answers.Zip(Commands).Where(one => one.Second.StartsWith("load", StringComparison.Ordinal) || one.Second == "states")
            .SelectMany(one => one.Second == "states" ? [one.First.Numbers[5], one.First.Numbers[16]] : one.First.Numbers.Take(3))];

    /// <summary>The same figures of the model, in one draw.</summary>
    public IReadOnlyList<long> Modelled(double choice, Func<GivenPorts, PortCaseModel>? model = null)
    {
        var given = new GivenPorts(range, choice, more: sysctls);
        var run = model?.Invoke(given) ?? new PortCaseModel(given);
        return [.. steps.SelectMany(step => step.Model(run))];
    }

    public override string ToString() => string.Join('\n', Commands);

    private Load RandomLoad(int low)
    {
        var mode = Pick("any", "noport", "first", "planned");
        var local = random.Next(4) == 0 && mode != "planned" ? new PortRange(low + random.Next(10), low + 10 + random.Next(60)) : (PortRange?)null;
        return new Load(1 + random.Next(40), mode, Pick(Sources), mode == "planned" ? low + random.Next(20) : 0, local, random.Next(3) == 0);
    }

    private T Pick<T>(params T[] of) => of[random.Next(of.Length)];

    private abstract record Step
    {
        public abstract IEnumerable<string> Commands { get; }

        public abstract IEnumerable<long> Model(PortCaseModel run);
    }

    private sealed record Listen(uint Address, int Port, bool IsReusable) : Step
    {
        public override IEnumerable<string> Commands => [$"listen {AddressRange.Dotted(Address)} {Port} {(IsReusable ? 1 : 0)}"];

        public override IEnumerable<long> Model(PortCaseModel run)
        {
            run.Listen(Address, Port, IsReusable);
            return [];
        }
    }

    private sealed record Load(int Count, string Mode, uint Source, int Planned, PortRange? Local, bool MayShare) : Step
    {
        // The listener's address and port stand where the driver knows them.
        public override IEnumerable<string> Commands =>
            [string.Create(CultureInfo.InvariantCulture,
                $"load {Count} {Mode} {AddressRange.Dotted(Source)} {Planned} {Local?.First ?? 0} {Local?.Last ?? 0} {(MayShare ? 1 : 0)} listener 0")];

        public override IEnumerable<long> Model(PortCaseModel run)
        {
            var (ok, notAvailable, inUse) = run.Load(Count, Mode, Source, Planned, Local, MayShare);
            return [ok, notAvailable, inUse];
        }
    }

    private sealed record End(int Count, PortEnd How) : Step
    {
        public override IEnumerable<string> Commands =>
        [
            "accept",
            .. How switch
            {
                PortEnd.Free => [$"clients reset {Count}", "sleep 5", $"servers close {Count}"],
                PortEnd.ClientTimeWait => [$"clients close {Count}", "sleep 45", $"servers close {Count}"],
                PortEnd.BothTimeWait => throw new NotSupportedException("one program cannot close both ends at once"),
                PortEnd.ServerTimeWait or PortEnd.ClientFinWait2 => (string[])[$"servers close {Count}", "sleep 45", $"clients close {Count}"],
            },
            "sleep 50",
            "states",
        ];

        public override IEnumerable<long> Model(PortCaseModel run) => run.End(Count, How);
    }
}

/// <summary>A port case's steps done to the model.</summary>
internal class PortCaseModel(GivenPorts given)
{
    protected GivenPorts Given => given;

    private Endpoint server;

    public virtual void Listen(uint address, int port, bool isReusable)
    {
        server = Endpoint.IPv4(address, port);
        _ = given.Table.Listen(server, isReusable, isInGroup: false, out _);
    }

    public virtual (int Ok, int NotAvailable, int InUse) Load(int count, string mode, uint source, int planned, PortRange? local, bool mayShare) =>
        given.Connect(count, mode switch { "first" => BindWay.First, "noport" => BindWay.NoPort, _ => BindWay.None }, mode == "any" ? 0
            : source, planned, local, (uint)server.Address, server.Port, mayShare);

    public virtual IEnumerable<long> End(int count, PortEnd how)
    {
        given.Wait(0.045);
        given.Close(count, how);
        given.Wait(0.05);
        return [given.Table.Waiting.OfServers, given.Table.Waiting.OfClients];
    }
}
