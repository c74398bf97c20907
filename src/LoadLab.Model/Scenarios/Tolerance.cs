using System.Globalization;

namespace LoadLab.Model;

/// <summary>How far from its prediction a value may be: in the prediction's unit, or as a share of it.</summary>
public readonly record struct Tolerance(decimal Amount, bool IsShare)
{
    /// <summary>Reads <c>2</c>, <c>50ms</c> (seconds then), <c>10%</c>.</summary>
    public static bool TryParse(string text, out Tolerance tolerance)
    {
        var trimmed = text.Trim();
        var isShare = trimmed.EndsWith('%');
        if (decimal.TryParse(isShare ? trimmed[..^1] : trimmed, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && amount <= 1_000_000_000)
        {
            tolerance = new Tolerance(isShare ? amount / 100 : amount, isShare);
            return true;
        }

        var isTime = Nanoseconds.TryParse(trimmed, out var time);
        tolerance = new Tolerance(time.Value / 1_000_000_000m, false);
        return isTime;
    }

    /// <summary>The range made wider on both sides, never below 0; counts are rounded outwards.</summary>
    public PredictedRange Widen(PredictedRange range, bool isCount)
    {
        var low = Math.Max(0, range.Low - (IsShare ? range.Low * Amount : Amount));
        var high = range.High + (IsShare ? range.High * Amount : Amount);
        return isCount ? new PredictedRange(Math.Floor(low), Math.Ceiling(high)) : new PredictedRange(low, high);
    }
}
