using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Tests;

public sealed class ComparisonTests
{
    private static readonly RunDocument Base = Document();

    [Fact]
    public void ATuningComparedWithItselfClaimsNothingInNineteenOfTwenty()
    {
        // Five runs a side, each metric noisy in its own way: latencies with a long tail, counts that come in dozens. 400 comparisons, so that chance is not
        // the judge.
        var random = new Random(4711);
        var claiming = Enumerable.Range(0, 400).Count(_ => Claims(Comparison.Of([Tuned("a", Noisy(random, 5, 1)), Tuned("b", Noisy(random, 5, 1))])).Any());
        Assert.InRange(claiming, 0, 400 / 20);
    }

    [Fact]
    public void ARealDifferenceIsSeenAndItsDirectionSaid()
    {
        var random = new Random(4712);
        var seen = Enumerable.Range(0, 40).Count(_ => Claims(Comparison.Of([Tuned("a", Noisy(random, 5, 1)), Tuned("b", Noisy(random, 5, 10))]))
            .Any(claim => claim is { Metric: "connect.p50", Outcome: Difference.Worse }));
        Assert.InRange(seen, 36, 40);
    }

    [Fact]
    public void FiguresThatNeverVaryAreComparedAsExact()
    {
        var comparison = Comparison.Of([Tuned("a", [With(established: 5), With(established: 5)]), Tuned("b", [With(established: 9), With(established: 9)])]);
        var established = Assert.Single(comparison.Differences, difference => difference.Metric == "connections.established");
        Assert.Equal((Difference.Better, 1.8, null), (established.Outcome, established.Ratio, established.Low));
        Assert.Equal(Difference.Same, Assert.Single(comparison.Differences, difference => difference.Metric == "connections.failed").Outcome);
    }

    [Fact]
    public void OneRunASideClaimsNothingButWhatSettingsDecide()
    {
        var other = With(90) with { Variants = [With(90).Variants[0] with { Queues = Base.Queues with { Accept = Base.Queues.Accept with { Limit = 99 } } }] };
        var differences = Comparison.Of([Tuned("a", [With(5)]), Tuned("b", [other])]).Differences;
        Assert.Equal(Difference.NotSeen, Assert.Single(differences, difference => difference.Metric == "connections.established").Outcome);
        Assert.Equal(Difference.Other, Assert.Single(differences, difference => difference.Metric == "accept-queue.capacity").Outcome);
    }

    [Fact]
    public void ATuningWithoutTheMetricMeetsACondition()
    {
        Assert.True(FailCondition.TryParse("connect.p99 > 1000x a", out var condition));
        var nobody = Base with { Variants = [Base.Variants[0] with { Connections = Base.Connections with { Latency = null } }] };
        Assert.Contains("b has no connect.p99", Assert.Single(condition!.Check(Comparison.Of([Tuned("a", [Base]), Tuned("b", [nobody])]))),
            StringComparison.Ordinal);
        Assert.Contains("b has no connect.p99", Assert.Single(FailCondition.TryParse("connect.p99 > 2x b", out var other)
            ? other!.Check(Comparison.Of([Tuned("a", [Base]), Tuned("b", [nobody])])) : []), StringComparison.Ordinal);
    }

    [Fact]
    public void TooFewRunsClaimNothingAndSaySo()
    {
        var comparison = Comparison.Of([Tuned("a", [With(1), With(2), With(3), With(4)]), Tuned("b", [With(101), With(102), With(103), With(104)])]);
        Assert.Equal(Difference.NotSeen, Assert.Single(comparison.Differences, difference => difference.Metric == "connections.established").Outcome);
        Assert.Contains(comparison.Notes, note => note.Contains("needs 5 or more", StringComparison.Ordinal));
    }

