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
    /// <summary>The name under which <see cref="SoftnetStat"/> is among them.</summary>
    public const string SoftnetDropped = "Softnet.Dropped";

    private const int Usual = 512;
    private readonly string[] names;
    private readonly ulong[] values;
    private Dictionary<string, ulong>? byName;

    private NetCounters(string[] names, ulong[] values)
    {
        this.names = names;
        this.values = values;
    }

    /// <summary>How many counters.</summary>
    public int Count => Values.Count;

    /// <summary>All of them.</summary>
    public IReadOnlyDictionary<string, ulong> Values => ByName;

    private Dictionary<string, ulong> ByName
    {
        get
        {
            if (byName is null)
            {
                byName = new(values.Length);
                for (var i = 0; i < values.Length; i++)
                {
                    byName[names[i]] = values[i];
                }
            }

            return byName;
        }
    }

    /// <summary>One counter; null when this kernel has none of that name.</summary>
    public ulong? this[string name] => ByName.TryGetValue(name, out var value) ? value : null;

    /// <summary>
    /// Pairs of lines: "Prefix: Name Name …" and "Prefix: 1 2 …". A pair that does not fit together is left out; what is there of a cut line is kept; of
    /// a name that is there twice, the last value holds.
    /// </summary>
    public static NetCounters Parse(ReadOnlySpan<byte> text) => Parse(text, default, null, null);

    /// <summary>netstat and snmp together.</summary>
    public static NetCounters Parse(ReadOnlySpan<byte> netstat, ReadOnlySpan<byte> snmp) => Parse(netstat, snmp, null, null);

    /// <summary>Those that differ from an earlier reading, with the difference; one that only one of both has is left out.</summary>
    public IEnumerable<(string Name, ulong Delta)> Since(NetCounters earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        for (var i = 0; i < values.Length; i++)
        {
            var before = ReferenceEquals(names, earlier.names) ? earlier.values[i] : earlier[names[i]] ?? values[i];
            if (before != values[i])
            {
                yield return (names[i], unchecked(values[i] - before));
            }
        }
    }

    /// <summary>
    /// netstat and snmp together, with the names of an earlier reading of the same files: they are the same every time, and making 400 strings a
    /// hundred times a second is not free.
    /// </summary>
    internal static NetCounters Parse(ReadOnlySpan<byte> netstat, ReadOnlySpan<byte> snmp, ulong? softnetDropped, NetCounters? earlier)
    {
        var known = earlier?.names ?? [];
        var reading = new Reading(known);
        ParseInto(netstat, reading);
        ParseInto(snmp, reading);
        if (softnetDropped is { } dropped)
        {
            reading.Add("Softnet"u8, "Dropped"u8, dropped);
        }

        return reading.Result();
    }

    private static void ParseInto(ReadOnlySpan<byte> text, Reading into)
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
                    into.Add(prefix, name, unchecked((ulong)value));
                }
                else if (Utf8Parser.TryParse(number, out ulong large, out used) && used == number.Length)
                {
                    into.Add(prefix, name, large);
                }
            }
        }
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

    /// <summary>A reading while it is made: with the names known so far for as long as the text has the same ones.</summary>
    private sealed class Reading(string[] known)
    {
        private ulong[] values = new ulong[known.Length > 0 ? known.Length : Usual];
        private int count;
        private List<string>? own;
        private Dictionary<string, int>? places;

        public void Add(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> name, ulong value)
        {
            if (own is null && !(count < known.Length && IsName(known[count], prefix, name)))
            {
                own = [.. known.AsSpan(0, count)];
                places = own.Index().ToDictionary(one => one.Item, one => one.Index);
            }

            if (own is not null)
            {
                var full = $"{Encoding.UTF8.GetString(prefix)}.{Encoding.UTF8.GetString(name)}";
                if (!places!.TryAdd(full, count))
                {
                    values[places[full]] = value;
                    return;
                }

                own.Add(full);
            }

            if (count == values.Length)
            {
                Array.Resize(ref values, count * 2);
            }

            values[count++] = value;
        }

        public NetCounters Result() =>
            new(own is not null ? [.. own] : count == known.Length ? known : known[..count], count == values.Length ? values : values[..count]);
    }
}
