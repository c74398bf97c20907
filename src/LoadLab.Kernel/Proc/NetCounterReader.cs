namespace LoadLab.Kernel;

/// <summary>Reads the counters of the caller's network namespace, with both files held open.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class NetCounterReader : IDisposable
{
    private readonly ProcFile netstat;
    private readonly ProcFile snmp;
    private NetCounters? last;

    /// <summary>Opens /proc/net/netstat and /proc/net/snmp under a root ("/proc" but in tests).</summary>
    /// <exception cref="IOException">One of them cannot be read.</exception>
    public NetCounterReader(string procRoot = "/proc")
    {
        netstat = new ProcFile(Path.Combine(procRoot, "net/netstat"));
        snmp = new ProcFile(Path.Combine(procRoot, "net/snmp"));
    }

    /// <summary>All counters now.</summary>
    public NetCounters Read() => last = NetCounters.Parse(netstat.Read(), snmp.Read(), last);

    /// <inheritdoc/>
    public void Dispose()
    {
        netstat.Dispose();
        snmp.Dispose();
    }
}
