using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>
/// A condition for CI: <c>connect.p99 > 1.1x default</c>, <c>connections.failed > 0</c>. It is about medians, and about each tuning but the one it
/// names.
/// </summary>
public sealed class FailCondition
{
    private readonly string text;
    private readonly ConditionText parts;

    private FailCondition(string text, ConditionText parts) => (this.text, this.parts) = (text, parts);

    /// <summary>What it looks like, for messages.</summary>
    public const string Form = "METRIC > FACTORx TUNING or METRIC > NUMBER, with >, >=, <, <=, == or !=, such as 'connect.p99 > 1.1x default', 'connect.p99 > "
        + "50ms' or 'connections.failed > 0'; a time without a unit is in seconds";

    /// <summary>Reads one; false when it is none.</summary>
    public static bool TryParse(string text, out FailCondition? condition)
    {
        ArgumentNullException.ThrowIfNull(text);
        condition = ConditionText.TryParse(text) is { } parts ? new FailCondition(text.Trim(), parts) : null;
        return condition is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => text;

    /// <summary>null when it can be asked of these tunings, else why not.</summary>
    public string? Problem(IReadOnlyCollection<string> tunings) => parts.Tuning is null || tunings.Contains(parts.Tuning)
        ? null
        : $"'{text}' names the tuning '{parts.Tuning}', but compared are {string.Join(", ", tunings)}";

    /// <summary>A sentence for each tuning that meets it.</summary>
    public IEnumerable<string> Check(ComparisonDocument comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var asked = comparison.Tunings.Where(tuning => tuning.Name != parts.Tuning).ToList();
        if (!comparison.Tunings.Any(tuning => tuning.Metrics.ContainsKey(parts.Subject)))
        {
            yield return $"'{text}': no run has the metric '{parts.Subject}'; there are "
                + $"{string.Join(", ", comparison.Tunings.SelectMany(tuning => tuning.Metrics.Keys).Distinct().Order(StringComparer.Ordinal))}";
            yield break;
        }

        if (parts.Tuning is not null && !comparison.Tunings.First(tuning => tuning.Name == parts.Tuning).Metrics.ContainsKey(parts.Subject))
        {
            yield return $"'{text}': {parts.Tuning} has no {parts.Subject}, so nothing can be held against it";
            yield break;
        }

        var limit = parts.Tuning is null ? parts.Number
            : parts.Number * comparison.Tunings.First(tuning => tuning.Name == parts.Tuning).Metrics[parts.Subject].Median;
        foreach (var tuning in asked)
        {
            // None is not a small one: where no client connected there is no latency, either.
            if (!tuning.Metrics.TryGetValue(parts.Subject, out var values))
            {
                yield return $"'{text}': {tuning.Name} has no {parts.Subject}";
            }
            else if (parts.IsMetBy(values.Median, limit))
            {
                yield return $"'{text}': {tuning.Name} has {values.Median:0.######} {values.Unit}, and the bound is {limit:0.######}";
            }
        }
    }
}
