using System.Globalization;
using System.Text.RegularExpressions;

namespace LoadLab.Judging;

/// <summary>The parts of a condition in words: <c>connect.p99 &lt; 50ms</c>, <c>drops == 0</c>, <c>connect.p99 > 1.1x default</c>.</summary>
/// <param name="Subject">What is asked.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Number">With what: in the unit of the subject, or as a factor of a tuning.</param>
/// <param name="Tuning">The tuning whose value is multiplied; null: the number stands for itself.</param>
/// <param name="Unit">The unit that was written; "" for none.</param>
internal sealed partial record ConditionText(string Subject, string Operator, double Number, string? Tuning, string Unit)
{
    /// <summary>The units that may be written, and what one of them is in the subject's own unit.</summary>
    public static IReadOnlyDictionary<string, double> Units { get; } = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        [""] = 1, ["us"] = 1e-6, ["ms"] = 1e-3, ["s"] = 1, ["min"] = 60,
    };

    /// <summary>Reads one; null when it has another form.</summary>
    public static ConditionText? TryParse(string text)
    {
        if (Pattern().Match(text.Trim()) is not { Success: true } match)
        {
            return null;
        }

        var unit = match.Groups["unit"].Value;
        var number = double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) * Units[unit];
        return new ConditionText(match.Groups["subject"].Value, match.Groups["op"].Value, number, match.Groups["tuning"] is { Success: true } tuning
            ? tuning.Value : null, unit);
    }

    /// <summary>Whether a value meets it, with a limit in the place of the number.</summary>
    public bool IsMetBy(double value, double limit) => Operator switch
    {
        ">" => value > limit,
        ">=" => value >= limit,
        "<" => value < limit,
        "<=" => value <= limit,
        "==" => value == limit,
        _ => value != limit,
    };

    [GeneratedRegex(@"^(?<subject>[^\s<>=!]+)\s*(?<op>>=|<=|==|!=|>|<)\s*(?<number>[0-9]+(\.[0-9]+)?)\s*((?<unit>us|ms|s|min)?|x\s+(?<tuning>\S+))$",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
