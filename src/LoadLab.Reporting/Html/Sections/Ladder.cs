using System.Collections.Immutable;
using System.Xml.Linq;
using LoadLab.Model;
using LoadLab.Reporting.Series;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>Retransmissions, one row an attempt: when the rules say it comes, and when it came.</summary>
internal static class Ladder
{
    public static XElement? Of(RunDocument run, RunSeries series)
    {
        XElement[] variants = Parts.OfVariants(run, (variant, index) => OfVariant(variant, series.Of(variant.Name), index, run.Variants.Length > 1));
        return variants.Length == 0 ? null : Parts.Section("ladder", "Retransmits", Element("p", "Seconds since the first transmission. The box is what the kernel's rules said before the run; the dot is the median of all connections, the line from the earliest to the latest."), variants);
    }

    private static IEnumerable<XElement> OfVariant(VariantResult variant, VariantSeries seen, int index, bool isOneOfSeveral)
    {
        foreach (var (kind, figures) in variant.Retransmits.Where(pair => pair.Value.Count > 0))
        {
            yield return Element(isOneOfSeveral ? "h4" : "h3", $"{kind}: ", Parts.Figure($"variants/{index}/retransmits/{kind}/count", figures.Count), " in all");
            if (figures.ScheduleS.IsEmpty)
            {
                yield return Element("p", "Counted by the kernel; without a packet tap the moments are not known.");
                continue;
            }

            yield return Rungs(kind, figures, seen, index);
        }
    }

    private static XElement Rungs(string kind, RetransmitFigures figures, VariantSeries seen, int index)
    {
        var most = figures.ScheduleS.Concat(figures.Spread.IsDefaultOrEmpty ? [] : figures.Spread.Select(spread => spread[1])).Concat(figures.PredictedS.IsDefaultOrEmpty ? [] : figures.PredictedS.Select(range => (double)range.High)).Max();
        var x = new Scale(0, most * 1.04);
        var path = $"variants/{index}/retransmits/{kind}";
        return Parts.Table(
            "stack ladder",
            $"{kind} retransmitted, from 0 to {x.High:0.###} s",
            ["Attempt", "#How many", "#Predicted, s", "#Seen, s (median)", "Earliest to latest, s", "On a time axis"],
            figures.ScheduleS.Select((at, i) =>
            {
                PredictedRange? predicted = figures.PredictedS.IsDefaultOrEmpty || i >= figures.PredictedS.Length ? null : figures.PredictedS[i];
                ImmutableArray<double>? spread = figures.Spread.IsDefaultOrEmpty || i >= figures.Spread.Length ? null : figures.Spread[i];
                var count = Count(kind, i + 1, seen);
                return new object?[]
                {
                    $"resend {i + 1}",
                    count is null ? "one client" : $"{count}",
                    predicted is { } range ? $"{range.Low:0.###}..{range.High:0.###}" : "no rule",
                    Parts.Time($"{path}/schedule_s/{i}", at, $"{at:0.###}"),
                    spread is { } ends ? new object?[] { Parts.Time($"{path}/spread/{i}/0", ends[0], $"{ends[0]:0.###}"), " to ", Parts.Time($"{path}/spread/{i}/1", ends[1], $"{ends[1]:0.###}") } : "",
                    Rung(x, at, predicted, spread),
                };
            }));
    }

    private static long? Count(string kind, int attempt, VariantSeries seen) =>
        Enum.GetValues<RetransmitKind>().Where(one => one.ToString().Equals(kind.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
            .Select(one => seen.Retransmits.TryGetValue((one, attempt), out var count) ? count : (long?)null).FirstOrDefault();

    // Its figures stand beside it in the row, so it is only there for the eye.
    private static XElement Rung(Scale x, double at, PredictedRange? predicted, ImmutableArray<double>? spread)
    {
        var svg = Element("svg", Is("width", "100%"), Is("height", 22), Is("aria-hidden", "true"), Element("line", Is("class", "grid"), Is("x1", "0"), Is("x2", "100%"), Is("y1", 11), Is("y2", 11)));
        if (predicted is { } range)
        {
            var (low, high) = (x.Of((double)range.Low), x.Of((double)range.High));
            svg.Add(Element("rect", Is("class", "predicted"), Is("x", Plot.Percent(low)), Is("y", 3), Is("width", Plot.Percent(Math.Max(0.004, high - low))), Is("height", 16)));
        }

        if (spread is { } ends)
        {
            svg.Add(Element("line", Is("class", "seen"), Is("x1", Plot.Percent(x.Of(ends[0]))), Is("x2", Plot.Percent(x.Of(ends[1]))), Is("y1", 11), Is("y2", 11)));
        }

        svg.Add(Element("circle", Is("class", "seen"), Is("cx", Plot.Percent(x.Of(at))), Is("cy", 11), Is("r", 4)));
        return svg;
    }
}
