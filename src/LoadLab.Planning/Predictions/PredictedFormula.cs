using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using LoadLab.Model;

namespace LoadLab.Planning.Predictions;

/// <summary>What an expectation's <c>predicted</c> says: a literal range, or a prediction's name with an offset.</summary>
/// <param name="Name">The prediction; null for a literal.</param>
/// <param name="Literal">The literal; the offset as both ends for a name.</param>
/// <param name="IsTime">True for a literal that has a unit of time; it is in seconds.</param>
internal sealed partial record PredictedFormula(string? Name, PredictedRange Literal, bool IsTime)
{
    /// <summary>Stands for what could not be read.</summary>
    public static PredictedFormula Nothing { get; } = new(null, default, false);

    /// <summary>True for <c>low..high</c>.</summary>
    public bool IsLiteralRange => Name is null && !Literal.IsExact;

    /// <summary>Reads one of the three forms.</summary>
    public static bool TryParse(string text, IReadOnlyCollection<string> phases, [NotNullWhen(true)] out PredictedFormula? formula, out string wrong)
    {
        formula = null;
        wrong = "";
        var ends = text.Split("..");
        if (ends.Length <= 2 && TryNumber(ends[0], out var low, out var isTime) && TryNumber(ends[^1], out var high, out var isHighTime))
        {
            wrong = low > high ? "the range's low end is above its high end" : isTime != isHighTime ? "one end is a time and the other is none" : "";
            formula = wrong.Length == 0 ? new PredictedFormula(null, new PredictedRange(low, high), isTime) : null;
            return formula is not null;
        }

        var match = NameAndOffset().Match(text);
        if (!match.Success)
        {
            wrong = "takes a number (5), a range (60..75), or a prediction's name with an optional offset (capacity, connections - 5)";
            return false;
        }

        var name = match.Groups["name"].Value;
        wrong = PredictionNames.Problem(name, phases) ?? "";
        var offset = match.Groups["number"].Success ? decimal.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) : 0;
        formula = wrong.Length == 0 ? new PredictedFormula(name, PredictedRange.Exactly(match.Groups["sign"].Value == "-" ? -offset : offset), false) : null;
        return formula is not null;
    }

    private static bool TryNumber(string text, out decimal value, out bool isTime)
    {
        isTime = false;
        if (decimal.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value))
        {
            return true;
        }

        isTime = Nanoseconds.TryParse(text, out var time);
        value = time.Value / 1_000_000_000m;
        return isTime;
    }

    [GeneratedRegex(@"^\s*(?<name>[a-z][a-z0-9.-]*(@[a-z0-9-]+)?)(\s+(?<sign>[+-])\s+(?<number>\d{1,12}(\.\d{1,9})?))?\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameAndOffset();
}
