namespace LoadLab.Judging;

/// <summary>Medians of a handful of runs, and the interval in which the ratio of two of them lies.</summary>
/// <remarks>The interval is the percentile bootstrap of the ratio of medians; the same samples always give the same interval. With five runs a side it is too
/// narrow by itself, since a median of five is one of
/// five values: whether there is a difference <see cref="RankTest"/> says.</remarks>
public static class Bootstrap
{
    private const int Resamples = 2000;
    private const double Tail = 0.025;
    private const int Seed = 20_251;

    /// <summary>The 95 % interval of median(b) / median(a); null when it has none, since a median of a may be 0.</summary>
    public static (double Low, double High)? Ratio(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
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

        return Middle(ratios);
    }

    /// <summary>The 95 % interval of the median of these.</summary>
    public static (double Low, double High) OfMedian(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var random = new Random(Seed);
        return Middle([.. Enumerable.Range(0, Resamples).Select(_ => Median(Resample(values, random)))]);
    }

    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static (double Low, double High) Middle(double[] estimates)
    {
        Array.Sort(estimates);
        return (estimates[(int)(Tail * Resamples)], estimates[(int)((1 - Tail) * Resamples) - 1]);
    }

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
