using System.Collections.Immutable;

namespace LoadLab.Judging.Sizing;

/// <summary>What a search for a boundary starts from.</summary>
/// <param name="Low">The least value.</param>
/// <param name="High">The greatest.</param>
/// <param name="Budget">Runs that may be made.</param>
public sealed record SearchPlan(long Low, long High, int Budget)
{
    /// <summary>Runs of each side that confirm a boundary.</summary>
    public int PerSide { get; init; } = 5;

    /// <summary>The value that the model calls the first that is enough; null: the model has none.</summary>
    public long? Guess { get; init; }

    /// <summary>True when smaller values are the better ones, as far as it is known before.</summary>
    public bool Falling { get; init; }

    /// <summary>Values that are run once when the boundary is confirmed: to see whether the response is monotonic, and for the curve.</summary>
    public ImmutableArray<long> Probes { get; init; } = [];
}
