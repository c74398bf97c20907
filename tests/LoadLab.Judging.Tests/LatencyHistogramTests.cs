using FsCheck;
using FsCheck.Fluent;
using LoadLab.Model;

namespace LoadLab.Judging.Tests;

public class LatencyHistogramTests
{
    private static readonly Arbitrary<long[]> Durations = Gen.Choose(0, 62)
        .SelectMany(bits => Gen.Choose(0, int.MaxValue).Select(value => (long)((double)value / int.MaxValue * (1L << bits)))).ArrayOf().ToArbitrary();

    [Fact]
    public void AQuantileIsNeverBelowTheTrueOneAndAtMostAThirtySecondAboveIt() =>
        Prop.ForAll(Durations, Gen.Choose(0, 100).ToArbitrary(), (durations, percent) =>
    {
        if (durations.Length == 0)
        {
            return Of(durations).Quantile(0.5) is null;
        }

        var sorted = durations.Order().ToArray();
        var truth = sorted[Math.Clamp((int)Math.Ceiling(percent / 100.0 * sorted.Length), 1, sorted.Length) - 1];
        var said = Of(durations).Quantile(percent / 100.0)!.Value.Value;
        return said >= truth && said <= truth + (truth / 32) + 1;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void MergingIsTheSameAsAddingAll() => Prop.ForAll(Durations, Durations, (a, b) =>
    {
        var merged = Of(a);
        merged.Merge(Of(b));
        return IsSame(merged, Of([.. a, .. b]));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void MergingDoesNotDependOnTheOrder() => Prop.ForAll(Durations, Durations, (a, b) =>
    {
        var (ab, ba) = (Of(a), Of(b));
        ab.Merge(Of(b));
        ba.Merge(Of(a));
        return IsSame(ab, ba);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void EveryDurationLiesInTheBucketThatCountsIt() => Prop.ForAll(Durations, durations =>
        durations.All(value => Of([value]).Buckets().Single() is var (from, to, count) && from.Value <= value && value <= to.Value && count == 1))
            .QuickCheckThrowOnFailure();

    private static LatencyHistogram Of(IEnumerable<long> durations)
    {
        var histogram = new LatencyHistogram();
        foreach (var duration in durations)
        {
            histogram.Add(new Nanoseconds(duration));
        }

        return histogram;
    }

    private static bool IsSame(LatencyHistogram a, LatencyHistogram b) =>
        (a.Count, a.Min, a.Max) == (b.Count, b.Min, b.Max) && a.Buckets().SequenceEqual(b.Buckets());
}
