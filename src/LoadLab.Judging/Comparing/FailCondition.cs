using System.Globalization;
using System.Text.RegularExpressions;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>A condition for CI: <c>connect.p99 > 1.1x default</c>, <c>connections.failed > 0</c>. It is about medians, and about each tuning but the one it names.</summary>
public sealed partial class FailCondition
{
    private readonly string text;
    private readonly string metric;
    private readonly Func<double, double, bool> isMet;
    private readonly double number;
    private readonly string? reference;

    private FailCondition(string text, string metric, Func<double, double, bool> isMet, double number, string? reference) =>
        (this.text, this.metric, this.isMet, this.number, this.reference) = (text, metric, isMet, number, reference);

    /// <summary>What it looks like, for messages.</summary>
    public const string Form = "METRIC > FACTORx TUNING or METRIC > NUMBER, with >, >=, < or <=, such as 'connect.p99 > 1.1x default' or 'connections.failed > 0'; times in seconds";

    /// <summary>Reads one; false when it is none.</summary>
    public static bool TryParse(string text, out FailCondition? condition)
    {
        ArgumentNullException.ThrowIfNull(text);
        condition = null;
        if (Pattern().Match(text.Trim()) is not { Success: true } match)
        {
            return false;
        }

        Func<double, double, bool> comparison = match.Groups["op"].Value switch
        {
            ">" => (a, b) => a > b,
            ">=" => (a, b) => a >= b,
            "<" => (a, b) => a < b,
            _ => (a, b) => a <= b,
        };
        var bound = double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
        condition = new FailCondition(text.Trim(), match.Groups["metric"].Value, comparison, bound, match.Groups["tuning"] is { Success: true } tuning ? tuning.Value : null);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => text;

    /// <summary>null when it can be asked of these tunings, else why not.</summary>
    public string? Problem(IReadOnlyCollection<string> tunings) => reference is null || tunings.Contains(reference)
        ? null
        : $"'{text}' names the tuning '{reference}', but compared are {string.Join(", ", tunings)}";

    /// <summary>A sentence for each tuning that meets it.</summary>
    public IEnumerable<string> Check(ComparisonDocument comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var asked = comparison.Tunings.Where(tuning => tuning.Name != reference).ToList();
        if (!comparison.Tunings.Any(tuning => tuning.Metrics.ContainsKey(metric)))
        {
            yield return $"'{text}': no run has the metric '{metric}'; there are {string.Join(", ", comparison.Tunings.SelectMany(tuning => tuning.Metrics.Keys).Distinct().Order(StringComparer.Ordinal))}";
            yield break;
        }

        if (reference is not null && !comparison.Tunings.First(tuning => tuning.Name == reference).Metrics.ContainsKey(metric))
        {
            yield return $"'{text}': {reference} has no {metric}, so nothing can be held against it";
            yield break;
        }

        var limit = reference is null ? number : number * comparison.Tunings.First(tuning => tuning.Name == reference).Metrics[metric].Median;
        foreach (var tuning in asked)
        {
            // None is not a small one: where nobody connected there is no latency, either.
            if (!tuning.Metrics.TryGetValue(metric, out var values))
            {
                yield return $"'{text}': {tuning.Name} has no {metric}";
            }
            else if (isMet(values.Median, limit))
            {
                yield return $"'{text}': {tuning.Name} has {values.Median:0.######} {values.Unit}, and the bound is {limit:0.######}";
            }
        }
    }

    [GeneratedRegex(@"^(?<metric>\S+)\s*(?<op>>=|<=|>|<)\s*(?<number>\d+(\.\d+)?)(x\s+(?<tuning>\S+))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
