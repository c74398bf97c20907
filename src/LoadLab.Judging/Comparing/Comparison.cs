using System.Collections.Immutable;
using System.Globalization;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>A tuning and its runs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="About">What it is for.</param>
/// <param name="Settings">What it sets.</param>
/// <param name="Runs">run.json of each run, in order.</param>
public sealed record TunedRuns(string Name, string About, ImmutableArray<string> Settings, IReadOnlyList<RunDocument> Runs);

/// <summary>Runs of several tunings to a comparison: each metric with its median and spread, and each tuning against the first.</summary>
public static class Comparison
{
    /// <summary>Compares them.</summary>
    /// <param name="tunings">At least two, each with at least one run; all of one scenario.</param>
    public static ComparisonDocument Of(IReadOnlyList<TunedRuns> tunings)
    {
        ArgumentNullException.ThrowIfNull(tunings);
        var metrics = Metrics(tunings);
        ImmutableArray<TuningResult> results = [.. tunings.Select(tuning => Result(tuning, metrics))];
        return new ComparisonDocument
        {
            Scenario = tunings[0].Runs[0].Scenario,
            Kernel = tunings[0].Runs[0].Kernel,
            Tunings = results,
            Differences = [.. results.Skip(1).SelectMany(other => Differences([.. metrics.Select(metric => metric.Metric)], results[0], other))],
            Notes = [.. Notes(tunings)],
        };
    }

    // A scenario with variants has each metric once for each, with the variant's name before it.
    private static List<(Metric Metric, string Variant)> Metrics(IReadOnlyList<TunedRuns> tunings)
    {
        var variants = tunings.SelectMany(tuning => tuning.Runs).SelectMany(run => run.Variants).GroupBy(variant => variant.Name);
        return [.. variants.SelectMany(
            group => Metric.Of([.. group])
            .Select(metric => (group.Key.Length == 0 ? metric : metric with { Name = $"{group.Key}/{metric.Name}" }, group.Key)))];
    }

    private static TuningResult Result(TunedRuns tuning, List<(Metric Metric, string Variant)> metrics)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, MetricValues>(StringComparer.Ordinal);
        foreach (var (metric, variant) in metrics)
        {
            ImmutableArray<double> runs = [
                .. tuning.Runs.SelectMany(run => run.Variants).Where(result => result.Name == variant).Select(metric.Read).OfType<double>()];
            if (!runs.IsEmpty)
            {
                values[metric.Name] = new MetricValues(metric.Unit, Bootstrap.Median(runs), runs.Min(), runs.Max(), runs);
            }
        }

