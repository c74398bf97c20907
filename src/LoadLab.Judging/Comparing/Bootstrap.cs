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
        double[] valuesA = [.. a], valuesB = [.. b], drawnA = new double[a.Count], drawnB = new double[b.Count];
        for (var i = 0; i < Resamples; i++)
        {
            var below = MedianOfResample(valuesA, drawnA, random);
            if (below <= 0)
            {
                return null;
            }

            ratios[i] = MedianOfResample(valuesB, drawnB, random) / below;
        }

        return Middle(ratios);
    }

    /// <summary>The 95 % interval of the median of these.</summary>
    public static (double Low, double High) OfMedian(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var random = new Random(Seed);
        double[] given = [.. values], drawn = new double[values.Count];
        return Middle([.. Enumerable.Range(0, Resamples).Select(_ => MedianOfResample(given, drawn, random))]);
    }

    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        return MiddleOf(sorted);
    }

    private static double MiddleOf(double[] sorted) =>
        sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;

    private static (double Low, double High) Middle(double[] estimates)
    {
        Array.Sort(estimates);
        return (estimates[(int)(Tail * Resamples)], estimates[(int)((1 - Tail) * Resamples) - 1]);
    }

    // Into the same place each time, and sorted there: a comparison takes thousands of them for each of its metrics.
    private static double MedianOfResample(double[] values, double[] drawn, Random random)
    {
        for (var i = 0; i < drawn.Length; i++)
        {
            drawn[i] = values[random.Next(values.Length)];
        }

        Array.Sort(drawn);
        return MiddleOf(drawn);
    }
}
