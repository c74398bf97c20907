using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using LoadLab.Model;
using LoadLab.Scenarios.Keys;

namespace LoadLab.Scenarios;

/// <summary>Reads what an author states: a literal number or range, or a quantity with an offset.</summary>
internal static partial class StatedValueForm
{
    /// <summary>Reads one of the three forms.</summary>
    public static bool TryParse(string text, IReadOnlyCollection<string> phases, [NotNullWhen(true)] out StatedValue? value, out string wrong)
    {
        value = null;
        wrong = "";
        var ends = text.Split("..");
        if (ends.Length <= 2 && TryNumber(ends[0], out var low, out var isTime) && TryNumber(ends[^1], out var high, out var isHighTime))
        {
            wrong = low > high ? "the range's low end is above its high end" : isTime != isHighTime ? "one end is a time and the other is none" : "";
            value = wrong.Length == 0 ? new StatedValue(text, null, new PredictedRange(low, high), isTime) : null;
            return value is not null;
        }

        var match = NameAndOffset().Match(text);
        if (!match.Success)
        {
            wrong = "takes a number (5), a range (60..75), or a quantity with an optional offset (capacity, connections - 5)";
            return false;
        }

        if (TryQuantity(match.Groups["name"].Value, phases, out var quantity, out wrong))
        {
            var offset = match.Groups["number"].Success ? decimal.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) : 0;
            value = new StatedValue(text, quantity, PredictedRange.Exactly(match.Groups["sign"].Value == "-" ? -offset : offset), false);
        }

        return value is not null;
    }

    /// <summary>Reads the name of a quantity, with the phase at whose end it is meant.</summary>
    public static bool TryQuantity(string text, IReadOnlyCollection<string> phases, [NotNullWhen(true)] out QuantityRef? quantity, out string wrong)
    {
        quantity = QuantityRef.TryParse(text);
        wrong = quantity is null ? $"no quantity is called '{text.Split('@')[0]}'; {NearestName.Three(text.Split('@')[0], Quantities.Names)}"
            : quantity.Phase is not { } phase ? ""
            : !quantity.Quantity.IsOfPhase ? $"'{quantity.Quantity.Name}' has one value for the whole run and none at a phase's end; leave out @{phase}"
            : phases.Contains(phase) ? ""
            : $"no phase is called '{phase}'; {NearestName.Hint(phase, phases)}";
        quantity = wrong.Length == 0 ? quantity : null;
        return quantity is not null;
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

    [GeneratedRegex(@"^\s*(?<name>[a-z][a-z0-9.-]*(@[a-z0-9-]+)?)(\s+(?<sign>[+-])\s+(?<number>[0-9]{1,12}(\.[0-9]{1,9})?))?\s*$", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameAndOffset();
}