    [Fact]
    public void MedianSpreadAndRunsAreKept()
    {
        var values = Comparison.Of([Tuned("a", [With(3), With(1), With(2)]), Tuned("b", [With(7)])]).Tunings[0].Metrics["connections.established"];
        Assert.Equal((2, 1, 3, "connections"), (values.Median, values.Low, values.High, values.Unit));
        Assert.Equal([3, 1, 2], values.Runs);
    }

    [Theory]
    [InlineData("connections.established < 0.9x a", 1)]
    [InlineData("connections.established < 0.5x a", 0)]
    [InlineData("connections.established >= 8", 2)]
    [InlineData("connections.established > 8", 1)]
    [InlineData("connect.p90 > 1", 0)]
    public void AConditionIsAboutMediansAndTheOtherTunings(string text, int failures)
    {
        Assert.True(FailCondition.TryParse(text, out var condition));
        var comparison = Comparison.Of([Tuned("a", [With(10), With(10)]), Tuned("b", [With(8), With(8)])]);
        Assert.Equal(failures, condition!.Check(comparison).Count());
    }

    [Theory]
    [InlineData("connect.p99 > ٣")]
    [InlineData("connect.p99 > 1.٣ms")]
    public void DigitsOfOtherScriptsAreNoNumber(string text) => Assert.False(FailCondition.TryParse(text, out _));

    [Fact]
    public void AConditionOnWhatNobodyMeasuredSaysWhatThereIs()
    {
        Assert.True(FailCondition.TryParse("connect.p98 > 1", out var condition));
        var said = Assert.Single(condition!.Check(Comparison.Of([Tuned("a", [Base]), Tuned("b", [Base])])));
        Assert.Contains("no run has the metric 'connect.p98'; there are ", said, StringComparison.Ordinal);
        Assert.Contains("connect.p99", said, StringComparison.Ordinal);
        Assert.Contains("names the tuning 'c'", FailCondition.TryParse("x > 2x c", out var other) ? other!.Problem(["a", "b"]) : "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("connect.p99")]
    [InlineData("connect.p99 > much")]
    [InlineData("> 1")]
    [InlineData("connect.p99 > 1.1y default")]
    public void WhatIsNoConditionIsRefused(string text) => Assert.False(FailCondition.TryParse(text, out _));

    private static IEnumerable<MetricDifference> Claims(ComparisonDocument comparison) =>
        comparison.Differences.Where(difference => difference.Outcome is Difference.Better or Difference.Worse or Difference.Other);

    private static TunedRuns Tuned(string name, IReadOnlyList<RunDocument> runs) => new(name, "", [], runs);

    private static RunDocument With(long established) =>
        Base with { Variants = [Base.Variants[0] with { Connections = Base.Connections with { Established = established } }] };

    private static List<RunDocument> Noisy(Random random, int runs, double factor) => [.. Enumerable.Range(0, runs).Select(_ =>
    {
        double Tail() => factor * Math.Exp(random.NextDouble() + random.NextDouble() + random.NextDouble());
        var p50 = 0.001 * Tail();

        // Each dropped SYN is one more in the kernel's counter, one more in the listener's, and but for the last of each client one that is retransmitted.
        var drops = (ulong)random.Next(60, 90);
        var latency = new LatencyFigures(1000, p50 / 2, p50, p50 * (1.5 + random.NextDouble()), p50 * (4 + Tail()), 1 + (0.1 * random.NextDouble()));
        return Base with
        {
            Variants =
            [
                Base.Variants[0] with
                {
                    Connections = Base.Connections with { Latency = latency },
                    Counters = Base.Counters.SetItem("TcpExt.ListenOverflows", drops).SetItem("TcpExt.ListenDrops", drops)
                        .SetItem("TcpExt.TCPSynRetrans", drops - 15),
                },
            ],
        };
    })];

    private static RunDocument Document()
    {
        var plan = Runs.OverflowPlan();
        var evidence = Runs.Evidence(plan, Runs.OverflowSeen());
        return RunDocuments.Build(plan, evidence, Judge.Decide(plan, evidence), TimeSpan.FromSeconds(5), finished: true, null);
    }
}
