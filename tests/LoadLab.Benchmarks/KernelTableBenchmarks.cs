using BenchmarkDotNet.Attributes;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Benchmarks;

/// <summary>What the sampler does a hundred times a second.</summary>
public class KernelTableBenchmarks
{
    private const int Sockets = 12;
    private readonly byte[] dump = Recorded.Corpus("sock-diag", "ipv4-all");
    private readonly byte[] netstat = Recorded.Corpus("proc", "netstat-6.18");
    private readonly byte[] snmp = Recorded.Corpus("proc", "snmp-6.1");
    private readonly StateCounts counts = new();
    private readonly HashSet<ulong> told = [];
    private readonly DiagMessages.TakeBody take;
    private readonly NetCounters earlier;

    public KernelTableBenchmarks()
    {
        take = counts.Take;
        earlier = NetCounters.Parse(netstat, snmp, 0, null);
        counts.Begin(PortRange.One(9000));
    }

    [Benchmark(Description = "count a socket of a sock_diag dump", OperationsPerInvoke = Sockets)]
    public bool Count()
    {
        told.Clear();
        return DiagMessages.Parse(dump, take, told);
    }

    [Benchmark(Description = "read /proc/net/netstat and snmp, names known")]
    public NetCounters Counters() => NetCounters.Parse(netstat, snmp, 0, earlier);
}
