using LoadLab.Model;

namespace LoadLab.Reporting.Series;

/// <summary>The series of each variant, folded from a run's observations in order.</summary>
internal sealed class RunSeries
{
    private readonly Dictionary<string, VariantSeries> variants;

    /// <summary>Of a run in which nothing was seen yet.</summary>
    public RunSeries(Plan plan) =>
        variants = plan.Variants.ToDictionary(variant => variant.Name, variant => new VariantSeries(variant.Declared.Phases.LastOrDefault()?.Name));

    /// <summary>Of one variant; "" is the only one.</summary>
    public VariantSeries Of(string variant) => variants.GetValueOrDefault(variant) ?? new VariantSeries(null);

    /// <summary>Takes the next observation.</summary>
    public void Fold(Observation observation)
    {
        if (variants.TryGetValue(observation.Variant ?? "", out var series))
        {
            series.Fold(observation);
        }
    }
}
