using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>What a run checked beyond its findings: each quantity that was predicted for a phase's end and that a witness saw, in all variants.</summary>
/// <param name="Agreed">How many are as predicted.</param>
/// <param name="Differing">Those that are not, as findings.</param>
/// <param name="Undetermined">Those that the rules leave open, or that could not be seen.</param>
public sealed record CheckedQuantities(int Agreed, ImmutableArray<Finding> Differing, ImmutableArray<UndeterminedQuantity> Undetermined)
{
    /// <summary>Nothing was checked.</summary>
    public static CheckedQuantities None { get; } = new(0, [], []);
}

/// <summary>A quantity of a run that has no verdict.</summary>
/// <param name="Quantity">The quantity, with the phase at whose end.</param>
/// <param name="Why">Why, as half a sentence.</param>
/// <param name="Variant">"" for the only one.</param>
public sealed record UndeterminedQuantity(string Quantity, string Why, string Variant);
