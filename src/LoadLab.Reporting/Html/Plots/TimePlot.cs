using System.Collections.Immutable;
using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>A plot over the time of a run, with its phases named above it and its figures as a table.</summary>
internal static class TimePlot
{
    private const int MostRows = 40;
    private const double PhaseNameWidth = 0.017;
    private const int Far = 5;
    private const int Few = 10;

    /// <summary>The figures of panels; none without a time axis.</summary>
    public static IEnumerable<XElement> Of(PlotContext context, IEnumerable<TimePanel> panels) =>
        context.Time is { } x ? panels.Select(panel => Draw(panel, context, x)) : [];

    private static XElement Draw(TimePanel panel, PlotContext context, Scale x)
    {
        var id = $"v{context.Index}-{panel.Id}";
        ImmutableArray<PredictedBand> bands =
        [
            .. panel.Bands.Select(predicted => PredictedBand.Of(predicted, context.Bands, context.Variant.Phases, x.High)).OfType<PredictedBand>(),
        ];
        var most = panel.Lines.Max(line => line.Trace.Most);
        if (!bands.IsEmpty)
        {
            most = Math.Max(most, bands.Max(band => band.Most));
        }

        // A limit far above all that was seen would press the lines to the ground: it is given in words then.
        var near = panel.Limits.Where(limit => limit.Value <= Math.Max(most, Few) * Far).ToList();
        var y = Scale.UpTo(near.Select(limit => limit.Value).Append(most).Max() * 1.05);
        var values = panel.Lines.Select(line => $"{line.Name}: at most {line.Trace.Most:0.###}, at the end {line.Trace.Last:0.###}");
        var plot = new Plot(id, panel.Title, string.Join("; ", values.Concat(panel.Limits.Select(limit => limit.Name))), x, y, context.Height);
        foreach (var (i, phase) in context.Variant.Phases.Index())
        {
            var (from, to) = (phase.FromS, phase.ToS ?? x.High);
            plot.Band(i % 2 == 0 ? "band" : "free", from, to, PhaseName(phase.Name, i, x.Of(to) - x.Of(from)));
        }

        plot.Grid(value => $"{value:#,0.###}").Along(value => $"{value - x.Zero:0.###} s");
        foreach (var limit in near)
        {
            plot.Limit(limit.Value, limit.Name);
        }

        foreach (var band in bands)
        {
            plot.Area(band.Colour, band.Spans);
        }

        var together = plot.Lines([.. panel.Lines.Select(line => ToLine(line, x))]);
        return Parts.Figure(
            id,
            panel.Title,
            panel.Unit,
            plot.Build(),
            together.IsEmpty ? null : Classed("p", "soft", $"Same values, the narrow line on the wide one: {string.Join("; ", together.Select(Names))}."),
            bands.IsEmpty ? null : Classed("p", "soft", context.Bands is { IsReplayed: true }
                ? "Shaded: what the kernel model gives with the delays that this run was seen to have." : "Shaded: what the kernel model predicts."),
            panel.Limits.Except(near).Select(limit => Classed("p", "soft", $"The limit is far above: {limit.Name}.")),
            Parts.Behind("Figures", Table(panel, x)));
    }

    // A phase that is too short for its name has its number, as in the list of phases.
    private static string PhaseName(string name, int index, double width) =>
        width > PhaseNameWidth * name.Length ? name : width > 2 * PhaseNameWidth ? $"{index + 1}" : "";

    // Without the value at a label's end.
    private static string Names(ImmutableArray<PlotLine> group) => string.Join(" and ", group.Select(line => line.Label[..line.Label.LastIndexOf(' ')]));

    private static PlotLine ToLine(TimePanel.Line line, Scale x)
    {
        var points = line.FromZero ? line.Trace.Points().Prepend((x.Low, 0)) : line.Trace.Points();
        return new PlotLine(SeriesColour.Of(line.Thing), $"{line.Name} {line.Trace.Last:#,0.###}", [.. points.Append((x.High, line.Trace.Last))]);
    }

    private static XElement Table(TimePanel panel, Scale x)
    {
        var step = (x.High - x.Low) / MostRows;
        return Parts.Table(
            "named",
            $"The greatest value in each {SpecWords.Seconds(step)}",
            ["#from", .. panel.Lines.Select(line => $"#{line.Name}")],
            Enumerable.Range(0, MostRows).Select(i => new object?[] { $"{x.Low - x.Zero + (i * step):0.###} s" }
                .Concat(panel.Lines.Select(line => line.Trace.MostIn(x.Low + (i * step), x.Low + ((i + 1) * step)) is { } value ? $"{value:0.###}" : ""))
                .ToArray()));
    }
}
