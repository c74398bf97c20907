using System.Globalization;
using System.Xml.Linq;
using LoadLab.Model;
using LoadLab.Reporting.Series;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>
/// How long connects took: a strip for each outcome on one logarithmic axis, with the moments at which an unanswered SYN is retransmitted.
/// </summary>
internal static class LatencyPlots
{
    private const int BinsPerDecade = 12;
    private const int NamedSteps = 3;
    private const int MostSteps = 8;
    private const int StripHeight = 74;

    // How far apart names of steps are at least, as a share of the width, so that they do not meet on a narrow screen.
    private const double Near = 0.34;

    /// <summary>One figure, or none.</summary>
    public static IEnumerable<XElement> Of(PlotContext context)
    {
        var kinds = Kinds(context.Seen).Where(kind => kind.Times.Count > 0).ToList();
        if (kinds.Count == 0)
        {
            yield break;
        }

        var steps = Steps(context.Plan, context.Variant.Name);
        var bins = kinds.ToDictionary(kind => kind, kind => Bins(kind.Times));
        var id = $"v{context.Index}-latency";
        yield return Parts.Figure(
            id,
            "Connect latency",
            "connects, both axes logarithmic",
            context.Variant.Connections.Latency is { } latency ? Figures(latency, $"variants/{context.Index}/connections/latency") : null,
            Strips(kinds, bins, steps, id),
            Classed("p", "soft", $"From the moment at which a connect was due to its end.{Dashed(steps)}"),
            Parts.Behind("Figures", Table(kinds, bins)));
    }

    private static IEnumerable<Kind> Kinds(VariantSeries seen)
    {
        var first = seen.Resent.Values.Aggregate(seen.Latency, (left, resent) => left.Without(resent));
        yield return new Kind(seen.Resent.Count == 0 ? "established" : "established by the first SYN", SeriesColour.Established, first);
        foreach (var (times, latency) in seen.Resent)
        {
            yield return new Kind(
                $"established after {times}{(times == ResentConnects.Most ? " or more" : "")} retransmitted SYN{(times == 1 ? "" : "s")}",
                SeriesColour.SynRetransmits,
                latency);
        }

        foreach (var (errno, times) in seen.FailedAfter)
        {
            yield return new Kind($"failed with {errno}", SeriesColour.Failed, times);
        }
    }

    private static string Dashed(List<double> steps)
    {
        var times = string.Join(", ", steps.Take(MostSteps).Select(step => $"{step:0.#} s"));
        return steps.Count == 0 ? "" : $" Dashed: an unanswered SYN is retransmitted after {times}{(steps.Count > MostSteps ? " and so on" : "")}; "
            + "a connect just to the right of a line was answered after that SYN.";
    }

    private static XElement Figures(LatencyFigures latency, string path) => Parts.Tiles(
        ("shortest", Parts.Time($"{path}/min_s", latency.MinS, SpecWords.Seconds(latency.MinS))),
        ("median", Parts.Time($"{path}/p50_s", latency.P50S, SpecWords.Seconds(latency.P50S))),
        ("p90", Parts.Time($"{path}/p90_s", latency.P90S, SpecWords.Seconds(latency.P90S))),
        ("p99", Parts.Time($"{path}/p99_s", latency.P99S, SpecWords.Seconds(latency.P99S))),
        ("longest", Parts.Time($"{path}/max_s", latency.MaxS, SpecWords.Seconds(latency.MaxS))));

