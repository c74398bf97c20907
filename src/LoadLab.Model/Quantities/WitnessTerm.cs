using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>What is made of two witnesses.</summary>
public enum WitnessSign
{
    /// <summary>The second is taken from the first.</summary>
    Minus,

    /// <summary>The first is divided by the second.</summary>
    Over,
}

/// <summary>One thing that an expectation asks: a witness, or the difference or ratio of two, <c>packets.client.FIN - sockstat.time-wait</c>.</summary>
/// <remarks>In JSON it is its text.</remarks>
/// <param name="First">The witness.</param>
/// <param name="Sign">What is made of it and the second; null for one alone.</param>
/// <param name="Second">The second; null for one alone.</param>
[JsonConverter(typeof(WitnessTermJsonConverter))]
public sealed record WitnessTerm(WitnessRef First, WitnessSign? Sign = null, WitnessRef? Second = null)
{
    private static readonly (string Text, WitnessSign Sign)[] Signs = [(" / ", WitnessSign.Over), (" - ", WitnessSign.Minus)];

    /// <summary>Who is asked: one, or two.</summary>
    public IEnumerable<WitnessRef> Asked => Second is null ? [First] : [First, Second];

    /// <summary>The unit of what comes out.</summary>
    public string Unit => Sign == WitnessSign.Over ? Units.Times : First.Witness.Unit;

    /// <summary>What sort of number comes out.</summary>
    public QuantityKind Kind => Sign == WitnessSign.Over ? QuantityKind.Ratio : First.Witness.Kind;

    /// <summary>Who in the kernel keeps the figures.</summary>
    public IEnumerable<WitnessFamily> Families => Asked.Select(one => one.Witness.Family).Where(family => family != WitnessFamily.Load).Distinct();

    /// <summary>The same, asked at the end of a phase.</summary>
    public WitnessTerm At(string? phase) => new(First.At(phase), Sign, Second?.At(phase));

    /// <summary>One witness alone.</summary>
    public static implicit operator WitnessTerm(WitnessRef one) => new(one);

    /// <summary>A row that is one figure, at the run's end.</summary>
    public static implicit operator WitnessTerm(Witness row) => new(new WitnessRef(row));

    /// <inheritdoc/>
    public override string ToString() => Second is null ? First.ToString() : $"{First}{Array.Find(Signs, one => one.Sign == Sign).Text}{Second}";

    /// <summary>The texts of the witnesses in a text, and what is made of them.</summary>
    public static (string First, WitnessSign? Sign, string? Second) Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var (sign, meaning) in text.StartsWith(SessionLook.Prefix, StringComparison.Ordinal) ? [] : Signs)
        {
            if (text.IndexOf(sign, StringComparison.Ordinal) is > 0 and var at)
            {
                return (text[..at].Trim(), meaning, text[(at + sign.Length)..].Trim());
            }
        }

        return (text, null, null);
    }

    /// <summary>Reads one; null when there is no such witness.</summary>
    public static WitnessTerm? TryParse(string text)
    {
        var (first, sign, second) = Split(text);
        return WitnessRef.TryParse(first) is not { } left ? null
            : second is null ? new WitnessTerm(left)
            : WitnessRef.TryParse(second) is { } right ? new WitnessTerm(left, sign, right) : null;
    }
}

internal sealed class WitnessTermJsonConverter : JsonConverter<WitnessTerm>
{
    public override WitnessTerm Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WitnessTerm.TryParse(reader.GetString() ?? "") ?? throw new JsonException($"'{reader.GetString()}' is not the name of a witness");

    public override void Write(Utf8JsonWriter writer, WitnessTerm value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>What follows from several witnesses together.</summary>
public static class WitnessTerms
{
    /// <summary>The families of witnesses that confirm each other: those that share none count as two.</summary>
    public static IReadOnlyList<WitnessFamily> Independent(this IEnumerable<WitnessTerm> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        var found = new List<WitnessFamily>();
        var kept = new HashSet<WitnessFamily>();
        foreach (var families in terms.Select(term => term.Families.ToList()).OrderBy(families => families.Count))
        {
            if (families.Count > 0 && !families.Exists(kept.Contains))
            {
                found.Add(families[0]);
                kept.UnionWith(families);
            }
        }

        return found;
    }
}
