using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>Rows of quantities, gathered as they are declared.</summary>
internal sealed class QuantityGroup(bool isOfPhase)
{
    private readonly List<Quantity> rows = [];

    /// <summary>All so far.</summary>
    public IReadOnlyList<Quantity> Rows => rows;

    /// <summary>A row that is witnessed.</summary>
    public Quantity Add(string name, string unit, string meaning, string source, params ReadOnlySpan<WitnessUse> witnesses) => Keep(new Quantity
    {
        Name = name, Unit = unit, Kind = KindOf(unit), Meaning = meaning, KernelSource = source, IsOfPhase = isOfPhase, Witnesses = [.. witnesses],
    });

    /// <summary>A row without witnesses by default.</summary>
    public Quantity Unwitnessed(string name, string unit, string meaning, string source, string why) => Keep(new Quantity
    {
        Name = name, Unit = unit, Kind = KindOf(unit), Meaning = meaning, KernelSource = source, IsOfPhase = isOfPhase, NotWitnessed = why,
    });

    /// <summary>A row that is witnessed and not predicted.</summary>
    public Quantity Unpredicted(string name, string unit, string meaning, string source, string why, params ReadOnlySpan<WitnessUse> witnesses) =>
        Keep(new Quantity
    {
        Name = name, Unit = unit, Kind = KindOf(unit), Meaning = meaning, KernelSource = source, IsOfPhase = isOfPhase, Witnesses = [.. witnesses],
            NotPredicted = why,
    });

    /// <summary>A row for one of many.</summary>
    public Quantity<T> Add<T>(string name, Parameter<T> parameter, string unit, string meaning, string source, ImmutableArray<WitnessUse> witnesses,
        QuantityKind? kind = null, string? notWitnessed = null)
        where T : notnull
    {
        var row = new Quantity<T>
        {
            Name = name, Unit = unit, Kind = kind ?? KindOf(unit), Meaning = meaning, KernelSource = source, IsOfPhase = isOfPhase, Witnesses = witnesses,
                Parameter = parameter, NotWitnessed = notWitnessed,
        };
        rows.Add(row);
        return row;
    }

    private Quantity Keep(Quantity row)
    {
        rows.Add(row);
        return row;
    }

    private static QuantityKind KindOf(string unit) => unit switch
    {
        Units.Seconds => QuantityKind.Moment,
        Units.Times => QuantityKind.Ratio,
        Units.ErrnoNumber => QuantityKind.Answer,
        _ => QuantityKind.Count,
    };
}
