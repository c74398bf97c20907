namespace LoadLab.Reporting.Live;

/// <summary>The last values of a figure as a row of bars, the newest at its right end.</summary>
/// <param name="width">How many values it keeps, one bar each.</param>
public sealed class Sparkline(int width)
{
    private const string Bars = "▁▂▃▄▅▆▇█";
    private const string PlainBars = "_.-=+*#@";
    private readonly Queue<long> values = new(width + 1);

    /// <summary>Adds a value; the oldest goes when there are too many.</summary>
    public void Add(long value)
    {
        values.Enqueue(Math.Max(0, value));
        if (values.Count > width)
        {
            _ = values.Dequeue();
        }
    }

    /// <summary>The bars: from zero to the highest of the values that it has; a blank is a zero, so that a one beside a thousand is still seen.</summary>
    /// <param name="isUnicode">False: characters that every terminal has.</param>
    public string Draw(bool isUnicode)
    {
        var bars = isUnicode ? Bars : PlainBars;
        var highest = values.DefaultIfEmpty().Max();
        return string.Concat(values.Select(value => value == 0 ? ' ' : bars[(int)(((value * bars.Length) + highest - 1) / highest) - 1]));
    }
}
