using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>One row of the catalogue of quantities: something that is true of a run at a moment. Planning attaches the prediction.</summary>
public class Quantity
{
    /// <summary>Its name, with a parameter's placeholder in it.</summary>
    public required string Name { get; init; }

    /// <summary>Its unit.</summary>
    public required string Unit { get; init; }

    /// <summary>What sort of number it is.</summary>
    public required QuantityKind Kind { get; init; }

    /// <summary>What it means, as a sentence.</summary>
    public required string Meaning { get; init; }

    /// <summary>File and function of the kernel that make it so.</summary>
    public required string KernelSource { get; init; }

    /// <summary>True for what has a value at each phase's end, too; false for what is known once for a run.</summary>
    public bool IsOfPhase { get; init; }

    /// <summary>Who can testify, where an expectation does not say; none where <see cref="NotWitnessed"/> says why.</summary>
    public ImmutableArray<WitnessUse> Witnesses { get; init; } = [];

    /// <summary>Why it has no witness by default, as half a sentence; null when it has one.</summary>
    public string? NotWitnessed { get; init; }

    /// <summary>Why it is not predicted, as half a sentence; null when it is.</summary>
    public string? NotPredicted { get; init; }

    /// <summary>What is the parameter in its name; null for a single one.</summary>
    public Parameter? Parameter { get; init; }

    /// <summary>This quantity at the end of a phase; at the run's end where it is null.</summary>
    public QuantityRef At(string? phase = null) => new(this, null, phase);

    /// <summary>This quantity at the run's end, or of the whole run.</summary>
    public static implicit operator QuantityRef(Quantity row) => row.At();

    /// <summary>The argument that a name has for this row; null when the name is another's.</summary>
    internal object? ArgumentIn(string name)
    {
        if (Parameter is not { } parameter)
        {
            return name == Name ? "" : null;
        }

        var at = Name.IndexOf(parameter.Placeholder, StringComparison.Ordinal);
        var (before, after) = (Name[..at], Name[(at + parameter.Placeholder.Length)..]);
        return name.Length > before.Length + after.Length && name.StartsWith(before, StringComparison.Ordinal) && name.EndsWith(after, StringComparison.Ordinal)
            ? parameter.Parse(name[before.Length..^after.Length])
            : null;
    }

    /// <summary>Names that can be asked: all of them, or examples.</summary>
    internal IEnumerable<string> Examples =>
        Parameter is { } parameter ? parameter.Known.Select(text => Name.Replace(parameter.Placeholder, text, StringComparison.Ordinal)) : [Name];
}

/// <summary>A row for one of many, by an argument of one type.</summary>
/// <typeparam name="T">The argument's type.</typeparam>
public sealed class Quantity<T> : Quantity
    where T : notnull
{
    /// <summary>This quantity of one of them.</summary>
    public QuantityRef Of(T argument) => new(this, argument, null);
}
