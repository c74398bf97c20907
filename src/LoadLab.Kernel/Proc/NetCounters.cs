using System.Buffers.Text;
using System.Text;

namespace LoadLab.Kernel;

/// <summary>Every counter of /proc/net/netstat or /proc/net/snmp, by <c>Prefix.Name</c>, unknown ones too.</summary>
/// <remarks>
/// Unit: as the kernel's; packets for the TCP drop counters. A counter that this kernel does not have is not in it, which is not the same as 0.
/// A negative value (Tcp.MaxConn is -1) is kept as its two's complement. Of the network namespace of the thread that reads.
/// Kernel: net/ipv4/proc.c snmp_seq_show, netstat_seq_show; seen on 6.18 and 6.1.
/// </remarks>
public sealed class NetCounters
{
    private readonly Dictionary<string, ulong> values;

    private NetCounters(Dictionary<string, ulong> values) => this.values = values;

    /// <summary>How many counters.</summary>
    public int Count => values.Count;

    /// <summary>All of them.</summary>
    public IReadOnlyDictionary<string, ulong> Values => values;

    /// <summary>One counter; null when this kernel has none of that name.</summary>
    public ulong? this[string name] => values.TryGetValue(name, out var value) ? value : null;

    /// <summary>Pairs of lines: "Prefix: Name Name …" and "Prefix: 1 2 …". A pair that does not fit together is left out; what is there of a cut line is kept.</summary>
    public static NetCounters Parse(ReadOnlySpan<byte> text) => Parse(text, []);

    /// <summary>netstat and snmp together.</summary>
    public static NetCounters Parse(ReadOnlySpan<byte> netstat, ReadOnlySpan<byte> snmp) => Parse(netstat, snmp, []);

    /// <summary>netstat and snmp together, with the names as an earlier reading of the same files made them: they are in the same order every time, and making 400 strings a hundred times a second is not free.</summary>
    internal static NetCounters Parse(ReadOnlySpan<byte> netstat, ReadOnlySpan<byte> snmp, List<string> names)
    {
        var read = new Dictionary<string, ulong>(512);
        var at = 0;
        _ = ParseInto(netstat, read, names, ref at);
        return new NetCounters(ParseInto(snmp, read, names, ref at));
    }

    private static Dictionary<string, ulong> ParseInto(ReadOnlySpan<byte> text, Dictionary<string, ulong> into, List<string> known, ref int at)
    {
        while (NextLine(ref text, out var names))
        {
            if (!NextLine(ref text, out var numbers))
            {
                break;
            }

            var colon = names.IndexOf((byte)':');
            if (colon <= 0 || !numbers.StartsWith(names[..(colon + 1)]))
            {
                continue;
            }

            var prefix = names[..colon];
            names = names[(colon + 1)..];
            numbers = numbers[(colon + 1)..];
            while (NextWord(ref names, out var name) && NextWord(ref numbers, out var number))
            {
                if (Utf8Parser.TryParse(number, out long value, out var used) && used == number.Length)
                {
                    into[Name(prefix, name, known, at++)] = unchecked((ulong)value);
                }
                else if (Utf8Parser.TryParse(number, out ulong large, out used) && used == number.Length)
                {
                    into[Name(prefix, name, known, at++)] = large;
                }
            }
        }

        return into;
    }

    private static string Name(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> name, List<string> known, int at)
    {
        if (at < known.Count && IsName(known[at], prefix, name))
        {
            return known[at];
        }

        var made = $"{Encoding.UTF8.GetString(prefix)}.{Encoding.UTF8.GetString(name)}";
        if (at < known.Count)
        {
            known[at] = made;
        }
        else
        {
            known.Add(made);
        }

        return made;
    }

    private static bool IsName(string known, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> name) =>
        known.Length == prefix.Length + 1 + name.Length
        && Ascii.Equals(prefix, known.AsSpan(0, prefix.Length))
        && Ascii.Equals(name, known.AsSpan(prefix.Length + 1));

    private static bool NextLine(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> line)
    {
        if (text.IsEmpty)
        {
            line = default;
            return false;
        }

        var end = text.IndexOf((byte)'\n');
        line = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return true;
    }

    private static bool NextWord(ref ReadOnlySpan<byte> line, out ReadOnlySpan<byte> word)
    {
        line = line.TrimStart((byte)' ');
        var end = line.IndexOf((byte)' ');
        word = end < 0 ? line : line[..end];
        line = end < 0 ? default : line[end..];
        return !word.IsEmpty;
    }
}
