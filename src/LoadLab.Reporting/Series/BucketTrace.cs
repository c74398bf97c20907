using LoadLab.Model;

namespace LoadLab.Reporting.Series;

/// <summary>
/// A value over time in so many buckets at most: of each its first, least, greatest and last value are kept, so no peak is lost however long the run.
/// </summary>
/// <remarks>
/// Not thread-safe. When a time lies beyond the last bucket, each two become one. Kernel: none; the idea is known as M4 (Jugel et al., VLDB 2014).
/// </remarks>
internal sealed class BucketTrace
{
    private const long FirstWidthNs = 1_000_000;
    private readonly int most;
    private readonly List<Bucket> buckets = [];
    private long widthNs = FirstWidthNs;
    private long? originNs;

    /// <summary>An empty one.</summary>
    /// <param name="most">How many buckets it has at most.</param>
    public BucketTrace(int most = 240) => this.most = most;

    /// <summary>True before the first value.</summary>
    public bool IsEmpty => buckets.Count == 0;

    /// <summary>How many values were added.</summary>
    public int Count { get; private set; }

    /// <summary>The greatest value; 0 when empty.</summary>
    public double Most => buckets.Count == 0 ? 0 : buckets.Max(bucket => bucket.Most);

    /// <summary>The last value; 0 when empty.</summary>
    public double Last => buckets.Count == 0 ? 0 : buckets[^1].Last;

    /// <summary>Adds what was seen at a moment; moments may come a little out of order, and then count for the newest bucket.</summary>
    public void Add(Nanoseconds at, double value)
    {
        Count++;
        originNs ??= at.Value;
        var index = Math.Max(0, at.Value - originNs.Value) / widthNs;
        while (index >= most)
        {
            Widen();
            index = (at.Value - originNs.Value) / widthNs;
        }

        if (buckets.Count > 0 && index <= buckets[^1].Index)
        {
            var last = buckets[^1];
            buckets[^1] = last with { Least = Math.Min(last.Least, value), Most = Math.Max(last.Most, value), Last = value };
            return;
        }

        buckets.Add(new Bucket((int)index, value, value, value, value));
    }

    /// <summary>Points to draw it by, in seconds since the run's start: at most four for a bucket.</summary>
    public IEnumerable<(double At, double Value)> Points()
    {
        foreach (var bucket in buckets)
        {
            var (from, part) = ((originNs!.Value + (bucket.Index * widthNs)) / 1e9, widthNs / 4e9);
            yield return (from, bucket.First);
            if (bucket.Least < Math.Min(bucket.First, bucket.Last))
            {
                yield return (from + part, bucket.Least);
            }

            if (bucket.Most > Math.Max(bucket.First, bucket.Last))
            {
                yield return (from + (2 * part), bucket.Most);
            }

            if (bucket.Last != bucket.First || bucket.Least != bucket.Most)
            {
                yield return (from + (3 * part), bucket.Last);
            }
        }
    }

    /// <summary>The value at a moment: the last one of the newest bucket that had begun; null before the first.</summary>
    public double? At(double seconds)
    {
        double? value = null;
        foreach (var bucket in buckets)
        {
            if ((originNs!.Value + (bucket.Index * widthNs)) / 1e9 > seconds)
            {
                break;
            }

            value = bucket.Last;
        }

        return value;
    }

    /// <summary>The greatest value in a span of time: what was there at its begin, or came in it; null when nothing was known.</summary>
    public double? MostIn(double from, double to)
    {
        var greatest = At(from);
        foreach (var bucket in buckets)
        {
            var begins = (originNs!.Value + (bucket.Index * widthNs)) / 1e9;
            if (begins >= from && begins < to)
            {
                greatest = Math.Max(greatest ?? double.MinValue, bucket.Most);
            }
        }

        return greatest;
    }

    private void Widen()
    {
        widthNs *= 2;
        var kept = 0;
        for (var i = 0; i < buckets.Count; i++)
        {
            var bucket = buckets[i] with { Index = buckets[i].Index / 2 };
            if (kept > 0 && buckets[kept - 1].Index == bucket.Index)
            {
                var before = buckets[kept - 1];
                buckets[kept - 1] = before with { Least = Math.Min(before.Least, bucket.Least), Most = Math.Max(before.Most, bucket.Most), Last = bucket.Last };
            }
            else
            {
                buckets[kept++] = bucket;
            }
        }

        buckets.RemoveRange(kept, buckets.Count - kept);
    }

    private readonly record struct Bucket(int Index, double First, double Least, double Most, double Last);
}
