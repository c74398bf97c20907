using System.Collections.Immutable;
using System.Xml.Linq;
using LoadLab.Model;
using LoadLab.Reporting.Series;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>Retransmissions, one row an attempt: when the rules say it comes, and when it came.</summary>
internal static class LadderPlots
{
    private const int RowHeight = 24;
    private const int BoxHeight = 14;
    private const int Around = 40;
    private const double Room = 1.04;

    /// <summary>A figure for each kind of segment of which the moments are known.</summary>
    public static IEnumerable<XElement> Of(PlotContext context) => context.Variant.Retransmits
        .Where(pair => pair.Value.Count > 0 && !pair.Value.ScheduleS.IsEmpty)
        .Select(pair => Draw(pair.Key, pair.Value, context));

    private static XElement Draw(string kind, RetransmitFigures figures, PlotContext context)
    {
        var rows = figures.ScheduleS.Length;
        var most = figures.ScheduleS
            .Concat(figures.Spread.IsDefaultOrEmpty ? [] : figures.Spread.Select(spread => spread[1]))
            .Concat(figures.PredictedS.IsDefaultOrEmpty ? [] : figures.PredictedS.Take(rows).Select(range => (double)range.High))
            .Max();
        var (x, y) = (new Scale(0, most * Room), new Scale(0.5, rows + 0.5));
        var id = $"v{context.Index}-retransmits-{kind}";
        var description = string.Join("; ", figures.ScheduleS.Select((at, i) => $"{i + 1}: {Predicted(figures, i)}, seen {at:0.###} s"));
        var plot = new Plot(id, $"{kind} retransmissions", description, x, y, (rows * RowHeight) + Around).Along(value => $"{value:0.###} s");
        foreach (var (i, at) in figures.ScheduleS.Index())
        {
            // The first attempt is the highest row.
            var row = rows - i;
            plot.Beside(row, $"{i + 1}").Reach("grid", 0, x.High, row);
            if (RangeOf(figures, i) is { } range)
            {
                plot.Box("predicted", (double)range.Low, (double)range.High, row, BoxHeight, Predicted(figures, i));
            }

            if (SpreadOf(figures, i) is { } ends)
            {
                plot.Reach("seen", ends[0], ends[1], row);
            }

            plot.Dot("seen", at, row).Name(row, "plain", $"{at:0.###} s");
        }

        return Parts.Figure(
            id,
            $"{kind} retransmissions",
            "attempt, by time since the first",
            plot.Build(),
            Element(
                "p",
                Parts.Figure($"variants/{context.Index}/retransmits/{kind}/count", figures.Count),
                " in all. Box: predicted before the run. Dot: median of all connections, with a line from the earliest to the latest."),
            Parts.Behind("Figures", Table(kind, figures, context)));
    }

    private static XElement Table(string kind, RetransmitFigures figures, PlotContext context)
    {
        var path = $"variants/{context.Index}/retransmits/{kind}";
        return Parts.Table(
            "named",
            "Seconds since the first transmission",
            ["Attempt", "#connections", "#predicted", "#median", "#earliest to latest"],
            figures.ScheduleS.Select((at, i) => new object?[]
            {
                $"{i + 1}",
                Count(kind, i + 1, context.Seen) is { } count ? $"{count}" : "one client",
                RangeOf(figures, i) is { } range ? $"{range.Low:0.###}..{range.High:0.###}" : "no rule",
                Parts.Time($"{path}/schedule_s/{i}", at, $"{at:0.###}"),
                SpreadOf(figures, i) is { } ends
                    ? new object?[]
                    {
                        Parts.Time($"{path}/spread/{i}/0", ends[0], $"{ends[0]:0.###}"),
                        " to ",
                        Parts.Time($"{path}/spread/{i}/1", ends[1], $"{ends[1]:0.###}"),
                    }
                    : "",
            }));
    }

    private static string Predicted(RetransmitFigures figures, int index) =>
        RangeOf(figures, index) is { } range ? $"predicted {range.Low:0.###} to {range.High:0.###} s" : "no rule";

    private static PredictedRange? RangeOf(RetransmitFigures figures, int index) =>
        figures.PredictedS.IsDefaultOrEmpty || index >= figures.PredictedS.Length ? null : figures.PredictedS[index];

    private static ImmutableArray<double>? SpreadOf(RetransmitFigures figures, int index) =>
        figures.Spread.IsDefaultOrEmpty || index >= figures.Spread.Length ? null : figures.Spread[index];

    private static long? Count(string kind, int attempt, VariantSeries seen) => Enum.GetValues<RetransmitKind>()
        .Where(one => one.ToString().Equals(kind.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
        .Select(one => seen.Retransmits.TryGetValue((one, attempt), out var count) ? count : (long?)null)
        .FirstOrDefault();
}
