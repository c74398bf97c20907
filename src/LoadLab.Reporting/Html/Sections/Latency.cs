using System.Globalization;
using System.Xml.Linq;
using LoadLab.Model;
using LoadLab.Reporting.Series;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>How long connects took, on a logarithmic axis, with the moments at which an unanswered SYN is retransmitted.</summary>
internal static class Latency
{
    private const int BinsPerDecade = 12;
    private const int NamedSteps = 3;
    private const int MostSteps = 8;

    // How far apart names of steps are at least, as a share of the width: on a wide screen, and on a narrow one.
    private const double Near = 0.08;
    private const double Wide = 0.22;

    public static XElement? Of(Plan plan, RunDocument run, RunSeries series)
    {
        XElement[] variants = Parts.OfVariants(run, (variant, index) => OfVariant(plan, variant, series.Of(variant.Name), index));
        return variants.Length == 0 ? null : Parts.Section("latency", "Connect latency", Element("p", "From the moment at which a connect was due to the end of its handshake. Both axes are logarithmic, so that one connect of thousands is seen."), variants);
    }

    private static IEnumerable<XElement> OfVariant(Plan plan, VariantResult variant, VariantSeries seen, int index)
    {
        var kinds = Kinds(seen).Where(kind => kind.Times.Count > 0).ToList();
        if (kinds.Count == 0)
        {
            yield break;
        }

        if (variant.Connections.Latency is { } latency)
        {
            yield return Figures(latency, $"variants/{index}/connections/latency");
        }

        var steps = Steps(plan, variant.Name);
        var bins = kinds.ToDictionary(kind => kind, kind => Bins(kind.Times));
        var least = bins.Values.SelectMany(bin => bin.Keys).Min();
        var greatest = Math.Max(bins.Values.SelectMany(bin => bin.Keys).Max() + 1, steps.Count == 0 ? least : BinOf(steps[Math.Min(NamedSteps, steps.Count) - 1]) + 1);
        var x = Scale.Decades(From(least), From(greatest));
        var y = new Scale(0.7, Math.Pow(10, Math.Ceiling(Math.Log10(bins.Values.SelectMany(bin => bin.Values).Max() * 1.2))), IsLog: true);
        yield return Element(
            "figure",
            Element("figcaption", "Connects by how long they took"),
            Parts.BarLegend(kinds.Select((kind, i) => ($"s{(i % 6) + 1}", $"{kind.Name} ({kind.Times.Count})"))),
            Draw(kinds, bins, x, y, steps, $"v{index}-latency"),
            steps.Count == 0 ? null : Classed("p", "soft", $"Dashed: an unanswered SYN is retransmitted {string.Join(", ", steps.Take(MostSteps).Select(step => $"{step:0.#} s"))}{(steps.Count > MostSteps ? " …" : "")} after the first. Connects just right of such a line were answered by that SYN."),
            Parts.Behind("The same in figures", Table(kinds, bins)));
    }

    private static IEnumerable<Kind> Kinds(VariantSeries seen)
    {
        var first = seen.Resent.Values.Aggregate(seen.Latency, (left, resent) => left.Without(resent));
        yield return new Kind(seen.Resent.Count == 0 ? "established" : "established by the first SYN", first);
        foreach (var (times, latency) in seen.Resent)
        {
            yield return new Kind($"established after {times}{(times == ResentConnects.Most ? " or more" : "")} SYN{(times == 1 ? "" : "s")} retransmitted", latency);
        }

        foreach (var (errno, times) in seen.FailedAfter)
        {
            yield return new Kind($"failed with {errno}", times);
        }
    }

    private static XElement Figures(LatencyFigures latency, string path) => Parts.Facts(
        ("Established", Parts.Figure($"{path}/count", latency.Count)),
        ("Shortest", Parts.Time($"{path}/min_s", latency.MinS, SpecWords.Seconds(latency.MinS))),
        ("Median", Parts.Time($"{path}/p50_s", latency.P50S, SpecWords.Seconds(latency.P50S))),
        ("9 of 10 within", Parts.Time($"{path}/p90_s", latency.P90S, SpecWords.Seconds(latency.P90S))),
        ("99 of 100 within", Parts.Time($"{path}/p99_s", latency.P99S, SpecWords.Seconds(latency.P99S))),
        ("Longest", Parts.Time($"{path}/max_s", latency.MaxS, SpecWords.Seconds(latency.MaxS))));

    private static XElement Draw(List<Kind> kinds, Dictionary<Kind, SortedDictionary<int, long>> bins, Scale x, Scale y, List<double> steps, string id)
    {
        var description = string.Join("; ", kinds.Select(kind => $"{kind.Name}: {kind.Times.Count}, from {SpecWords.Seconds(kind.Times.Min.Seconds)} to {SpecWords.Seconds(kind.Times.Max.Seconds)}"));
        var plot = new Plot(id, "Connects by how long they took", description, x, y, 220);
        plot.Grid(value => value.ToString("0", CultureInfo.InvariantCulture)).Along(SpecWords.Seconds);
        var labelled = double.NegativeInfinity;
        foreach (var (i, step) in steps.Take(MostSteps).Index().Where(step => step.Item <= x.High))
        {
            var room = x.Of(step) - labelled;
            labelled = room > Near ? x.Of(step) : labelled;
            plot.Mark(step, room > Near ? $"SYN {i + 2}: {step:0.#} s" : "", room > Wide ? "step" : "step minor");
        }

        // Where two kinds share a bin the smaller one stands in front.
        foreach (var (bin, kind, count) in bins.SelectMany(pair => pair.Value.Select(bin => (Bin: bin.Key, pair.Key, Count: bin.Value))).OrderByDescending(bar => bar.Count))
        {
            plot.Bar($"s{(kinds.IndexOf(kind) % 6) + 1}", From(bin), From(bin + 1), count, $"{count} {kind.Name}, {SpecWords.Seconds(From(bin))} to {SpecWords.Seconds(From(bin + 1))}");
        }

        return plot.Build();
    }

    private static XElement Table(List<Kind> kinds, Dictionary<Kind, SortedDictionary<int, long>> bins) => Parts.Table(
        "named",
        "Connects by how long they took",
        ["from", "to", .. kinds.Select(kind => $"#{kind.Name}")],
        bins.Values.SelectMany(bin => bin.Keys).Distinct().Order().Select(bin => new object?[] { SpecWords.Seconds(From(bin)), SpecWords.Seconds(From(bin + 1)) }
            .Concat(kinds.Select(kind => (object?)(bins[kind].TryGetValue(bin, out var count) ? count : ""))).ToArray()));

    private static List<double> Steps(Plan plan, string variant)
    {
        var predictions = plan.Variants.FirstOrDefault(one => one.Name == variant)?.Predictions ?? [];
        return [.. Enumerable.Range(1, 64).Select(step => predictions.FirstOrDefault(prediction => prediction.Quantity == RunQuantities.Step.Of(new RetransmitStep(RetransmitKind.Syn, step)))).TakeWhile(prediction => prediction is not null).Select(prediction => (double)prediction!.Range.Low)];
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

    private sealed record Kind(string Name, LatencyHistogram Times);
}
