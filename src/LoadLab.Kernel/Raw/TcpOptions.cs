using System.Buffers.Binary;

namespace LoadLab.Kernel;

/// <summary>A timestamps option: the sender's clock, and the last of the other's that it saw. Source: RFC 7323.</summary>
public readonly record struct TcpTimestamps(uint Value, uint Echo);

/// <summary>The options of a TCP header as far as a handshake uses them; null or false: not there.</summary>
/// <param name="Mss">Maximum segment size, in bytes.</param>
/// <param name="WindowScale">The window's shift.</param>
/// <param name="SackPermitted">Selective acknowledgements may be used.</param>
/// <param name="Timestamps">Timestamps.</param>
/// <remarks>Source: RFC 9293, 3.2 (kinds 0, 1, 2); RFC 7323 (3, 8); RFC 2018 (4). Unknown kinds are passed over.</remarks>
public readonly record struct TcpOptions(int? Mss, int? WindowScale, bool SackPermitted, TcpTimestamps? Timestamps)
{
    /// <summary>The most bytes that <see cref="Write"/> takes.</summary>
    public const int LongestBytes = 20;

    private const byte End = 0, NoOperation = 1, MssKind = 2, WindowScaleKind = 3, SackPermittedKind = 4, TimestampsKind = 8;

    /// <summary>Writes them, filled up to a multiple of four bytes.</summary>
    /// <returns>How many bytes.</returns>
    public int Write(Span<byte> into)
    {
        var at = 0;
        if (Mss is { } mss)
        {
            (into[at], into[at + 1]) = (MssKind, 4);
            BinaryPrimitives.WriteUInt16BigEndian(into[(at + 2)..], (ushort)mss);
            at += 4;
        }

        if (SackPermitted)
        {
            (into[at], into[at + 1]) = (SackPermittedKind, 2);
            at += 2;
        }

        if (Timestamps is { } timestamps)
        {
            (into[at], into[at + 1]) = (TimestampsKind, 10);
            BinaryPrimitives.WriteUInt32BigEndian(into[(at + 2)..], timestamps.Value);
            BinaryPrimitives.WriteUInt32BigEndian(into[(at + 6)..], timestamps.Echo);
            at += 10;
        }

        if (WindowScale is { } shift)
        {
            (into[at], into[at + 1], into[at + 2]) = (WindowScaleKind, 3, (byte)shift);
            at += 3;
        }

        while (at % 4 != 0)
        {
            into[at++] = NoOperation;
        }

        return at;
    }

    /// <summary>Reads them; what is cut short ends the reading, as it does in the kernel (net/ipv4/tcp_input.c tcp_parse_options).</summary>
    public static TcpOptions Parse(ReadOnlySpan<byte> options)
    {
        var read = default(TcpOptions);
        for (var at = 0; at < options.Length && options[at] != End;)
        {
            if (options[at] == NoOperation)
            {
                at++;
                continue;
            }

            if (at + 1 >= options.Length || options[at + 1] < 2 || at + options[at + 1] > options.Length)
            {
                break;
            }

            var value = options.Slice(at + 2, options[at + 1] - 2);
            read = (options[at], value.Length) switch
            {
                (MssKind, 2) => read with { Mss = BinaryPrimitives.ReadUInt16BigEndian(value) },
                (WindowScaleKind, 1) => read with { WindowScale = value[0] },
                (SackPermittedKind, 0) => read with { SackPermitted = true },
                (TimestampsKind, 8) => read with { Timestamps = new TcpTimestamps(
                    BinaryPrimitives.ReadUInt32BigEndian(value), BinaryPrimitives.ReadUInt32BigEndian(value[4..])) },
                _ => read,
            };
            at += options[at + 1];
        }

        return read;
    }
}
