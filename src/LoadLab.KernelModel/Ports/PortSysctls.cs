using LoadLab.KernelModel.Rules;
using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The sysctls that ports and TIME-WAIT depend on, as they are now.</summary>
/// <remarks>Kernel: net/ipv4/sysctl_net_ipv4.c; where one cannot be read it has the default of a new namespace.</remarks>
internal sealed class PortSysctls(SysctlState sysctls)
{
    private const int ReuseOnLoopback = 2;
    private int generation = -1;

    /// <summary>net.ipv4.ip_local_port_range, both ends included.</summary>
    public PortRange Range { get; private set; }

    /// <summary>net.ipv4.ip_local_reserved_ports.</summary>
    public PortSet Reserved { get; } = new();

    /// <summary>net.ipv4.tcp_max_tw_buckets.</summary>
    public long MostBuckets { get; private set; }

    /// <summary>net.ipv4.tcp_fin_timeout.</summary>
    public Nanoseconds FinTimeout { get; private set; }

    /// <summary>How long after the close connect() may take a port from TIME-WAIT; null on kernels without tcp_tw_reuse_delay: when the clock's second has
    /// changed.</summary>
    public Nanoseconds? ReuseDelay { get; private set; }

    /// <summary>net.ipv4.ip_autobind_reuse: sockets with SO_REUSEADDR may share what bind(0) gives them.</summary>
    public bool IsAutobindShared { get; private set; }

    /// <summary>True when the search within IP_LOCAL_PORT_RANGE takes each port in turn: since Linux 6.8.</summary>
    public bool StepsByOne => sysctls.Kernel.IsAtLeast(6, 8);

    /// <summary>True when a port that bind() had taken is connect()'s again as soon as the bound socket is gone, not only when all are: since Linux
    /// 6.18.</summary>
    public bool ForgetsBind => sysctls.Kernel.IsAtLeast(6, 18);

    /// <summary>Reads them again when they have changed; true when they have.</summary>
    public bool Refresh()
    {
        if (generation == sysctls.Generation)
        {
            return false;
        }

        generation = sysctls.Generation;
        Range = EphemeralPorts.Of(sysctls.Text("net.ipv4.ip_local_port_range"), null).Range;
        Reserved.Clear();
        foreach (var port in PortRange.List(sysctls.Text("net.ipv4.ip_local_reserved_ports")).SelectMany(one => Enumerable.Range(one.First, one.Count)))
        {
            Reserved.Add(port);
        }

        MostBuckets = sysctls.Number("net.ipv4.tcp_max_tw_buckets") ?? long.MaxValue;
        FinTimeout = Nanoseconds.FromSeconds(sysctls.Number("net.ipv4.tcp_fin_timeout") ?? 60);
        ReuseDelay = sysctls.Number("net.ipv4.tcp_tw_reuse_delay") is { } delay ? Nanoseconds.FromMilliseconds(delay) : null;
        IsAutobindShared = sysctls.Number("net.ipv4.ip_autobind_reuse") == 1;
        return true;
    }

    /// <summary>net.ipv4.tcp_timestamps.</summary>
    public bool HasTimestamps => sysctls.Number("net.ipv4.tcp_timestamps") != 0;

    /// <summary>When connect() may take the port of a client's end in TIME-WAIT, by the draw; null: not before it has expired.</summary>
    /// <remarks>
    /// tcp_tw_reuse must be 1, or 2 (the default) with a loopback address, and the connection must have used timestamps. The delay is counted in whole
    /// milliseconds of a clock; without
    /// tcp_tw_reuse_delay the second of the clock must have changed. Kernel: net/ipv4/tcp_ipv4.c tcp_twsk_unique; measured on 6.18: 0.309, 1.008, 3.009 s for
    /// 300, 1000, 3000 ms.
    /// </remarks>
    public Nanoseconds? ReuseFrom(PortLease lease, double choice)
    {
        var reuse = sysctls.Number("net.ipv4.tcp_tw_reuse") ?? ReuseOnLoopback;
        var isReused = lease.HasTimestamps && (reuse == 1 || (reuse == ReuseOnLoopback && lease.Route!.IsLoopback));
        return !isReused ? null : ReuseDelay is { } delay
            ? lease.Since + delay + Nanoseconds.FromMilliseconds(1 - choice)
            : lease.Since + Nanoseconds.FromSeconds(1 - choice);
    }
}
