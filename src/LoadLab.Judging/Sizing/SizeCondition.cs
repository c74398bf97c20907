using LoadLab.Model;

namespace LoadLab.Judging.Sizing;

/// <summary>
/// What has to hold for a value to be enough: <c>drops == 0</c>, <c>connect.p99 &lt; 50ms</c>. The grammar is that of <see cref="FailCondition"/>, of
/// one run.
/// </summary>
public sealed class SizeCondition
{
    /// <summary>What it looks like, for messages.</summary>
    public const string Form = "QUANTITY < NUMBER, with <, <=, >, >=, == or != and a unit where it has one, such as 'drops == 0' or 'connect.p99 < 50ms'; a "
        + "time without a unit is in seconds";

    private readonly string text;
    private readonly ConditionText parts;

    private SizeCondition(string text, ConditionText parts, ConditionQuantity of) => (this.text, this.parts, Of) = (text, parts, of);

    /// <summary>What it is about.</summary>
    public ConditionQuantity Of { get; }

    /// <summary>The number it is compared with, in the unit of what it is about.</summary>
    public double Number => parts.Number;

    /// <summary>Reads one; null and why when it cannot be read.</summary>
    public static SizeCondition? TryParse(string text, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        problem = null;
        if (ConditionText.TryParse(text) is not { Tuning: null } parts)
        {
            problem = $"'{text}': takes {Form}";
            return null;
        }

        if (ConditionQuantity.Of(parts.Subject) is not { } of)
        {
            problem = $"'{text}': nothing is called '{parts.Subject}'; {NearestName.Three(parts.Subject, ConditionQuantity.Names)}";
            return null;
        }

        if (parts.Unit.Length > 0 && of.Unit != Units.Seconds)
        {
            problem = $"'{text}': {parts.Subject} is in {of.Unit}, not in {parts.Unit}";
            return null;
        }

        return new SizeCondition(text.Trim(), parts, of);
    }

    /// <summary>Whether a value meets it.</summary>
    public bool IsMetBy(double value) => parts.IsMetBy(value, parts.Number);

    /// <summary>Whether every value of a range meets it, or none does; null when it depends.</summary>
    public bool? IsMetBy(PredictedRange range)
    {
        var (low, high) = ((double)range.Low, (double)range.High);
        return parts.Operator is "==" or "!="
            ? low == high ? IsMetBy(low) : Number < low || Number > high ? IsMetBy(low) : null
            : IsMetBy(low) == IsMetBy(high) ? IsMetBy(low) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => text;
}
