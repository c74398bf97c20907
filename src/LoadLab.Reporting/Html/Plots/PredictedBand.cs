using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Reporting.Html;

/// <summary>The range that the model predicts for a figure, on the time axis of what was seen.</summary>
/// <param name="Colour">A class of the style sheet.</param>
/// <param name="Spans">Spans of time with the range in them, in order.</param>
internal sealed record PredictedBand(string Colour, ImmutableArray<(double From, double To, double Low, double High)> Spans)
{
    /// <summary>The greatest value.</summary>
    public double Most => Spans.IsEmpty ? 0 : Spans.Max(span => span.High);

    /// <summary>
    /// The band of a figure: each phase of the model is laid at the moment at which the real one began, and its last value stays until the real one ended.
    /// Null where the model has no such figure; none for the phases from a load in shape churn on.
    /// </summary>
    public static PredictedBand? Of(TimePanel.Predicted predicted, TimeBands? bands, ImmutableArray<PhaseFigures> phases, double end)
    {
        if (bands is null || bands.Phases.All(phase => !phase.Series.ContainsKey(predicted.Series)))
        {
            return null;
        }

        var spans = ImmutableArray.CreateBuilder<(double, double, double, double)>();
        foreach (var (i, phase) in phases.Take(bands.Phases.Length).Index())
        {
            var (from, to) = (phase.FromS, phase.ToS ?? end);
            if (bands.Phases[i] is not { StepS: > 0 } planned
                || planned.Series.GetValueOrDefault(predicted.Series) is not { Low.IsDefaultOrEmpty: false } series
                || series.High.Length != series.Low.Length)
            {
                continue;
            }

            for (var step = 0; step < series.Low.Length && from + (step * planned.StepS) < to; step++)
            {
                var last = step == series.Low.Length - 1;
                spans.Add((from + (step * planned.StepS), last ? to : Math.Min(to, from + ((step + 1) * planned.StepS)),
                    predicted.Base + series.Low[step], predicted.Base + series.High[step]));
            }
        }

        return spans.Count == 0 ? null : new PredictedBand(SeriesColour.Of(predicted.Thing), spans.ToImmutable());
    }
}
