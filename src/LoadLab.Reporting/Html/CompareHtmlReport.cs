using System.Globalization;
using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>Several tunings side by side as one HTML file: medians with their spread, differences in words, exact figures.</summary>
public static class CompareHtmlReport
{
    private const int MostDots = 30;

    // A dot at the end of its axis has its right half, too.
    private const double Room = 1.04;

    // Differences that were seen come first: they are what the page is opened for.
    private static readonly (Difference Outcome, string Heading)[] Groups =
    [
        (Difference.Worse, "Worse than the first tuning"),
        (Difference.Better, "Better than the first tuning"),
        (Difference.Other, "Different, and neither better nor worse"),
        (Difference.NotSeen, "No difference seen"),
        (Difference.Same, "The same in all runs"),
    ];

    /// <summary>Writes report.html into a comparison's folder, in place of an older one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string folder, ComparisonDocument comparison) => ResultsFolder.Write(folder, FolderNames.Report, Of(comparison, Runs(folder)));

    /// <summary>The page.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="runs">Paths of the runs' folders below the comparison's.</param>
    public static string Of(ComparisonDocument comparison, IReadOnlyList<string> runs)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        ArgumentNullException.ThrowIfNull(runs);
        var metrics = comparison.Tunings.SelectMany(tuning => tuning.Metrics.Keys).Distinct()
            .Where(name => comparison.Tunings.Any(tuning => tuning.Metrics.GetValueOrDefault(name) is { } values && !(values.Low == 0 && values.High == 0)))
            .GroupBy(name => Outcome(comparison, name)).ToDictionary(group => group.Key, group => group.ToList());
        return HtmlPage.Of(
            $"{comparison.Scenario}: {string.Join(", ", comparison.Tunings.Select(tuning => tuning.Name))}",
            [Element("h1", $"{comparison.Scenario}, {comparison.Tunings.Length} tunings"), Classed("p", "soft", $"kernel {comparison.Kernel}")],
            [
                Answer(comparison, metrics),
                .. Groups.Where(group => metrics.ContainsKey(group.Outcome)).Select(group => Parts.Section(
                    EnumWords<Difference>.Of(group.Outcome),
                    group.Heading,
                    Classed("div", "plots", metrics[group.Outcome].Select(name => Metric(comparison, name))))),
                Tunings(comparison),
                RunLinks(runs),
            ]);
    }

    private static Difference Outcome(ComparisonDocument comparison, string metric)
    {
        var outcomes = comparison.Differences.Where(difference => difference.Metric == metric).Select(difference => difference.Outcome).ToHashSet();
        return Groups.Select(group => group.Outcome).FirstOrDefault(outcomes.Contains, Difference.NotSeen);
    }

    private static XElement Answer(ComparisonDocument comparison, Dictionary<Difference, List<string>> metrics)
    {
        var (better, worse) = (metrics.GetValueOrDefault(Difference.Better, []), metrics.GetValueOrDefault(Difference.Worse, []));
        var word = comparison.Failed.IsEmpty ? "held" : "broken";
        var (first, others) = (comparison.Tunings[0].Name, string.Join(" or ", comparison.Tunings.Skip(1).Select(tuning => tuning.Name)));
        var times = string.Join(" or ", comparison.Tunings.Select(tuning => tuning.Verdicts.Values.Sum()).Distinct().Order());
        return Parts.Answer(
            Classed(
                "div",
                $"answer {word}",
                Classed(
                    "p",
                    "verdict",
                    better.Count + worse.Count > 0 ? $"{better.Count} metrics better, {worse.Count} worse" : "No metric is seen to be better or worse"),
                comparison.Failed.Select(failed => Element("p", Element("strong", "✗ failed: "), failed)),
                Element("p", $"What changes from {first} to {others}? Each was run {times} times, in turn. All differences are against {first}."),
                better.Count + worse.Count == 0 ? null : Element("ul", comparison.Differences
                    .Where(difference => difference.Outcome is Difference.Better or Difference.Worse)
                    .Select(difference => Element("li", $"{difference.Metric}, {difference.B}: ", Words(difference))))),
            comparison.Notes.IsEmpty ? null : new[] { Element("h3", "Notes"), Element("ul", comparison.Notes.Select(note => Element("li", note))) },
            Classed("p", "soft", "Large dot: median. Line: from the least to the greatest of the runs. Small dot: one run, of up to 30. "
                + "A ratio is that of the medians with its 95 % interval. 'No difference seen' does not say that there is none."));
    }

    private static XElement Metric(ComparisonDocument comparison, string name)
    {
        var known = comparison.Tunings.Index().Where(tuning => tuning.Item.Metrics.ContainsKey(name))
            .Select(tuning => (tuning.Index, tuning.Item.Name, Values: tuning.Item.Metrics[name])).ToList();
        var unit = known[0].Values.Unit;
        var (least, most) = (known.Min(one => one.Values.Low), known.Max(one => one.Values.High));

        // Where values lie far apart, as a millisecond and a second do, a linear axis would show nothing of the smaller one.
        var x = least > 0 && most / least > 30 ? Scale.Decades(least, most)
            : most >= 1 ? Scale.UpTo(most * Room)
            : new Scale(0, most > 0 ? most * Room : 1);
        return Classed(
            "article",
            "card",
            Element("h3", name, unit.Length == 0 ? null : new object[] { " ", Classed("span", "unit", unit) }),
            comparison.Differences.Where(difference => difference.Metric == name).Select(difference => Element("p", $"{difference.B}: ", Words(difference))),
            Parts.Table(
                "ladder",
                $"Axis from {Text(x.Low, unit)} to {Text(x.High, unit)}{(x.IsLog ? ", logarithmic" : "")}",
                ["Tuning", "#Median", "#Least", "#Greatest", "#Runs", "Axis"],
                known.Select(one =>
                {
                    var path = $"tunings/{one.Index}/metrics/{name}";
                    return new object?[]
                    {
                        one.Name, Figure("median", one.Values.Median), Figure("low", one.Values.Low), Figure("high", one.Values.High),
                        $"{one.Values.Runs.Length}", Row(x, one.Values),
                    };

                    XElement Figure(string figure, double value) => Parts.Time($"{path}/{figure}", value, Text(value, unit));
                })));
    }

    // Its figures are beside it in the row, so it is hidden from screen readers.
    private static XElement Row(Scale x, MetricValues values) => Element(
        "svg",
        Is("width", "100%"),
        Is("height", 22),
        Is("aria-hidden", "true"),
        Element("line", Is("class", "grid"), Is("x1", "0"), Is("x2", "100%"), Is("y1", 11), Is("y2", 11)),
        Element("line", Is("class", "seen"), Is("x1", Plot.Percent(x.Of(values.Low))), Is("x2", Plot.Percent(x.Of(values.High))), Is("y1", 11), Is("y2", 11)),
        values.Runs.Length > MostDots ? null : values.Runs.Select(run =>
            Element("circle", Is("class", "run"), Is("cx", Plot.Percent(x.Of(run))), Is("cy", 11), Is("r", 2.5))),
        Element("circle", Is("class", "seen"), Is("cx", Plot.Percent(x.Of(values.Median))), Is("cy", 11), Is("r", 5)));

    private static XElement Tunings(ComparisonDocument comparison) => Parts.Section("tunings", "The tunings", comparison.Tunings.Select(tuning => new object?[]
    {
        Element("h3", tuning.Name),
        tuning.About.Length == 0 ? null : Element("p", tuning.About),
        tuning.Settings.IsEmpty
            ? Element("p", "As the scenario is.")
            : Element("ul", tuning.Settings.Select(setting => Element("li", Classed("span", "code", setting)))),
        Element("p", $"Runs: {string.Join(", ", tuning.Verdicts.Select(pair => $"{pair.Value} {pair.Key}"))}."),
    }));

    private static XElement? RunLinks(IReadOnlyList<string> runs) => runs.Count == 0 ? null : Parts.Section("runs", "The runs", Element("ul", runs.Select(run =>
        Element("li", Element("a", Is("href", $"{string.Join('/', run.Split('/').Select(Uri.EscapeDataString))}/{FolderNames.Report}"), run)))));

    private static XElement Words(MetricDifference difference) => Classed("span", EnumWords<Difference>.Of(difference.Outcome), difference.Words);

    private static string Text(double value, string unit) => unit == "s" ? SpecWords.Seconds(value) : value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string[] Runs(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, FolderNames.Report, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 })
            .Select(file => Path.GetRelativePath(folder, Path.GetDirectoryName(file)!)).Where(run => run != ".").Order(StringComparer.Ordinal),
    ];
}
