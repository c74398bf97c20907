using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>The times in which a sampler should have looked and did not.</summary>
internal sealed class LateLooks
{
    private const int Most = 500;

    // A look sees what has changed since the one before, so a change in the gap is seen by the look that ends it.
    private static readonly Nanoseconds NextLook = Nanoseconds.FromMilliseconds(20);
    private readonly List<(string Source, Nanoseconds From, Nanoseconds To)> gaps;

    public LateLooks()
        : this([])
    {
    }

    private LateLooks(List<(string Source, Nanoseconds From, Nanoseconds To)> gaps) => this.gaps = gaps;

    /// <summary>Adds one. Beyond a bound the last of them grows over what is between.</summary>
    public void Add(string source, Nanoseconds from, Nanoseconds to)
    {
        if (gaps.Count >= Most && gaps.FindLastIndex(gap => gap.Source == source) is >= 0 and var last)
        {
            gaps[last] = gaps[last] with { To = to };
            return;
        }

        gaps.Add((source, from, to));
    }

    /// <summary>True when a look that did not come could have changed what a witness says.</summary>
    public bool CouldChange(string source, WitnessTiming timing, Nanoseconds? seenAt) => gaps.Exists(gap => gap.Source == source && timing switch
    {
        WitnessTiming.Last => false,
        WitnessTiming.Peak => true,
        WitnessTiming.Change => seenAt is { } at && at >= gap.From && at <= gap.To + NextLook,
        WitnessTiming.Passing => seenAt is not { } at || at <= gap.To + NextLook,
    });

    /// <summary>How long a source stood still in all, in gaps longer than this; null when it had none.</summary>
    public Nanoseconds? Together(string source, Nanoseconds longerThan)
    {
        var still = gaps.Where(gap => gap.Source == source && gap.To - gap.From > longerThan).Sum(gap => (gap.To - gap.From).Value);
        return still > 0 ? new Nanoseconds(still) : null;
    }

    public LateLooks Copy() => new([.. gaps]);
}
