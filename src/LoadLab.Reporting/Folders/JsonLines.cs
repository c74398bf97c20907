using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>How many lines were read, and how many could not be.</summary>
/// <param name="Read">Lines that were an observation.</param>
/// <param name="Unreadable">Whole lines that were none.</param>
/// <param name="IsLastLineCut">True when the last line has no end: the run was killed while it was written.</param>
/// <param name="IsGivenUp">True when most lines were none, so that the rest was not read.</param>
public readonly record struct LineCounts(long Read, long Unreadable, bool IsLastLineCut, bool IsGivenUp = false);

/// <summary>observations.jsonl: one observation a line. What cannot be read is counted and passed over, never guessed.</summary>
public static class JsonLines
{
    // Lines are bounded by their writers (20,000 connect records at most); more than this is no line of ours.
    private const int LongestLineBytes = 16 << 20;

    // A run that was killed, or whose disk was full, has a few; a file with more of them than this, and than observations, is something else.
    private const int MostUnreadable = 10_000;

    private static readonly JsonTypeInfo<Observation> Form = WholeJson.Of<Observation>();

    /// <summary>Reads one line, without its end.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, [NotNullWhen(true)] out Observation? observation)
    {
        // An exception for each of a million lines would take a minute: what does not begin as all observations do is none.
        observation = line.StartsWith("{\"kind\":\""u8) ? ForeignJson.Read(line, Form) : null;
        if (observation is not null && ((line.IndexOf("null"u8) >= 0 && StoredDocument.NullIn(line) is not null) || !CountBounds.Hold(observation)))
        {
            observation = null;
        }

        return observation is not null;
    }

    /// <summary>True for a line of single records: they are for people and tools, every figure is made from the aggregates.</summary>
    public static bool IsOfSingles(ReadOnlySpan<byte> line) =>
        line.StartsWith("{\"kind\":\"connect-records\""u8) || line.StartsWith("{\"kind\":\"accept-records\""u8);

    /// <summary>Reads to the end of a stream, handing each observation on in order.</summary>
    /// <param name="stream">Where from.</param>
    /// <param name="fold">Takes them.</param>
    /// <param name="singles">False passes over single records, which are most of the bytes, without a look into them.</param>
    public static LineCounts Read(Stream stream, Action<Observation> fold, bool singles = true)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(fold);
        var buffer = new byte[64 << 10];
        var (held, tooLong) = (0, false);
        var counts = default(LineCounts);
        for (int got; (got = stream.Read(buffer, held, buffer.Length - held)) > 0;)
        {
            held += got;
            var from = 0;
            for (int length; (length = buffer.AsSpan(from, held - from).IndexOf((byte)'\n')) >= 0; from += length + 1)
            {
                counts = tooLong ? counts with { Unreadable = counts.Unreadable + 1 } : Take(counts, buffer.AsSpan(from, length), fold, singles);
                tooLong = false;
                if (counts.Unreadable > MostUnreadable && counts.Unreadable > counts.Read)
                {
                    return counts with { IsGivenUp = true };
                }
            }

            buffer.AsSpan(from, held - from).CopyTo(buffer);
            held -= from;
            if (held == buffer.Length)
            {
                (tooLong, held) = buffer.Length >= LongestLineBytes ? (true, 0) : (tooLong, held);
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, LongestLineBytes));
            }
        }

        // A last line that lacks only its end is whole nevertheless.
        var last = held == 0 ? counts : Take(counts, buffer.AsSpan(0, held), fold, singles: true);
        return tooLong || last.Unreadable > counts.Unreadable ? counts with { IsLastLineCut = true } : last;
    }

    private static LineCounts Take(LineCounts counts, ReadOnlySpan<byte> line, Action<Observation> fold, bool singles)
    {
        line = line.Trim((byte)'\r');
        if (line.Trim((byte)' ').IsEmpty)
        {
            return counts;
        }

        if (!singles && IsOfSingles(line))
        {
            return counts with { Read = counts.Read + 1 };
        }

        if (!TryParse(line, out var observation))
        {
            return counts with { Unreadable = counts.Unreadable + 1 };
        }

        fold(observation);
        return counts with { Read = counts.Read + 1 };
    }
}
