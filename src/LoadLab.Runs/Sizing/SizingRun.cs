using LoadLab.Judging;
using LoadLab.Judging.Sizing;
using LoadLab.Model;
using LoadLab.Planning;

namespace LoadLab.Runs.Sizing;

/// <summary>How one kernel run came out for the conditions.</summary>
/// <param name="Outcome">Held: all conditions hold; broken: one does not; inconclusive: the run cannot be used.</param>
/// <param name="Quantity">The first condition's quantity; null: not seen.</param>
/// <param name="Words">What broke, or why it cannot be used; "" for a run in which all held.</param>
internal sealed record SizingRun(Outcome Outcome, double? Quantity, string Words)
{
    /// <summary>
    /// Weighs a run. One whose verdict is inconclusive is no evidence, however its figures look: the harness was late, or something was not seen.
    /// </summary>
    public static SizingRun Of(Plan plan, RunDocument run, Evidence evidence, IReadOnlyList<SizeCondition> conditions)
    {
        var values = conditions.Select(condition => Read(condition, plan, run, evidence)).ToList();
        var first = values[0].Value;
        if (!run.Finished)
        {
            return new SizingRun(Outcome.Inconclusive, first, run.Unfinished ?? "the run did not get to its end");
        }

        if (run.Verdict == Outcome.Inconclusive)
        {
            return new SizingRun(Outcome.Inconclusive, first,
                run.Findings.FirstOrDefault(finding => finding.Outcome == Outcome.Inconclusive)?.Sentence ?? "the run was inconclusive");
        }

        if (values.FindIndex(one => one.Value is null) is >= 0 and var unseen)
        {
            return new SizingRun(Outcome.Inconclusive, first, $"{conditions[unseen].Of.Name} was not seen: {values[unseen].Why}");
        }

        var broken = conditions.Zip(values).Where(one => !one.First.IsMetBy(one.Second.Value!.Value))
            .Select(one => $"{one.First.Of.Name} {one.Second.Value:0.######}{(one.First.Of.Unit == Units.Seconds ? " s" : "")}").ToList();
        return new SizingRun(broken.Count == 0 ? Outcome.Held : Outcome.Broken, first, string.Join(", ", broken));
    }

    // Where nobody connected there is no latency: that is not a small one.
    private static (double? Value, string Why) Read(SizeCondition condition, Plan plan, RunDocument run, Evidence evidence)
    {
        if (condition.Of.Metric is { } metric)
        {
            return (metric(run.Primary), "no run has a value of it");
        }

        var readings = ConditionWitnesses.Of(condition.Of.Quantity!, plan.Variants[0], plan.Host).Select(evidence.Variants[0].Ask).ToList();
        decimal[] values = [.. readings.Select(reading => reading.Value).OfType<decimal>()];
        return values.Length == 0
            ? (null, readings.Select(reading => reading.Blind).FirstOrDefault(blind => blind is not null) ?? "no witness sees it here")
            : values.Select(value => condition.IsMetBy((double)value)).Distinct().Count() > 1 ? (null, $"the witnesses differ: {string.Join(", ", values)}")
            : ((double)values[0], "");
    }
}
