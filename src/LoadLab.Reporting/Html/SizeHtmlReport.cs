using System.Globalization;
using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>A sizing as one HTML file: the answer, the curve of the condition's quantity over the setting, the runs, the lines to paste.</summary>
public static class SizeHtmlReport
{
    private const int Height = 240;
    private const double Room = 1.1;

    /// <summary>Writes report.html into a sizing's folder, in place of an older one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string folder, SizingDocument sizing) => ResultsFolder.Write(folder, FolderNames.Report, Of(sizing));

    /// <summary>The page.</summary>
    public static string Of(SizingDocument sizing)
    {
        ArgumentNullException.ThrowIfNull(sizing);
        return HtmlPage.Of(
            $"{sizing.Setting}: {sizing.Answer}",
            [Element("h1", $"{(sizing.Target.Length > 0 ? sizing.Target : sizing.Scenario)}: the {(sizing.Falling ? "greatest" : "smallest")} "
                + $"{sizing.Setting} that is enough"), Classed("p", "soft", $"kernel {sizing.Kernel}")],
            [Answer(sizing), Curve(sizing), Runs(sizing), Paste(sizing)]);
    }

    private static XElement Answer(SizingDocument sizing) => Parts.Answer(
        Classed("div", $"answer {EnumWords<Outcome>.Of(sizing.Verdict)}", Element("p", Element("strong", sizing.Answer))),
        Parts.Facts([.. SizeReport.Facts(sizing).GroupBy(fact => fact.Label)
            .Select(group => (group.Key, (object?)(group.Count() == 1 ? group.First().Text : group.Select(fact => Element("p", fact.Text)))))]));

    private static XElement? Curve(SizingDocument sizing)
    {
        var seen = sizing.Points.Where(point => !point.Quantity.IsEmpty)
            .Select(point => (At: (double)point.Value, Low: point.Quantity.Min(), High: point.Quantity.Max())).ToList();
        var said = sizing.Model.Select(one => (At: (double)one.Value, one.Low, one.High)).ToList();
        if (seen.Count + said.Count < 2)
        {
            return null;
        }

        var quantity = SizeReport.QuantityOf(sizing);
        var most = seen.Concat(said).Max(one => one.High);
        var x = new Scale(sizing.Low, Math.Max(sizing.High, sizing.Low + 1));
        var y = most >= 1 ? Scale.UpTo(most * Room) : new Scale(0, most > 0 ? most * Room : 1);
        var plot = new Plot("curve", $"{quantity} over {sizing.Setting}", $"{sizing.Answer} The values are in the table of runs.", x, y, Height)
            .Grid(Number).Along(Number);
        plot.Lines(
        [
            .. said.Count == 0 ? Array.Empty<PlotLine>() : [new PlotLine("grey", "model, most of the draws", [.. said.Select(one => (one.At, one.High))])],
            .. seen.Count == 0 ? Array.Empty<PlotLine>() : [new PlotLine("blue", "kernel, most of the runs", [.. seen.Select(one => (one.At, one.High))])],
        ]);
        if (sizing.Enough is { } enough)
        {
            plot.Mark(enough, $"{enough}{sizing.Unit}", "mark");
        }

        return Parts.Section("curve-section", "The curve", Parts.Figure("curve", $"{quantity} over {sizing.Setting}", quantity, plot.Build()));
    }

    private static XElement? Runs(SizingDocument sizing) => sizing.Points.IsEmpty ? null : Parts.Section(
        "runs",
        "The runs",
        Parts.Table("stack", "Each value that was run", [.. SizeReport.Columns(sizing).Select((column, i) => i == 0 ? column : $"#{column}")],
            SizeReport.Rows(sizing).Select(row => (object?[])[.. row])));

    private static XElement? Paste(SizingDocument sizing) => sizing.Paste.IsEmpty ? null : Parts.Section(
        "paste",
        "Lines to paste",
        sizing.Paste.Select(place => new[] { Element("h3", place.Place), Element("pre", string.Join('\n', place.Lines)) }));

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