    private static IEnumerable<object> Strips(List<Kind> kinds, Dictionary<Kind, SortedDictionary<int, long>> bins, List<double> steps, string id)
    {
        var least = bins.Values.SelectMany(bin => bin.Keys).Min();
        var last = steps.Count == 0 ? least : BinOf(steps[Math.Min(NamedSteps, steps.Count) - 1]) + 1;
        var greatest = Math.Max(bins.Values.SelectMany(bin => bin.Keys).Max() + 1, last);
        var x = Scale.Decades(From(least), From(greatest));
        var most = bins.Values.SelectMany(bin => bin.Values).Max();
        var y = new Scale(0.7, Math.Max(10, Math.Pow(10, Math.Ceiling(Math.Log10(most)))), IsLog: true);
        foreach (var (i, kind) in kinds.Index())
        {
            yield return Classed("p", $"strip {SeriesColour.Of(kind.Thing)}", $"{kind.Name}: {kind.Times.Count}");
            yield return Strip(kind, bins[kind], x, y, steps, i == 0, i == kinds.Count - 1, $"{id}{i}");
        }
    }

    private static XElement[] Strip(
        Kind kind, SortedDictionary<int, long> bins, Scale x, Scale y, List<double> steps, bool isFirst, bool isLast, string id)
    {
        var description = $"{kind.Times.Count}, from {SpecWords.Seconds(kind.Times.Min.Seconds)} to {SpecWords.Seconds(kind.Times.Max.Seconds)}";
        var plot = new Plot(id, kind.Name, description, x, y, isLast ? StripHeight + 18 : StripHeight, isLast);
        plot.Grid(value => value.ToString("#,0", CultureInfo.InvariantCulture));
        if (isLast)
        {
            plot.Along(SpecWords.Seconds);
        }

        var labelled = double.NegativeInfinity;
        foreach (var (i, step) in steps.Take(MostSteps).Index().Where(step => step.Item <= x.High))
        {
            var room = x.Of(step) - labelled;
            labelled = room > Near ? x.Of(step) : labelled;
            plot.Mark(step, isFirst && room > Near ? $"SYN {i + 2}: {step:0.#} s" : "", "step");
        }

        foreach (var (bin, count) in bins)
        {
            var says = $"{count} {kind.Name}, {SpecWords.Seconds(From(bin))} to {SpecWords.Seconds(From(bin + 1))}";
            plot.Bar(SeriesColour.Of(kind.Thing), From(bin), From(bin + 1), count, says);
        }

        return plot.Build();
    }

    private static XElement Table(List<Kind> kinds, Dictionary<Kind, SortedDictionary<int, long>> bins) => Parts.Table(
        "named",
        "Connects by how long they took",
        ["from", "to", .. kinds.Select(kind => $"#{kind.Name}")],
        bins.Values.SelectMany(bin => bin.Keys).Distinct().Order()
            .Select(bin => new object?[] { SpecWords.Seconds(From(bin)), SpecWords.Seconds(From(bin + 1)) }
            .Concat(kinds.Select(kind => (object?)(bins[kind].TryGetValue(bin, out var count) ? count : "")))
            .ToArray()));

    private static List<double> Steps(Plan plan, string variant)
    {
        var predictions = plan.Variants.FirstOrDefault(one => one.Name == variant)?.Predictions ?? [];
        return
        [
            .. Enumerable.Range(1, 64)
                .Select(step => RunQuantities.Step.Of(new RetransmitStep(RetransmitKind.Syn, step)))
                .Select(quantity => predictions.FirstOrDefault(prediction => prediction.Quantity == quantity))
                .TakeWhile(prediction => prediction is not null)
                .Select(prediction => (double)prediction!.Range.Low),
        ];
    }

    private static SortedDictionary<int, long> Bins(LatencyHistogram times)
    {
        var bins = new SortedDictionary<int, long>();
        foreach (var (_, to, count) in times.Buckets())
        {
            var bin = BinOf(Math.Max(1, Math.Min(to.Value, times.Max.Value)) / 1e9);
            bins[bin] = bins.GetValueOrDefault(bin) + count;
        }

        return bins;
    }

    private static int BinOf(double seconds) => (int)Math.Floor(Math.Log10(seconds) * BinsPerDecade);

    private static double From(int bin) => Math.Pow(10, (double)bin / BinsPerDecade);

    private sealed record Kind(string Name, string Thing, LatencyHistogram Times);
}
