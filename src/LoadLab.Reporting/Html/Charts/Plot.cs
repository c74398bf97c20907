using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace LoadLab.Reporting.Html;

/// <summary>A plot in three pictures side by side: numbers of the axis up, the area, and the names of lines at their ends.</summary>
/// <remarks>
/// The outer two have a fixed width and the area takes what is left, so text keeps its size on a phone and on a wide screen. Places along the area are
/// in percent; only lines are stretched, in an inner picture whose strokes are not. Colours are classes of the style sheet.
/// </remarks>
internal sealed class Plot
{
    private const double Wide = 1000;
    private const double HalfOfValue = 3;
    private const int Top = 18;
    private const int Below = 20;
    private const int AxisWidth = 52;
    private const double SamePixels = 1.5;

    private readonly int height;
    private readonly int below;
    private readonly Scale x;
    private readonly Scale y;
    private readonly XElement axis;
    private readonly XElement area;
    private readonly List<(double Up, string Class, string Text)> labels = [];

    /// <summary>An empty plot.</summary>
    /// <param name="id">Of the page, for its title and description.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="description">The same in words, for a reader who does not see it.</param>
    /// <param name="x">The axis along.</param>
    /// <param name="y">The axis up.</param>
    /// <param name="height">In pixels, axis included.</param>
    /// <param name="hasNumbers">False: its axis along has no numbers, since a plot right below has them.</param>
    public Plot(string id, string title, string description, Scale x, Scale y, int height, bool hasNumbers = true)
    {
        (this.x, this.y, this.height, below) = (x, y, height, hasNumbers ? Below : 2);
        area = Drawing(id, title, description, height);
        axis = Markup.Element("svg", Markup.Is("width", AxisWidth), Markup.Is("height", height), Markup.Is("aria-hidden", "true"));
    }

    /// <summary>An SVG element that is named and described to screen readers.</summary>
    public static XElement Drawing(string id, string title, string description, int height) => Markup.Element(
        "svg",
        Markup.Is("role", "img"),
        Markup.Is("aria-labelledby", $"{id}-t {id}-d"),
        Markup.Is("width", "100%"),
        Markup.Is("height", height),
        Markup.Element("title", Markup.Is("id", $"{id}-t"), title),
        Markup.Element("desc", Markup.Is("id", $"{id}-d"), description));

    /// <summary>A share of the width as SVG has it.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##}%");

    /// <summary>Lines across at round values, each with its number left of the area.</summary>
    public Plot Grid(Func<double, string> words, int about = 3)
    {
        foreach (var tick in y.Ticks(about))
        {
            area.Add(Across("grid", tick));
            Beside(tick, words(tick));
        }

        return this;
    }

    /// <summary>A text left of the area, at a value of the axis up.</summary>
    public Plot Beside(double value, string text)
    {
        axis.Add(Markup.Element(
            "text", Markup.Is("x", AxisWidth - 6), Markup.Is("y", Number(Up(value) + 4)), Markup.Is("text-anchor", "end"), text));
        return this;
    }

    /// <summary>A text right of the area, at a value of the axis up.</summary>
    public Plot Name(double value, string colour, string text)
    {
        labels.Add((Up(value), colour, text));
        return this;
    }

    /// <summary>Numbers along the axis; of many every second one is left out on a narrow screen.</summary>
    public Plot Along(Func<double, string> words, int about = 6)
    {
        var ticks = x.Ticks(about).ToList();
        var foot = height - below;
        area.Add(Markup.Element(
            "line", Markup.Is("class", "axis"), Markup.Is("x1", "0"), Markup.Is("x2", "100%"), Markup.Is("y1", foot), Markup.Is("y2", foot)));
        foreach (var (i, tick) in ticks.Index())
        {
            var place = x.Of(tick);
            var anchor = place < 0.03 ? "start" : place > 0.97 ? "end" : "middle";
            area.Add(Upright("axis", place, foot, foot + 4));
            area.Add(Markup.Element(
                "text",
                Markup.Is("class", i % 2 == 1 && ticks.Count > 4 ? "x minor" : "x"),
                Markup.Is("x", Percent(place)),
                Markup.Is("y", height - 5),
                Markup.Is("text-anchor", anchor),
                words(tick)));
        }

        return this;
    }

