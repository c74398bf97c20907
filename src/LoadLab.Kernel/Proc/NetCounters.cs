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
    private readonly string[] names;
    private readonly ulong[] values;
    private Dictionary<string, ulong>? byName;

    private NetCounters(string[] names, ulong[] values) => (this.names, this.values) = (names, values);

    /// <summary>How many counters.</summary>
    public int Count => ByName.Count;

    /// <summary>All of them.</summary>
    public IReadOnlyDictionary<string, ulong> Values => ByName;

    // Made when it is asked for: most readings are only compared with the one before.
    private Dictionary<string, ulong> ByName
    {
        get
        {
            if (byName is null)
            {
                var made = new Dictionary<string, ulong>(values.Length);
                for (var i = 0; i < values.Length; i++)
                {
                    made[names[i]] = values[i];
                }

                byName = made;
            }

            return byName;
        }
    }

    /// <summary>One counter; null when this kernel has none of that name.</summary>
    public ulong? this[string name] => ByName.TryGetValue(name, out var value) ? value : null;

    /// <summary>Pairs of lines: "Prefix: Name Name …" and "Prefix: 1 2 …". A pair that does not fit together is left out; what is there of a cut line is kept.</summary>
    public static NetCounters Parse(ReadOnlySpan<byte> text) => Parse(text, default, null);

    /// <summary>netstat and snmp together.</summary>
    public static NetCounters Parse(ReadOnlySpan<byte> netstat, ReadOnlySpan<byte> snmp) => Parse(netstat, snmp, null);

    /// <summary>netstat and snmp together, with the names of an earlier reading of the same files: they are in the same order every time, and making 400 strings a hundred times a second is not free.</summary>
    internal static NetCounters Parse(ReadOnlySpan<byte> netstat, ReadOnlySpan<byte> snmp, NetCounters? earlier)
    {
        var reading = new Gathering(earlier?.names ?? []);
        reading.Take(netstat);
        reading.Take(snmp);
        return new NetCounters(reading.Names, reading.Values);
    }

    /// <summary>The counters that differ from an earlier reading and were in it, with the difference; a counter that has wrapped is taken modulo 2⁶⁴.</summary>
    public IEnumerable<KeyValuePair<string, ulong>> MovedSince(NetCounters earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        for (var i = 0; i < values.Length; i++)
        {
            var before = ReferenceEquals(names, earlier.names) ? earlier.values[i] : earlier[names[i]] ?? values[i];
            if (before != values[i])
            {
                yield return KeyValuePair.Create(names[i], unchecked(values[i] - before));
            }
        }
    }

    /// <summary>A reading while it is made; the earlier one's names are taken over as long as they are the same.</summary>
    private sealed class Gathering(string[] known)
    {
        private readonly List<ulong> values = new(Math.Max(512, known.Length));
        private List<string>? others;

        public ulong[] Values => [.. values];

        public string[] Names => others is not null ? [.. others] : values.Count == known.Length ? known : known[..values.Count];

        public void Take(ReadOnlySpan<byte> text)
        {
            while (NextLine(ref text, out var names) && NextLine(ref text, out var numbers))
            {
                var colon = names.IndexOf((byte)':');
                if (colon > 0 && numbers.StartsWith(names[..(colon + 1)]))
                {
                    TakePair(names[..colon], names[(colon + 1)..], numbers[(colon + 1)..]);
                }
            }
        }

        private void TakePair(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> names, ReadOnlySpan<byte> numbers)
        {
            while (NextWord(ref names, out var name) && NextWord(ref numbers, out var number))
            {
                if (Utf8Parser.TryParse(number, out long value, out var used) && used == number.Length)
                {
                    Add(prefix, name, unchecked((ulong)value));
                }
                else if (Utf8Parser.TryParse(number, out ulong large, out used) && used == number.Length)
                {
                    Add(prefix, name, large);
                }
            }
        }

        private void Add(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> name, ulong value)
        {
            var at = values.Count;
            values.Add(value);
            var isKnown = at < known.Length && IsName(known[at], prefix, name);
            if (isKnown && others is null)
            {
                return;
            }

            others ??= [.. known.AsSpan(0, at)];
            others.Add(isKnown ? known[at] : $"{Encoding.UTF8.GetString(prefix)}.{Encoding.UTF8.GetString(name)}");
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
}
