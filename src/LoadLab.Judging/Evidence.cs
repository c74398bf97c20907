using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>All that was seen of a run, folded from its observations in order; of constant size whatever their number.</summary>
/// <remarks>Not thread-safe: one thread folds and asks.</remarks>
public sealed class Evidence
{
    private readonly Dictionary<string, VariantEvidence> variants;

    /// <summary>Of a run in which nothing was seen yet.</summary>
    public Evidence(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Variants = [.. plan.Variants.Select(variant => new VariantEvidence(plan, variant))];
        variants = Variants.ToDictionary(variant => variant.Name);
    }

    /// <summary>Of each variant, in the plan's order.</summary>
    public ImmutableArray<VariantEvidence> Variants { get; }

    /// <summary>Of one variant; "" is the only one.</summary>
    public VariantEvidence Of(string variant) => variants[variant];

    /// <summary>Why the run did not get to its end; null when each variant did.</summary>
    public string? Unfinished => Variants.Select(variant => variant.Unfinished).FirstOrDefault(reason => reason is not null);

    /// <summary>Takes the next observation.</summary>
    public void Fold(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (variants.TryGetValue(observation.Variant ?? "", out var one))
        {
            one.Fold(observation);
        }
        else if (observation.Variant is null)
        {
            // Of no variant in a run of several: a note, a loss or a role's end that concerns each of them.
            foreach (var variant in Variants)
            {
                variant.Fold(observation);
            }
        }
    }
}
