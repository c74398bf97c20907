namespace LoadLab.Kernel;

/// <summary>
/// Reads the counters of the caller's network namespace, and <see cref="NetCounters.SoftnetDropped"/> of the whole kernel, with all files held open.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class NetCounterReader : IDisposable
{
    private readonly ProcFile netstat;
    private readonly ProcFile snmp;
    private byte[] lastNetstat = [];
    private byte[] lastSnmp = [];
    private readonly ProcFile? softnet;
    private ulong lastDropped;
    private NetCounters? last;

    /// <summary>Opens /proc/net/netstat and /proc/net/snmp under a root ("/proc" but in tests).</summary>
    /// <exception cref="IOException">One of them cannot be read.</exception>
    public NetCounterReader(string procRoot = "/proc")
    {
        netstat = new ProcFile(Path.Combine(procRoot, "net/netstat"));
        snmp = new ProcFile(Path.Combine(procRoot, "net/snmp"));
        softnet = File.Exists(Path.Combine(procRoot, SoftnetStat.PathInProc)) ? new ProcFile(Path.Combine(procRoot, SoftnetStat.PathInProc)) : null;
    }

    /// <summary>All counters now; the same object as before when none has moved.</summary>
    public NetCounters Read()
    {
        var newNetstat = netstat.Read();
        var newSnmp = snmp.Read();
        var dropped = softnet is null ? null : SoftnetStat.Dropped(softnet.Read());
        if (last is null || dropped is { } now && now != lastDropped || !newNetstat.SequenceEqual(lastNetstat) || !newSnmp.SequenceEqual(lastSnmp))
        {
            (lastNetstat, lastSnmp) = (Kept(newNetstat, lastNetstat), Kept(newSnmp, lastSnmp));
            lastDropped = dropped ?? 0;
            last = NetCounters.Parse(newNetstat, newSnmp, dropped, last);
        }

        return last;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        netstat.Dispose();
        snmp.Dispose();
        softnet?.Dispose();
    }

    // Nearly always as long as before: then nothing is allocated.
    private static byte[] Kept(ReadOnlySpan<byte> text, byte[] into)
    {
        if (into.Length != text.Length)
        {
            return text.ToArray();
        }

        text.CopyTo(into);
        return into;
    }
}
