using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>The catalogue of quantities: everything that a scenario can expect by name.</summary>
public static class Quantities
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<Quantity> All { get; } = [.. RunQuantities.All, .. PhaseQuantities.All];

    /// <summary>Names that can be asked, parameters filled in: all, or examples where there is no end of them. For the nearest to a mistyped one.</summary>
    public static IEnumerable<string> Names => All.SelectMany(row => row.Examples);
}