        return new TuningResult(tuning.Name, tuning.About, tuning.Settings, values.ToImmutable(),
            tuning.Runs.CountBy(run => EnumWords<Outcome>.Of(run.Verdict)).ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value))
        {
            Diagnoses =
            [
                .. tuning.Runs.SelectMany(run => run.Variants)
                    .SelectMany(variant => variant.Diagnoses.DistinctBy(one => one.Id).Select(one => (variant.Name, Diagnosis: one)))
                    .GroupBy(one => (one.Name, one.Diagnosis.Id)).Select(group => new TuningDiagnosis(group.Count(), group.Key.Name, group.Last().Diagnosis))
                        .OrderBy(one => one.Diagnosis.Severity),
            ],
        };
    }

    private static IEnumerable<MetricDifference> Differences(ImmutableArray<Metric> metrics, TuningResult first, TuningResult other)
    {
        var both = metrics.Where(metric => first.Metrics.ContainsKey(metric.Name) && other.Metrics.ContainsKey(metric.Name)).ToList();
        var estimated = both.Where(metric => !IsExact(metric, first, other)).ToList();

        // One that some runs do not have cannot be dealt out with the others.
        var whole = estimated.Where(metric => IsWhole(metric, first) && IsWhole(metric, other)).ToList();
        var differ = RankTest.Differ([.. whole.Select(metric => first.Metrics[metric.Name].Runs)],
            [.. whole.Select(metric => other.Metrics[metric.Name].Runs)]);
        var shown = whole.Zip(differ).Where(pair => pair.Second).Select(pair => pair.First).ToHashSet();
        return both.Select(metric => Difference(metric, first, other, shown.Contains(metric)));
    }

    private static bool IsWhole(Metric metric, TuningResult tuning) => tuning.Metrics[metric.Name].Runs.Length == tuning.Verdicts.Values.Sum();

    private static bool IsExact(Metric metric, TuningResult a, TuningResult b) =>
        metric.IsSettled || (a.Metrics[metric.Name].IsExact && b.Metrics[metric.Name].IsExact);

    private static MetricDifference Difference(Metric metric, TuningResult first, TuningResult other, bool ranksDiffer)
    {
        var (a, b) = (first.Metrics[metric.Name], other.Metrics[metric.Name]);
        double? ratio = a.Median > 0 ? b.Median / a.Median : null;
        if (IsExact(metric, first, other))
        {
            var outcome = a.Median == b.Median ? Model.Difference.Same : Direction(metric, b.Median - a.Median);
            return new MetricDifference(metric.Name, first.Name, other.Name, ratio, null, null, outcome, Words(outcome, ratio, null));
        }

        var interval = Bootstrap.Ratio(a.Runs, b.Runs);
        var seen = ranksDiffer && (interval is null or { Low: > 1 } or { High: < 1 }) ? Direction(metric, b.Median - a.Median) : Model.Difference.NotSeen;
        return new MetricDifference(metric.Name, first.Name, other.Name, ratio, interval?.Low, interval?.High, seen, Words(seen, ratio, interval));
    }

    private static Difference Direction(Metric metric, double more) => metric.Better switch
    {
        Better.Neither => Model.Difference.Other,
        Better.More => more > 0 ? Model.Difference.Better : Model.Difference.Worse,
        Better.Less => more < 0 ? Model.Difference.Better : Model.Difference.Worse,
    };

    private static string Words(Difference outcome, double? ratio, (double Low, double High)? interval)
    {
        var word = outcome switch
        {
            Model.Difference.Same => "the same",
            Model.Difference.NotSeen => "no difference seen",
            Model.Difference.Better => "better",
            Model.Difference.Worse => "worse",
            Model.Difference.Other => "different",
        };
        var times = outcome == Model.Difference.Same || ratio is null ? "" : $", x {Ratio(ratio.Value)}";
        return interval is { } seen ? $"{word}{times} ({Ratio(seen.Low)}..{Ratio(seen.High)})" : $"{word}{times}";
    }

    // A thousandth is as much of a difference as a thousandfold: two digits of it at least.
    private static string Ratio(double ratio) =>
        ratio is 0 or >= 0.1 ? ratio.ToString("0.###", CultureInfo.InvariantCulture)
        : ratio.ToString("0.#######", CultureInfo.InvariantCulture) is { Length: > 2 } small ? Shortened(small) : "0";

    private static string Shortened(string small) =>
        small.AsSpan(2).IndexOfAnyExcept('0') is >= 0 and var first ? small[..Math.Min(small.Length, first + 4)] : small;

    private static IEnumerable<string> Notes(IReadOnlyList<TunedRuns> tunings)
    {
        var least = tunings.Min(tuning => tuning.Runs.Count);
        if (least < RankTest.LeastRuns)
        {
            yield return $"{least} run(s) of a tuning can show exact figures only: what varies from run to run needs {RankTest.LeastRuns} or more (--repeat)";
        }

        foreach (var tuning in tunings)
        {
            var unsound = tuning.Runs.Count(run => run.Verdict == Outcome.Inconclusive);
            if (unsound > 0)
            {
                yield return $"{tuning.Name}: {unsound} of {tuning.Runs.Count} runs were inconclusive, so their figures may be those of a run that did not "
                    + $"get to its end";
            }
        }

        if (tunings.SelectMany(tuning => tuning.Runs).Select(run => run.Kernel.ToString()).Distinct().ToList() is { Count: > 1 } kernels)
        {
            yield return $"the runs are of different kernels ({string.Join(", ", kernels)}): a difference may be theirs and not the tuning's";
        }
    }
}
