namespace LoadLab.Model;

/// <summary>Rows that share a sampler, a family and a kernel source, gathered as they are declared.</summary>
internal sealed class WitnessGroup(Sampler sampler, WitnessFamily family, string kernelSource)
{
    private readonly List<Witness> rows = [];

    /// <summary>All so far.</summary>
    public IReadOnlyList<Witness> Rows => rows;

    /// <summary>A row that is one figure.</summary>
    public Witness Add(string name, string unit, string meaning, WitnessTiming timing = WitnessTiming.Last, QuantityKind? kind = null, Sampler? by = null,
        WitnessFamily? of = null, string? source = null, bool isPresent = false)
    {
        var row = new Witness
        {
            Name = name, Unit = unit, Kind = kind ?? KindOf(unit, timing), Meaning = meaning, Timing = timing, Sampler = by ?? sampler, Family = of ?? family,
                KernelSource = source ?? kernelSource, IsPresent = isPresent,
        };
        rows.Add(row);
        return row;
    }

    /// <summary>A row for one of many.</summary>
    public Witness<T> Add<T>(
        string name, Parameter<T> parameter, string unit, string meaning, WitnessTiming timing = WitnessTiming.Last, QuantityKind? kind = null,
        Sampler? by = null, WitnessFamily? of = null, string? source = null, bool isPresent = false)
        where T : notnull
    {
        var row = new Witness<T>
        {
            Name = name, Unit = unit, Kind = kind ?? KindOf(unit, timing), Meaning = meaning, Timing = timing, Sampler = by ?? sampler, Family = of ?? family,
                KernelSource = source ?? kernelSource, IsPresent = isPresent, Parameter = parameter,
        };
        rows.Add(row);
        return row;
    }

    private static QuantityKind KindOf(string unit, WitnessTiming timing) => unit switch
    {
        Units.Seconds => timing is WitnessTiming.Change or WitnessTiming.Passing ? QuantityKind.Moment : QuantityKind.Duration,
        Units.Times => QuantityKind.Ratio,
        Units.ErrnoNumber or Units.State => QuantityKind.Answer,
        _ => QuantityKind.Count,
    };
}