    /// <summary>A span of the axis along, from bottom to top, with a name above the area.</summary>
    public Plot Band(string @class, double from, double to, string name)
    {
        var (left, width) = (x.Of(from), x.Of(to) - x.Of(from));
        area.Add(
            Markup.Element(
                "rect",
                Markup.Is("class", @class),
                Markup.Is("x", Percent(left)),
                Markup.Is("y", 0),
                Markup.Is("width", Percent(width)),
                Markup.Is("height", height - below)),
            name.Length == 0 ? null : Markup.Element(
                "text", Markup.Is("class", "phase"), Markup.Is("x", Percent(left)), Markup.Is("dx", 3), Markup.Is("y", Top - 5), name));
        return this;
    }

    /// <summary>A bar from the bottom up to a value.</summary>
    public Plot Bar(string colour, double from, double to, double value, string says)
    {
        var top = Up(value);
        return Rectangle($"bar {colour}", from, Math.Max(to, from), top, height - below - top, says);
    }

    /// <summary>A box around a value of the axis up, over a span of the axis along.</summary>
    public Plot Box(string @class, double from, double to, double value, int pixels, string says) =>
        Rectangle(@class, from, to, Up(value) - (pixels / 2.0), pixels, says);

    /// <summary>A line across, at a value of the axis up, over a span of the axis along.</summary>
    public Plot Reach(string @class, double from, double to, double value)
    {
        area.Add(Markup.Element(
            "line",
            Markup.Is("class", @class),
            Markup.Is("x1", Percent(x.Of(from))),
            Markup.Is("x2", Percent(x.Of(to))),
            Markup.Is("y1", Number(Up(value))),
            Markup.Is("y2", Number(Up(value)))));
        return this;
    }

    /// <summary>A dot.</summary>
    public Plot Dot(string @class, double at, double value)
    {
        area.Add(Markup.Element(
            "circle", Markup.Is("class", @class), Markup.Is("cx", Percent(x.Of(at))), Markup.Is("cy", Number(Up(value))), Markup.Is("r", 4)));
        return this;
    }

    /// <summary>A line across at a value, with a name at its right end.</summary>
    public Plot Limit(double value, string name)
    {
        area.Add(Across("limit", value));
        labels.Add((Up(value), "limit", name));
        return this;
    }

    /// <summary>A line from bottom to top at a place, with a name at its top.</summary>
    /// <param name="at">The place.</param>
    /// <param name="name">Its name; "" for none.</param>
    /// <param name="class">Of the style; "minor" in it hides the name on a narrow screen.</param>
    public Plot Mark(double at, string name, string @class)
    {
        var place = x.Of(at);
        area.Add(
            Upright(@class, place, Top, height - below),
            name.Length == 0 ? null : Markup.Element(
                "text",
                Markup.Is("class", @class),
                Markup.Is("x", Percent(place)),
                Markup.Is("y", Top - 5),
                Markup.Is("text-anchor", place > 0.9 ? "end" : place < 0.05 ? "start" : "middle"),
                name));
        return this;
    }

    /// <summary>A range over the axis along, span by span; one that is a single value is a line of some pixels.</summary>
    public Plot Area(string colour, ImmutableArray<(double From, double To, double Low, double High)> spans)
    {
        var path = new StringBuilder();
        foreach (var (from, to, low, high) in spans)
        {
            var (left, right) = (x.Of(from) * Wide, x.Of(to) * Wide);
            var (top, bottom) = (Up(high) - HalfOfValue, Math.Min(Up(low) + HalfOfValue, height - below));
            path.Append(CultureInfo.InvariantCulture, $"M{left:0.#} {top:0.#}H{right:0.#}V{bottom:0.#}H{left:0.#}Z");
        }

        area.Add(Stretched(height, Markup.Element("path", Markup.Is("class", $"range {colour}"), Markup.Is("d", path.ToString()))));
        return this;
    }

