using LoadLab.Model;

namespace LoadLab.KernelModel.Tests;

/// <summary>Wrong models of ports, each of which the facts about the kernel must catch; the facts themselves were measured on 6.18 and hold for the right
/// model.</summary>
public class PortMutantTests
{
    private const uint Other = 0x7F000002;

    /// <summary>What the kernel was seen to do, as checks of a model: the first that does not hold is what catches a mutant.</summary>
    private static readonly (string Fact, Func<Make, bool> Holds)[] Facts =
    [
        ("a listener inside the range costs a port", make => make([]).Filled(40004) == 9),
        ("reserved ports are handed to nobody who does not name them", make => make([("ip_local_reserved_ports", "40002,40005-40006")]).Filled(9000) == 7),
        ("a range has both its ends", make => make([]).Filled(9000) == 10),
        ("bind(0) needs a port that is free for all destinations", make => make([]) is var run && run.Load(12, "first", Other, 0, null, false).Ok == 10
            && run.Load(1, "first", Other, 0, null, false).InUse == 1),
        ("no-port without an address is 127.0.0.1", make => make([]) is var run && run.Load(12, "any", 0, 0, null, false).Ok == 10
            && run.Load(1, "noport", 0, 0, null, false).NotAvailable == 1),
        ("connect() passes over ports that bind() has taken", make => make([]) is var run && run.Load(10, "first", Other, 0, null, false).Ok == 10
            && run.Load(1, "noport", 0x7F000003, 0, null, false).NotAvailable == 1),
        ("planned ports ignore the reserved list",
            make => make([("ip_local_reserved_ports", "40000-40004")]).Load(10, "planned", Other, 40000, null, false).Ok == 10),
        ("TIME-WAIT keeps the port until the delay is over", make => make([]) is var run && run.Load(10, "any", 0, 0, null, false).Ok == 10
            && Again(run, PortEnd.ClientTimeWait, 0.7) == 0),
        ("TIME-WAIT on loopback is taken again after the delay", make => make([]) is var run && run.Load(10, "any", 0, 0, null, false).Ok == 10
            && Again(run, PortEnd.ClientTimeWait, 1.1) == 10),
        ("without timestamps it is not", make => make([("tcp_timestamps", "0")]) is var run && run.Load(10, "any", 0, 0, null, false).Ok == 10
            && Again(run, PortEnd.ClientTimeWait, 1.1) == 0),
        ("a port pair that is used again ends the server's TIME-WAIT", make => make([]) is var run && run.Load(10, "any", 0, 0, null, false).Ok == 10
            && Again(run, PortEnd.ServerTimeWait, 0) == 10 && run.Waits().Servers == 0),
        ("buckets bound what waits", make => make([("tcp_max_tw_buckets", "5")]) is var run && run.Load(10, "any", 0, 0, null, false).Ok == 10
            && run.End(10, PortEnd.ClientTimeWait).Sum() == 5),
    ];

    private static readonly Dictionary<string, Make> Mutants = new()
    {
        ["ports that ignore the listener's"] = sysctls => new WithoutListener(Ports(sysctls)),
        ["reserved ports ignored"] = sysctls => new Run(Ports([.. sysctls.Where(one => one.Name != "ip_local_reserved_ports")])),
        ["the last port of the range left out"] = sysctls => new Run(Ports(sysctls, "40000 40008")),
        ["bind(0) shares ports as connect() does"] = sysctls => new OtherMode(Ports(sysctls), "first", "noport"),
        ["no-port without an address has a source of its own"] = sysctls => new OwnSource(Ports(sysctls)),
        ["planned ports taken by connect()"] = sysctls => new OtherMode(Ports(sysctls), "planned", "noport"),
        ["reuse without delay"] = sysctls => new Run(Ports([.. sysctls, ("tcp_tw_reuse_delay", "1")])),
        ["TIME-WAIT never reused"] = sysctls => new Run(Ports([.. sysctls, ("tcp_tw_reuse", "0")])),
        ["timestamps ignored"] = sysctls => new Run(Ports([.. sysctls.Where(one => one.Name != "tcp_timestamps")])),
        ["TIME-WAIT of the client's end for the server's"] = sysctls => new OtherEnd(Ports(sysctls), PortEnd.ServerTimeWait, PortEnd.ClientTimeWait),
        ["no TIME-WAIT"] = sysctls => new OtherEnd(Ports(sysctls), PortEnd.ClientTimeWait, PortEnd.Free),
        ["buckets without end"] = sysctls => new Run(Ports([.. sysctls.Where(one => one.Name != "tcp_max_tw_buckets")])),
    };

    private delegate Run Make(IReadOnlyList<(string Name, string Value)> sysctls);

    public static TheoryData<string> Names => [.. Mutants.Keys];

    [Fact]
    public void RightModelKeepsEveryFact() => Assert.Equal([], Facts.Where(fact => !fact.Holds(sysctls => new Run(Ports(sysctls)))).Select(fact => fact.Fact));

    [Theory]
    [MemberData(nameof(Names))]
    public void MutantIsCaught(string mutant) =>
        Assert.NotNull(Facts.Select(fact => fact.Holds(Mutants[mutant]) ? null : fact.Fact).FirstOrDefault(fact => fact is not null));

    private static GivenPorts Ports(IReadOnlyList<(string Name, string Value)> sysctls, string range = "40000 40009") => new(range, more: sysctls);

    private static int Again(Run run, PortEnd end, double after)
    {
        _ = run.End(10, end).ToList();
        run.Wait(after);
        return run.Load(10, "any", 0, 0, null, false).Ok;
    }

    private class Run : PortCaseModel
    {
        public Run(GivenPorts given)
            : base(given)
        {
            // The model's server, unless a fact has one of its own.
            base.Listen(GivenPorts.Loopback, 9000, isReusable: true);
        }

        public int Filled(int port)
        {
            Listen(GivenPorts.Loopback, port, isReusable: true);
            return Load(12, "any", 0, 0, null, mayShare: false).Ok;
        }

        public (long Servers, long Clients) Waits() => (Given.Table.Waiting.OfServers, Given.Table.Waiting.OfClients);

        public void Wait(double seconds) => Given.Wait(seconds);
    }

    private sealed class WithoutListener(GivenPorts given) : Run(given)
    {
        public override void Listen(uint address, int port, bool isReusable)
        {
            // Its port is nobody's.
        }
    }

    private sealed class OtherMode(GivenPorts given, string mode, string other) : Run(given)
    {
        public override (int Ok, int NotAvailable, int InUse) Load(int count, string mode1, uint source, int planned, PortRange? local, bool mayShare) =>
            mode1 == mode ? base.Load(count, other, source, 0, local, mayShare) : base.Load(count, mode1, source, planned, local, mayShare);
    }

    private sealed class OwnSource(GivenPorts given) : Run(given)
    {
        public override (int Ok, int NotAvailable, int InUse) Load(int count, string mode, uint source, int planned, PortRange? local, bool mayShare) =>
            base.Load(count, mode, mode == "noport" && source == 0 ? 0x7F000009 : source, planned, local, mayShare);
    }

    private sealed class OtherEnd(GivenPorts given, PortEnd how, PortEnd other) : Run(given)
    {
        public override IEnumerable<long> End(int count, PortEnd end) => base.End(count, end == how ? other : end);
    }
}
