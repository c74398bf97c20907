namespace LoadLab.Judging;

/// <summary>Which of many metrics differ between two tunings, when all of them together may claim something false in one of twenty comparisons.</summary>
/// <remarks>
/// The rank-sum test of each metric, with the level for all of them taken from the runs themselves (Westfall and Young, 1993): the runs are dealt out to the
/// two sides in every way there is, and a metric differs when hardly any
/// deal makes the greatest rank sum of all metrics as great as its own. So metrics that say the same thing ten times count as one, and many that are
/// independent need more runs.
/// No package on the feed has it.
/// </remarks>
internal static class RankTest
{
    /// <summary>The fewest runs a side with which one metric can be shown to differ (with three no deal is rarer than one in ten), and a few more than
    /// one.</summary>
    public const int LeastRuns = 5;

    // Under one in twenty by enough that chance does not make it more.
    private const double Level = 0.03;
    private const int MostDeals = 4000;
    private const int Seed = 20_252;
    private const double Rounding = 1e-9;

    /// <summary>True for each metric that differs. <paramref name="a"/> and <paramref name="b"/>: for each metric its value in each run, in the same order of
    /// runs.</summary>
    public static bool[] Differ(IReadOnlyList<IReadOnlyList<double>> a, IReadOnlyList<IReadOnlyList<double>> b)
    {
        if (a.Count == 0 || a.Concat(b).Any(runs => runs.Count < LeastRuns))
        {
            return new bool[a.Count];
        }

        var first = a[0].Count;
        double[][] ranks = [.. a.Zip(b, (left, right) => Centred([.. left, .. right]))];
        double[] seen = [.. ranks.Select(metric => Math.Abs(metric.Take(first).Sum()))];
        var asGreat = new int[seen.Length];
        var deals = 0;
        foreach (var deal in Deals(first + b[0].Count, first))
        {
            deals++;
            var greatest = ranks.Max(metric => Math.Abs(deal.Sum(run => metric[run])));
            for (var i = 0; i < seen.Length; i++)
            {
                asGreat[i] += greatest >= seen[i] - Rounding ? 1 : 0;
            }
        }

        return [.. asGreat.Select(count => count <= Level * deals)];
    }

    // Ranks around their mean, ties sharing theirs, in units of their spread: so that sums of different metrics can be compared. A metric that never varies has
    // none.
    private static double[] Centred(double[] values)
    {
        double[] ranks = [.. values.Select(value => values.Count(other => other < value) + ((values.Count(other => other == value) - 1) / 2.0))];
        var mean = ranks.Average();
        var spread = Math.Sqrt(ranks.Sum(rank => (rank - mean) * (rank - mean)));
        return [.. ranks.Select(rank => spread > 0 ? (rank - mean) / spread : 0)];
    }

    /// <summary>Which runs are called the first side's: every way there is, or as many by chance where there are too many.</summary>
    private static IEnumerable<int[]> Deals(int of, int chosen)
    {
        var ways = Enumerable.Range(1, chosen).Aggregate(1.0, (soFar, i) => soFar * (of - chosen + i) / i);
        if (ways > MostDeals)
        {
            var random = new Random(Seed);
            return Enumerable.Range(0, MostDeals).Select(_ => Shuffled(of, random)[..chosen]);
        }

        return All(of, chosen, 0);
    }

    private static int[] Shuffled(int of, Random random)
    {
        int[] all = [.. Enumerable.Range(0, of)];
        random.Shuffle(all);
        return all;
    }

    private static IEnumerable<int[]> All(int of, int chosen, int from) => chosen == 0
        ? [[]]
        : Enumerable.Range(from, of - from - chosen + 1).SelectMany(run => All(of, chosen - 1, run + 1).Select(rest => (int[])[run, .. rest]));
}