    /// <summary>Lines that keep each value until the next one. Of lines that coincide each later one is narrower than the one below it.</summary>
    /// <returns>The groups of several lines that coincide.</returns>
    public ImmutableArray<ImmutableArray<PlotLine>> Lines(ImmutableArray<PlotLine> lines)
    {
        var groups = Coinciding.Groups(lines, x, (one, other) => Math.Abs(Up(one) - Up(other)) < SamePixels);
        foreach (var group in groups)
        {
            foreach (var (i, line) in group.Index())
            {
                var above = group.Length - 1 - i;
                area.Add(Path($"line over{Math.Min(above, 4)} {line.Colour}", line));
            }
        }

        foreach (var line in lines.Where(line => !line.Points.IsEmpty))
        {
            labels.Add((Up(line.Points[^1].Value), line.Colour, line.Label));
        }

        return [.. groups.Where(group => group.Length > 1)];
    }

    /// <summary>The pictures, and the names once more as a list, which is shown where there is no room beside the area.</summary>
    public XElement[] Build() =>
    [
        Markup.Classed("div", labels.Count == 0 ? "frame" : "frame labelled", axis, area, labels.Count == 0 ? null : LineEnds.Of(labels, Top, height)),
        .. labels.Count == 0 ? Array.Empty<XElement>() : [Markup.Classed("ul", "names", labels.Select(label => Markup.Classed("li", label.Class, label.Text)))],
    ];

    private XElement Path(string @class, PlotLine line)
    {
        var path = new StringBuilder();
        var (lastX, lastY) = (double.NaN, double.NaN);
        foreach (var (at, value) in line.Points)
        {
            var (px, py) = (Math.Round(x.Of(at) * Wide, 1), Math.Round(Up(value), 1));
            if (path.Length == 0)
            {
                path.Append(CultureInfo.InvariantCulture, $"M{px:0.#} {py:0.#}");
            }
            else
            {
                path.Append(px == lastX ? "" : string.Create(CultureInfo.InvariantCulture, $"H{px:0.#}"))
                    .Append(py == lastY ? "" : string.Create(CultureInfo.InvariantCulture, $"V{py:0.#}"));
            }

            (lastX, lastY) = (px, py);
        }

        return Stretched(height, Markup.Element("path", Markup.Is("class", @class), Markup.Is("d", path.ToString())));
    }

    // Drawn in units of its own along, so that it is as wide as the page gives it.
    private static XElement Stretched(int height, XElement content) => Markup.Element(
        "svg",
        Markup.Is("width", "100%"),
        Markup.Is("height", height),
        Markup.Is("viewBox", $"0 0 {Wide} {height}"),
        Markup.Is("preserveAspectRatio", "none"),
        content);

    private Plot Rectangle(string @class, double from, double to, double top, double pixels, string says)
    {
        area.Add(Markup.Element(
            "rect",
            Markup.Is("class", @class),
            Markup.Is("x", Percent(x.Of(from))),
            Markup.Is("y", Number(top)),
            Markup.Is("width", Percent(Math.Max(0.004, x.Of(to) - x.Of(from)))),
            Markup.Is("height", Number(pixels)),
            Markup.Element("title", says)));
        return this;
    }

    private static string Number(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.#}");

    private double Up(double value) => Top + ((1 - y.Of(value)) * (height - below - Top));

    private XElement Across(string @class, double value) => Markup.Element(
        "line",
        Markup.Is("class", @class),
        Markup.Is("x1", "0"),
        Markup.Is("x2", "100%"),
        Markup.Is("y1", Number(Up(value))),
        Markup.Is("y2", Number(Up(value))));

    private static XElement Upright(string @class, double place, double from, double to) => Markup.Element(
        "line",
        Markup.Is("class", @class),
        Markup.Is("x1", Percent(place)),
        Markup.Is("x2", Percent(place)),
        Markup.Is("y1", Number(from)),
        Markup.Is("y2", Number(to)));
}
