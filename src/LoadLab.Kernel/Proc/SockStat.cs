using System.Globalization;
using System.Text;

namespace LoadLab.Kernel;

/// <summary>
/// /proc/net/sockstat and sockstat6 by <c>Protocol.name</c>: <c>TCP.inuse</c>, <c>TCP6.inuse</c>, <c>TCP.orphan</c>, <c>TCP.tw</c>, <c>TCP.alloc</c>,
/// <c>TCP.mem</c> …
/// </summary>
/// <remarks>
/// Unit: sockets; pages for <c>mem</c>. A name that this kernel does not have is not in it. inuse and tw are of the network namespace; orphan, alloc
/// and mem of the machine.
/// Kernel: net/ipv4/proc.c sockstat_seq_show, net/ipv6/proc.c sockstat6_seq_show; seen on 6.18.
/// </remarks>
public static class SockStat
{
    /// <summary>Reads both under a root ("/proc" but in tests); a kernel without IPv6 has only the first.</summary>
    public static IReadOnlyDictionary<string, long> Read(string procRoot = "/proc")
    {
        var second = Path.Combine(procRoot, "net/sockstat6");
        return Parse([.. File.ReadAllBytes(Path.Combine(procRoot, "net/sockstat")), .. File.Exists(second) ? File.ReadAllBytes(second) : []]);
    }

    /// <summary>Lines "TCP: inuse 5 orphan 0 …"; words that are no pair of name and number are left out.</summary>
    public static IReadOnlyDictionary<string, long> Parse(ReadOnlySpan<byte> text)
    {
        var values = new Dictionary<string, long>();
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            for (var i = 1; i + 1 < words.Length && words[0].EndsWith(':'); i += 2)
            {
                if (long.TryParse(words[i + 1], NumberStyles.Integer, CultureInfo.InvariantCulture, out var value))
                {
                    values[$"{words[0][..^1]}.{words[i]}"] = value;
                }
            }
        }

        return values;
    }
}
