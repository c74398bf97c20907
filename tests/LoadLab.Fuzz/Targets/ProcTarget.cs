using System.Text;
using LoadLab.Kernel;

namespace LoadLab.Fuzz;

/// <summary>Tables of /proc: each reader gets each input, whichever file it once was.</summary>
internal static class ProcTarget
{
    public static FuzzTarget Target { get; } = new("proc", Take, "TcpExt: ", "ListenDrops", "ListenOverflows", "TCP: ", "TCP6: ", "inuse", "orphan", "mem",
        "Max open files",
        "unlimited", " soft ", ") S ", "00000000:0000", "0100007F:2328", "00:00000000", "  0: ", "sl  local_address")
    {
        MostBytes = 8192,
    };

    private static void Take(ReadOnlySpan<byte> input)
    {
        CheckCounters(input);
        var text = Encoding.UTF8.GetString(input);
        Invariant.Holds(SockStat.Parse(input).Keys.All(name => name.Contains('.')));
        _ = SoftnetStat.Dropped(input);
        if (ProcessLimits.ParseNofile(input) is { } limits)
        {
            Invariant.Holds(limits is { Soft: >= 0, Hard: >= 0 });
        }

        if (ProcessStat.ParseCpu(input) is { } cpu)
        {
            Invariant.Holds(cpu.Value >= 0);
        }

        if (FileTable.Parse(input) is { } files)
        {
            Invariant.Holds(files is { InUse: >= 0, Limit: >= 0 });
        }

        foreach (var row in SocketTable.Parse(text))
        {
            Invariant.Holds(row.Local.Port is >= 0 and <= 65535 && row.Remote.Port is >= 0 and <= 65535);
            Invariant.Holds(row is { State: >= 0, Inode: >= 0, TimerS: null or >= 0 });
        }

        var folded = Sysctl.Parse(text);
        Invariant.Same(Sysctl.Parse(folded), folded);
        if (Sysctl.IsName(text))
        {
            Invariant.Holds(Path.GetFullPath(Sysctl.PathOf(text)).StartsWith("/proc/sys/", StringComparison.Ordinal));
        }
    }

    // With the names of an earlier reading the same counters come out as without.
    private static void CheckCounters(ReadOnlySpan<byte> input)
    {
        var half = input[..(input.Length / 2)];
        var (alone, other) = (NetCounters.Parse(input), NetCounters.Parse(half));
        Invariant.Holds(!alone.Since(alone).Any());
        var again = NetCounters.Parse(input, default, null, alone);
        Invariant.Same(again.Count, alone.Count);
        Invariant.Holds(!again.Since(alone).Any());
        var after = NetCounters.Parse(input, default, null, other);
        Invariant.Holds(after.Values.OrderBy(one => one.Key, StringComparer.Ordinal).SequenceEqual(alone.Values.OrderBy(one => one.Key,
            StringComparer.Ordinal)));
        foreach (var (name, delta) in alone.Since(other))
        {
            Invariant.Same(unchecked(alone[name]!.Value - other[name]!.Value), delta);
        }
    }
}
