namespace LoadLab.Judging.Sizing;

/// <summary>What a number of runs can and cannot show.</summary>
public static class SizingChance
{
    private const double Risk = 0.05;

    /// <summary>The least share of runs that hold, with 95 % confidence, when so many of so many held (Clopper and Pearson, one side).</summary>
    public static double LeastShare(int all) => all <= 0 ? 0 : Math.Pow(Risk, 1.0 / all);

    /// <summary>How likely it is by chance that all of these held and all of those failed, if one were as good as the other (Fisher's exact test).</summary>
    public static double ByChance(int held, int failed)
    {
        var ways = 1.0;
        for (var i = 1; i <= failed; i++)
        {
            ways = ways * (held + i) / i;
        }

        return 1 / ways;
    }
}
