namespace LoadLab.Reporting.Html;

/// <summary>Values to places on an axis.</summary>
/// <param name="Low">The value at its beginning.</param>
/// <param name="High">The value at its end; greater than <paramref name="Low"/>.</param>
/// <param name="IsLog">True: each decade takes as much room; then both ends are greater than 0.</param>
internal readonly record struct Scale(double Low, double High, bool IsLog = false)
{
    /// <summary>The value from which the others are counted, and which is written as 0.</summary>
    public double Zero { get; init; }

    /// <summary>From 0 to a round value that is not below <paramref name="most"/>, and never empty.</summary>
    public static Scale UpTo(double most)
    {
        var step = Step(Math.Max(most, 1), 4);
        return new Scale(0, Math.Ceiling(Math.Max(most, 1) / step) * step);
    }

    /// <summary>Whole decades around two positive values.</summary>
    public static Scale Decades(double least, double most)
    {
        var low = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return new Scale(low, Math.Max(low * 10, Math.Pow(10, Math.Ceiling(Math.Log10(most)))), IsLog: true);
    }

    /// <summary>0 at the axis' beginning, 1 at its end; what lies outside is put to its end.</summary>
    public double Of(double value)
    {
        var place = IsLog ? Math.Log(Math.Max(value, Low) / Low) / Math.Log(High / Low) : (value - Low) / (High - Low);
        return Math.Clamp(place, 0, 1);
    }

    /// <summary>Values on it that are round as counted from <see cref="Zero"/>, about so many; on a logarithmic axis every decade.</summary>
    public IEnumerable<double> Ticks(int about)
    {
        if (IsLog)
        {
            for (var decade = Math.Pow(10, Math.Ceiling(Math.Log10(Low) - 1e-9)); decade <= High * 1.0001; decade *= 10)
            {
                yield return decade;
            }

            yield break;
        }

        var step = Step(High - Low, about);
        for (var i = Math.Ceiling(((Low - Zero) / step) - 1e-9); i * step <= High - Zero + (step * 1e-9); i++)
        {
            // Never -0, which would be written with its sign.
            yield return (i * step) + 0.0 + Zero;
        }
    }

    private static double Step(double span, int about)
    {
        var rough = span / about;
        var decade = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return decade * (rough / decade) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
    }
}
