using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>When the n-th retransmissions of one kind came, since the first transmission of each.</summary>
internal readonly record struct RetransmitTimes(Nanoseconds Median, Nanoseconds Min, Nanoseconds Max);

/// <summary>What the packet tap has seen so far. Retransmissions are the kernel's own: those of the scripted peer are not among them.</summary>
internal sealed class PacketSightings
{
    private readonly Dictionary<(RetransmitKind Kind, int Attempt), LatencyHistogram> sums = [];
    private readonly Dictionary<(RetransmitKind Kind, int Attempt), List<Nanoseconds>> singles = [];
    private ImmutableSortedDictionary<string, long> sent = ImmutableSortedDictionary<string, long>.Empty;

    public PacketSightings()
    {
    }

    private PacketSightings(PacketSightings other)
    {
        (Any, Segments, Traced, sent) = (other.Any, other.Segments, other.Traced, other.sent);
        (SynGaps, ResetsAfterClose) = (other.SynGaps, other.ResetsAfterClose);
        foreach (var (key, sum) in other.sums)
        {
            Sum(key).Merge(sum);
        }

        singles = other.singles.ToDictionary(pair => pair.Key, pair => pair.Value.ToList());
    }

    /// <summary>The tap ran.</summary>
    public bool Any { get; private set; }

    /// <summary>All segments.</summary>
    public long Segments { get; private set; }

    /// <summary>Those in the trace.</summary>
    public long Traced { get; private set; }

    /// <summary>The times between two SYNs of clients in the present phase; null when it had fewer than two.</summary>
    public LatencyHistogram? SynGaps { get; private set; }

    /// <summary>Resets of connections of which both FINs had been acknowledged.</summary>
    public long ResetsAfterClose { get; private set; }

    /// <summary>Segments by sender and kind.</summary>
    public ImmutableSortedDictionary<string, long> Sent => sent;

    public void Fold(PacketsCounted counted)
    {
        Any = true;
        (Segments, Traced, sent) = (counted.Segments, counted.Traced, counted.Sent);
        (SynGaps, ResetsAfterClose) = (counted.SynGaps, counted.ResetsAfterClose);
    }

    public void Fold(RetransmitsCounted counted)
    {
        foreach (var sum in counted.Sums.IsDefaultOrEmpty ? [] : counted.Sums)
        {
            Sum((sum.Segment, sum.Attempt)).Merge(sum.SinceFirst);
        }
    }

    public void Fold(Retransmitted one)
    {
        if (!one.IsScripted)
        {
            var key = (one.Segment, one.Attempt);
            if (!singles.TryGetValue(key, out var times))
            {
                singles[key] = times = [];
            }

            times.Add(one.SinceFirst);
        }
    }

    /// <summary>How many of one kind.</summary>
    public long Retransmits(RetransmitKind kind) => sums.Where(pair => pair.Key.Kind == kind).Sum(pair => pair.Value.Count);

    /// <summary>How often a segment of this kind was retransmitted at most.</summary>
    public int Attempts(RetransmitKind kind) => sums.Keys.Where(key => key.Kind == kind).Select(key => key.Attempt).DefaultIfEmpty().Max();

    /// <summary>When the n-th came; null when none did. The median is exact where each was told singly, else at most 3.2 % too large; the others are
    /// exact.</summary>
    public RetransmitTimes? Times(RetransmitKind kind, int attempt)
    {
        if (!sums.TryGetValue((kind, attempt), out var sum))
        {
            return null;
        }

        var median = singles.TryGetValue((kind, attempt), out var times) && times.Count == sum.Count ? Median(times) : sum.Quantile(0.5)!.Value;
        return new RetransmitTimes(median, sum.Min, sum.Max);
    }

    public PacketSightings Copy() => new(this);

    private static Nanoseconds Median(List<Nanoseconds> times)
    {
        var sorted = times.Order().ToList();
        return new Nanoseconds((sorted[(sorted.Count - 1) / 2].Value + sorted[sorted.Count / 2].Value) / 2);
    }

    private LatencyHistogram Sum((RetransmitKind Kind, int Attempt) key)
    {
        if (!sums.TryGetValue(key, out var sum))
        {
            sums[key] = sum = new LatencyHistogram();
        }

        return sum;
    }
}
