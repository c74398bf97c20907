using LoadLab.Model;
using LoadLab.Reporting.Series;

namespace LoadLab.Reporting.Html;

/// <summary>What a plot is drawn from: one variant of a run.</summary>
/// <param name="Plan">The run's plan.</param>
/// <param name="Variant">The variant's figures.</param>
/// <param name="Seen">What was seen of it over time.</param>
/// <param name="Index">Its place in run.json.</param>
internal sealed record PlotContext(Plan Plan, VariantResult Variant, VariantSeries Seen, int Index)
{
    /// <summary>Of a plot over time, in pixels.</summary>
    public int Height { get; init; } = 190;

    /// <summary>What the model predicts over time; null where that is not known.</summary>
    public TimeBands? Bands { get; init; }

    /// <summary>The axis of time: from the start of the first phase, which is 0, to the end of the last one; null where nothing was seen.</summary>
    public Scale? Time => Seen.Span is { } span && span.To > span.From ? new Scale(span.From, span.To) { Zero = span.From } : null;
}
