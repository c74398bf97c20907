using System.Diagnostics;
using System.Diagnostics.Metrics;
using Attribute = System.Collections.Generic.KeyValuePair<string, object?>;

namespace LoadLab.Telemetry;

/// <summary>An instrument whose observations are totals, levels or peaks: hands each on as the step since the last one of the same part.</summary>
/// <remarks>
/// A series (one set of attributes) may be the sum of parts that are seen apart, as the threads of a swarm; a part is no attribute. Not thread-safe.
/// Kept here rather than in observable instruments, whose call-backs would come from the exporter's thread in the middle of a fold.
/// </remarks>
internal sealed class Series
{
    private readonly Dictionary<(string? Variant, string Of, int Part), long> seen = [];
    private readonly Action<long, long, TagList> hand;
    private readonly bool isRising;

    private Series(Action<long, long, TagList> hand, bool isRising) => (this.hand, this.isRising) = (hand, isRising);

    /// <summary>Totals: one that goes back is nothing new.</summary>
    public static Series Of(Counter<long> counter) => new((_, step, attributes) => counter.Add(step, attributes), isRising: true);

    /// <summary>Levels, which go up and down.</summary>
    public static Series Of(UpDownCounter<long> level) => new((_, step, attributes) => level.Add(step, attributes), isRising: false);

    /// <summary>The highest value seen.</summary>
    public static Series Of(Gauge<long> peak) => new((value, _, attributes) => peak.Record(value, attributes), isRising: true);

    /// <summary>What is seen now. The first time makes the series also when it is 0: a 0 that was seen is not the same as nothing.</summary>
    /// <param name="value">The total, level or candidate for the peak.</param>
    /// <param name="variant">The run's variant; null for the only one.</param>
    /// <param name="of">What tells this series from others of the instrument.</param>
    /// <param name="part">Which of its parts.</param>
    /// <param name="attributes">Its attributes.</param>
    public void See(long value, string? variant, string of = "", int part = 0, params ReadOnlySpan<Attribute> attributes)
    {
        var key = (variant, of, part);
        var isKnown = seen.TryGetValue(key, out var before);
        if (isKnown && (value == before || (isRising && value < before)))
        {
            return;
        }

        seen[key] = value;
        hand(value, value - before, Attributes(variant, attributes));
    }

    /// <summary>These and, where a run has several, the variant.</summary>
    public static TagList Attributes(string? variant, params ReadOnlySpan<Attribute> attributes)
    {
        var tags = new TagList(attributes);
        if (variant is not null)
        {
            tags.Add(AttributeNames.Variant, variant);
        }

        return tags;
    }
}
