using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

/// <summary>A comparison as a run of several tunings leaves it.</summary>
internal static class Compared
{
    public static readonly ComparisonDocument Document = new()
    {
        Scenario = "accept-queue/slow-accept",
        Kernel = Stored.Plan.Host.Kernel,
        Tunings = [Tuning("a", 1.04, 44), Tuning("b", 0.012, 0)],
        Differences =
        [
            new MetricDifference("connect.max", "a", "b", 0.0115, 0.011, 0.035, Difference.Better, "better, x 0.0115 (0.011..0.035)"),
            new MetricDifference("drops", "a", "b", 0, null, null, Difference.NotSeen, "no difference seen, x 0"),
        ],
        Notes = ["a note"],
    };

    private static TuningResult Tuning(string name, double max, double drops) => new(
        name,
        $"What {name} is for.",
        ["server.backlog=8"],
        ImmutableSortedDictionary<string, MetricValues>.Empty.Add("connect.max", new MetricValues("s", max, max * 0.9, max * 1.1, [max * 0.9, max, max * 1.1]))
            .Add("drops", new MetricValues("packets", drops, drops, drops, [drops, drops, drops])),
        ImmutableSortedDictionary<string, int>.Empty.Add("held", 3));
}
