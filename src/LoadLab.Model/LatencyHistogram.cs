using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>Durations counted exactly in log-linear buckets; two of them merge by adding.</summary>
/// <remarks>
/// Unit: nanoseconds. Each power of two has 32 buckets, so a quantile is at most 3.2 % above the true value; counts, minimum and maximum are exact.
/// Not thread-safe: each worker thread has its own and hands it on.
/// In JSON: <c>{"min","max","buckets":[[index,count],…]}</c>, only the buckets that are not empty.
/// </remarks>
[JsonConverter(typeof(LatencyHistogramJsonConverter))]
public sealed class LatencyHistogram
{
    private const int SubBits = 5;
    private const int SubBuckets = 1 << SubBits;

    // So far below what a long holds that sums of all lines of a run do not overflow.
    private const long MostOfBucket = 1L << 40;
    private readonly long[] counts = new long[(64 - SubBits) * SubBuckets];

    /// <summary>How many durations it holds.</summary>
    public long Count { get; private set; }

    /// <summary>The shortest, 0 when empty.</summary>
    public Nanoseconds Min { get; private set; }

    /// <summary>The longest, 0 when empty.</summary>
    public Nanoseconds Max { get; private set; }

    /// <summary>Adds one duration; a negative one counts as 0.</summary>
    public void Add(Nanoseconds duration)
    {
        var value = Math.Max(0, duration.Value);
        counts[IndexOf(value)]++;
        Min = new Nanoseconds(Count == 0 ? value : Math.Min(Min.Value, value));
        Max = new Nanoseconds(Math.Max(Max.Value, value));
        Count++;
    }

    /// <summary>Adds all that another holds.</summary>
    public void Merge(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Count == 0)
        {
            return;
        }

        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] += other.counts[i];
        }

        Min = new Nanoseconds(Count == 0 ? other.Min.Value : Math.Min(Min.Value, other.Min.Value));
        Max = new Nanoseconds(Math.Max(Max.Value, other.Max.Value));
        Count += other.Count;
    }

    /// <summary>What is left of it without a part of what it holds; shortest and longest are then known by their bucket.</summary>
    public LatencyHistogram Without(LatencyHistogram part)
    {
        ArgumentNullException.ThrowIfNull(part);
        var left = FromSparse(0, 0, [.. counts.Zip(part.counts, (all, taken) => all - taken).Index().Where(bucket => bucket.Item != 0)]);
        if (left.Count > 0)
        {
            var buckets = left.Buckets().ToList();
            left.Min = new Nanoseconds(Math.Max(Min.Value, buckets[0].From.Value));
            left.Max = new Nanoseconds(Math.Min(Max.Value, buckets[^1].To.Value));
        }

        return left;
    }

    /// <summary>Empties it, to be used again.</summary>
    public void Clear()
    {
        Array.Clear(counts);
        Count = 0;
        Min = Max = default;
    }

    /// <summary>
    /// The duration that a share <paramref name="q"/> (0…1) of all does not exceed: the upper bound of its bucket, within [Min, Max]; null when
    /// empty.
    /// </summary>
    public Nanoseconds? Quantile(double q)
    {
        if (Count == 0)
        {
            return null;
        }

        var rank = Math.Clamp((long)Math.Ceiling(q * Count), 1, Count);
        long seen = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            seen += counts[i];
            if (seen >= rank)
            {
                return new Nanoseconds(Math.Clamp(UpperBound(i), Min.Value, Max.Value));
            }
        }

        return Max;
    }

    /// <summary>The buckets that hold something: lower bound (inclusive), upper bound (inclusive), count.</summary>
    public IEnumerable<(Nanoseconds From, Nanoseconds To, long Count)> Buckets()
    {
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
            {
                yield return (new Nanoseconds(LowerBound(i)), new Nanoseconds(UpperBound(i)), counts[i]);
            }
        }
    }

    internal static LatencyHistogram FromSparse(long min, long max, ImmutableArray<(int Index, long Count)> buckets)
    {
        if (min < 0 || min > max)
        {
            throw new JsonException($"a histogram's smallest value {min} cannot be above its largest {max}");
        }

        var histogram = new LatencyHistogram();
        foreach (var (index, count) in buckets)
        {
            if ((uint)index >= (uint)histogram.counts.Length || count is < 0 or > MostOfBucket)
            {
                throw new JsonException($"histogram bucket {index} with count {count} does not exist");
            }

            histogram.counts[index] += count;
            histogram.Count += count;
        }

        histogram.Min = new Nanoseconds(min);
        histogram.Max = new Nanoseconds(max);
        return histogram;
    }

    internal IEnumerable<(int Index, long Count)> Sparse()
    {
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
            {
                yield return (i, counts[i]);
            }
        }
    }

    private static int IndexOf(long value)
    {
        if (value < SubBuckets)
        {
            return (int)value;
        }

        var shift = BitOperations.Log2((ulong)value) - SubBits;
        return ((shift + 1) << SubBits) + (int)((value >> shift) - SubBuckets);
    }

    private static long LowerBound(int index)
    {
        var shift = (index >> SubBits) - 1;
        return shift < 0 ? index : (long)(SubBuckets + (index & (SubBuckets - 1))) << shift;
    }

    private static long UpperBound(int index)
    {
        var shift = (index >> SubBits) - 1;
        return shift < 0 ? index : LowerBound(index) + (1L << shift) - 1;
    }
}

internal sealed class LatencyHistogramJsonConverter : JsonConverter<LatencyHistogram>
{
    public override LatencyHistogram Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        return LatencyHistogram.FromSparse(
            root.GetProperty("min").GetInt64(),
            root.GetProperty("max").GetInt64(),
            [.. root.GetProperty("buckets").EnumerateArray().Select(pair => (pair[0].GetInt32(), pair[1].GetInt64()))]);
    }

    public override void Write(Utf8JsonWriter writer, LatencyHistogram value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("min", value.Min.Value);
        writer.WriteNumber("max", value.Max.Value);
        writer.WriteStartArray("buckets");
        foreach (var (index, count) in value.Sparse())
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(index);
            writer.WriteNumberValue(count);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
