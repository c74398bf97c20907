namespace LoadLab.Model;

/// <summary>One row of the catalogue of witnesses: an instrument that can be asked for one figure. Judging attaches the reader.</summary>
public class Witness
{
    /// <summary>Its name, with a parameter's placeholder in it.</summary>
    public required string Name { get; init; }

    /// <summary>The unit of what it says.</summary>
    public required string Unit { get; init; }

    /// <summary>What sort of number it says.</summary>
    public required QuantityKind Kind { get; init; }

    /// <summary>What the figure means, as a sentence.</summary>
    public required string Meaning { get; init; }

    /// <summary>File and function of the kernel where the figure comes from.</summary>
    public required string KernelSource { get; init; }

    /// <summary>Who reads it.</summary>
    public required Sampler Sampler { get; init; }

    /// <summary>Who in the kernel keeps the figure.</summary>
    public required WitnessFamily Family { get; init; }

    /// <summary>How it depends on when it was read.</summary>
    public WitnessTiming Timing { get; init; }

    /// <summary>True for connections that are there at that moment and may be gone the next; false for a total.</summary>
    public bool IsPresent { get; init; }

    /// <summary>What is the parameter in its name; null for a single figure.</summary>
    public Parameter? Parameter { get; init; }

    /// <summary>The argument that a name has for this row; null when the name is another's. A row without a parameter has the argument "".</summary>
    internal object? ArgumentIn(string name)
    {
        if (Parameter is not { } parameter)
        {
            return name == Name ? "" : null;
        }

        var (before, after) = Ends(parameter);
        return name.Length > before.Length + after.Length && name.StartsWith(before, StringComparison.Ordinal) && name.EndsWith(after, StringComparison.Ordinal)
            ? parameter.Parse(name[before.Length..^after.Length])
            : null;
    }

    /// <summary>The name with an argument in it.</summary>
    internal string NameWith(object? argument)
    {
        if (Parameter is not { } parameter || argument is null)
        {
            return Name;
        }

        var (before, after) = Ends(parameter);
        return before + parameter.Format(argument) + after;
    }

    /// <summary>Names that can be asked: all of them, or examples.</summary>
    internal IEnumerable<string> Examples =>
        Parameter is { } parameter ? parameter.Known.Select(text => Name.Replace(parameter.Placeholder, text, StringComparison.Ordinal)) : [Name];

    private (string Before, string After) Ends(Parameter parameter)
    {
        var at = Name.IndexOf(parameter.Placeholder, StringComparison.Ordinal);
        return (Name[..at], Name[(at + parameter.Placeholder.Length)..]);
    }
}

/// <summary>A row for one of many, by an argument of one type.</summary>
/// <typeparam name="T">The argument's type.</typeparam>
public sealed class Witness<T> : Witness
    where T : notnull
{
    /// <summary>This witness of one of them.</summary>
    /// <param name="argument">Which.</param>
    /// <param name="phase">At which phase's end; null: the run's.</param>
    public WitnessRef Of(T argument, string? phase = null) => new(this, argument, phase);
}
