using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>What the model predicts over time, a row of blocks for each figure: the greatest value of each moment as the height of its block.</summary>
internal static class BandRows
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const string Plain = ".:-=+*%#";
    private const int LeastWidth = 12;
    private const int MostWidth = 48;
    private const int LabelWidth = 16;
    private const int FigureWidth = 18;

    /// <summary>The rows, with the time axis above them; none where nothing is predicted.</summary>
    /// <param name="console">See <see cref="ReportConsole"/>.</param>
    /// <param name="bands">What is predicted.</param>
    /// <param name="most">So many figures at most.</param>
    public static IEnumerable<ReportLine> Of(IAnsiConsole console, TimeBands? bands, int most = int.MaxValue)
    {
        var width = Math.Min(MostWidth, console.Profile.Width - LabelWidth - FigureWidth);
        var lasts = bands?.Phases.Sum(phase => phase.LastsS) ?? 0;
        if (width < LeastWidth || lasts <= 0)
        {
            yield break;
        }

        var blocks = console.Profile.Capabilities.Unicode ? Blocks : Plain;
        yield return ReportLine.Soft(TextLines.Pad("predicted", LabelWidth) + TextLines.Pad("0 s", width - 7) + $"{lasts,6:0.##} s");
        foreach (var (title, cells) in BandSeries.All.Select(one => (one.Title, Cells: Cells(bands!, one.Name, width, lasts)))
            .Where(one => one.Cells is not null)
            .Take(most))
        {
            var high = cells!.Max(cell => cell.High);
            var row = string.Concat(cells!.Select(cell => cell.High == 0 ? ' ' : blocks[(int)(cell.High * (blocks.Length - 1) / high)]));
            yield return ReportLine.Plain(TextLines.Pad(title, LabelWidth) + row + $"  {Figures(cells!, high)}");
        }
    }

    // The greatest value, and what is left at the end.
    private static string Figures((long Low, long High)[] cells, long most) =>
        cells[^1] is var end && end.Low == end.High ? end.High == most ? $"{most}" : $"{most}, then {end.High}" : $"{most}, then {end.Low}..{end.High}";

    private static (long Low, long High)[]? Cells(TimeBands bands, string name, int width, double lasts)
    {
        if (bands.Phases.All(phase => !phase.Series.ContainsKey(name)))
        {
            return null;
        }

        var cells = new (long Low, long High)[width];
        for (var i = 0; i < width; i++)
        {
            var range = In(bands, name, lasts * i / width, lasts * (i + 1) / width);
            cells[i] = i == width - 1 ? End(bands, name, range) : range;
        }

        return cells;
    }

    // All steps that the span meets.
    private static (long Low, long High) In(TimeBands bands, string name, double from, double to)
    {
        var (low, high, begin) = (long.MaxValue, 0L, 0.0);
        foreach (var phase in bands.Phases)
        {
            var end = begin + phase.LastsS;
            if (end > from && begin < to && phase.Series.GetValueOrDefault(name) is { } series)
            {
                var last = series.Low.Length - 1;
                var first = Math.Clamp((int)((Math.Max(from, begin) - begin) / phase.StepS), 0, last);
                var final = Math.Clamp((int)((Math.Min(to, end) - begin) / phase.StepS), first, last);
                for (var i = first; i <= final; i++)
                {
                    (low, high) = (Math.Min(low, series.Low[i]), Math.Max(high, series.High[i]));
                }
            }

            begin = end;
        }

        return (low == long.MaxValue ? 0 : low, high);
    }

    private static (long Low, long High) End(TimeBands bands, string name, (long Low, long High) range) =>
        bands.Phases[^1].Series.GetValueOrDefault(name) is { } series ? (series.Low[^1], series.High[^1]) : range;
}
