using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>One quantity as it is asked or predicted: a row, an argument where the row has a parameter, and the phase at whose end.</summary>
/// <remarks>In JSON it is its text.</remarks>
/// <param name="Quantity">The row.</param>
/// <param name="Argument">Which of many; null where the row is one quantity.</param>
/// <param name="Phase">The phase at whose end; null: the run's end, or the whole run.</param>
[JsonConverter(typeof(QuantityRefJsonConverter))]
public sealed record QuantityRef(Quantity Quantity, object? Argument, string? Phase)
{
    /// <summary>The same at the end of a phase, where it has a value there.</summary>
    public QuantityRef At(string? phase) => Quantity.IsOfPhase ? this with { Phase = phase } : this;

    /// <summary>Who can testify by default in a scenario of which this is true, each asked at the end of a phase.</summary>
    public IEnumerable<WitnessTerm> Witnesses(Given given, string? phase) =>
        Quantity.Witnesses.Where(use => given.HasFlag(use.Given)).Select(
            use => new WitnessTerm(Fill(use.Term.First), use.Term.Sign, use.Term.Second is { } second ? Fill(second) : null).At(phase));

    /// <inheritdoc/>
    public override string ToString()
    {
        var name = Quantity.Parameter is { } parameter && Argument is { } argument
            ? Quantity.Name.Replace(parameter.Placeholder, parameter.Format(argument), StringComparison.Ordinal) : Quantity.Name;
        return Phase is null ? name : $"{name}@{Phase}";
    }

    /// <summary>Reads <c>established@hold</c>; null when there is no such quantity. Whether there is such a phase is not its affair.</summary>
    public static QuantityRef? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.LastIndexOf('@');
        var name = at < 0 ? text : text[..at];
        foreach (var row in Quantities.All)
        {
            if (row.ArgumentIn(name) is { } argument)
            {
                return new QuantityRef(row, row.Parameter is null ? null : argument, at < 0 ? null : text[(at + 1)..]);
            }
        }

        return null;
    }

    private WitnessRef Fill(WitnessRef one) => one.Witness.Parameter is not null && one.Argument is null ? one with { Argument = Argument } : one;
}

internal sealed class QuantityRefJsonConverter : JsonConverter<QuantityRef>
{
    public override QuantityRef Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        QuantityRef.TryParse(reader.GetString() ?? "") ?? throw new JsonException($"'{reader.GetString()}' is not the name of a quantity");

    public override void Write(Utf8JsonWriter writer, QuantityRef value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
