using Perfolizer.Mathematics.SignificanceTesting.Base;
using Perfolizer.Mathematics.SignificanceTesting.MannWhitney;
using Perfolizer.Metrology;
using Pragmastat;

namespace LoadLab.Judging;

/// <summary>What a handful of runs can say about the difference of two tunings.</summary>
/// <remarks>
/// The interval is the percentile bootstrap of the ratio of medians; the same samples always give the same interval. With five runs a side such an interval is too narrow by itself (a median of five is one of
/// five values), so a difference is claimed only when a rank test, exact for small samples, shows it as well: at 1 %, and where many metrics are compared at 5 % divided by their number, or as strictly as so
/// few runs allow. Of twenty comparisons of a tuning with itself at most one then claims anything. Five runs a side is the least with which 1 % can be reached.
/// </remarks>
internal static class Bootstrap
{
    /// <summary>The fewest runs of each tuning that can show a difference at <see cref="Level"/>: with four the rank test cannot say less than 2.9 %.</summary>
    public const int LeastRuns = 5;

    private const double Level = 0.01;
    private const double LevelOfAll = 0.05;
    private const double Rounding = 1.0001;
    private const int Resamples = 2000;
    private const double Tail = 0.025;
    private const int Seed = 20_251;

    /// <summary>The 95 % interval of median(b) / median(a); null when it has none, since a median of a may be 0.</summary>
    public static (double Low, double High)? Ratio(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        var random = new Random(Seed);
        var ratios = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            var below = Median(Resample(a, random));
            if (below <= 0)
            {
                return null;
            }

            ratios[i] = Median(Resample(b, random)) / below;
        }

        Array.Sort(ratios);
        return (ratios[(int)(Tail * Resamples)], ratios[(int)((1 - Tail) * Resamples) - 1]);
    }

    /// <summary>True when the ranks show that the two differ.</summary>
    /// <param name="a">The runs of one tuning.</param>
    /// <param name="b">Those of the other.</param>
    /// <param name="metrics">How many metrics are asked so.</param>
    public static bool RanksDiffer(IReadOnlyList<double> a, IReadOnlyList<double> b, int metrics)
    {
        if (a.Count < LeastRuns || b.Count < LeastRuns)
        {
            return false;
        }

        // Two of all ways to deal the runs out separate them wholly: no test can say less than that.
        var least = 2 / Ways(a.Count + b.Count, a.Count);
        var level = Math.Max(least * Rounding, Math.Min(Level, LevelOfAll / metrics));
        return MannWhitneyTest.Instance.GetPValue(new Sample([.. a]), new Sample([.. b]), AlternativeHypothesis.TwoSides, Threshold.Zero) <= level;
    }

    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Ways(int of, int chosen) => Enumerable.Range(1, chosen).Aggregate(1.0, (ways, i) => ways * (of - chosen + i) / i);

    private static double[] Resample(IReadOnlyList<double> values, Random random)
    {
        var drawn = new double[values.Count];
        for (var i = 0; i < drawn.Length; i++)
        {
            drawn[i] = values[random.Next(values.Count)];
        }

        return drawn;
    }
}
