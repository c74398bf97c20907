using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace LoadLab.Reporting.Html;

/// <summary>A plot as SVG that takes the width there is: places along it are in percent, so text keeps its size on a phone and on a wide screen.</summary>
/// <remarks>
/// Only lines are stretched, in an inner picture whose strokes are not. Colours are classes of the page's style, so that a plot follows light and
/// dark; lines of different classes differ by their dashes, too.
/// </remarks>
internal sealed class Plot
{
    private const double Wide = 1000;
    private const int Top = 16;
    private const int Below = 20;
    private readonly int height;
    private readonly Scale x;
    private readonly Scale y;
    private readonly XElement svg;

    /// <summary>An empty plot.</summary>
    /// <param name="id">Of the page, for its title and description.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="description">What is to be seen, for who cannot see it.</param>
    /// <param name="x">The axis along.</param>
    /// <param name="y">The axis up.</param>
    /// <param name="height">In pixels, axis included.</param>
    public Plot(string id, string title, string description, Scale x, Scale y, int height)
    {
        (this.x, this.y, this.height) = (x, y, height);
        svg = Drawing(id, title, description, height);
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

    /// <summary>Lines across at round values, each with its number.</summary>
    public Plot Grid(Func<double, string> words, int about = 3)
    {
        foreach (var tick in y.Ticks(about))
        {
            svg.Add(Across("grid", tick), Markup.Element("text", Markup.Is("class", "y"), Markup.Is("x", 2), Markup.Is("y", Up(tick) - 3), words(tick)));
        }

        return this;
    }

    /// <summary>Numbers along the axis; of many every second one gives way on a narrow screen.</summary>
    public Plot Along(Func<double, string> words, int about = 8)
    {
        var ticks = x.Ticks(about).ToList();
        svg.Add(Markup.Element("line", Markup.Is("class", "axis"), Markup.Is("x1", "0"), Markup.Is("x2", "100%"), Markup.Is("y1", height - Below), Markup.Is("y2", height - Below)));
        foreach (var (i, tick) in ticks.Index())
        {
            var place = x.Of(tick);
            var anchor = place < 0.03 ? "start" : place > 0.97 ? "end" : "middle";
            svg.Add(
                Upright("axis", place, height - Below, height - Below + 4),
                Markup.Element("text", Markup.Is("class", i % 2 == 1 && ticks.Count > 4 ? "x minor" : "x"), Markup.Is("x", Percent(place)), Markup.Is("y", height - 5), Markup.Is("text-anchor", anchor), words(tick)));
        }

        return this;
    }

    /// <summary>A span of the axis along, from bottom to top.</summary>
    public Plot Band(string @class, double from, double to)
    {
        svg.Add(Markup.Element("rect", Markup.Is("class", @class), Markup.Is("x", Percent(x.Of(from))), Markup.Is("y", Top), Markup.Is("width", Percent(x.Of(to) - x.Of(from))), Markup.Is("height", height - Below - Top)));
        return this;
    }

    /// <summary>A bar from the bottom up to a value.</summary>
    public Plot Bar(string @class, double from, double to, double value, string says)
    {
        var top = Up(value);
        svg.Add(Markup.Element(
            "rect",
            Markup.Is("class", @class),
            Markup.Is("x", Percent(x.Of(from))),
            Markup.Is("y", Number(top)),
            Markup.Is("width", Percent(Math.Max(0.002, x.Of(to) - x.Of(from)))),
            Markup.Is("height", Number(height - Below - top)),
            Markup.Element("title", says)));
        return this;
    }

    /// <summary>A line across at a value, with a name at its right end.</summary>
    public Plot Limit(double value, string name)
    {
        svg.Add(
            Across("limit", value),
            Markup.Element("text", Markup.Is("class", "limit"), Markup.Is("x", "100%"), Markup.Is("y", Number(Up(value) - 3)), Markup.Is("text-anchor", "end"), name));
        return this;
    }

    /// <summary>A line from bottom to top at a place, with a name at its top.</summary>
    /// <param name="at">The place.</param>
    /// <param name="name">Its name; "" for none.</param>
    /// <param name="class">Of the style; "minor" in it hides the name on a narrow screen.</param>
    public Plot Mark(double at, string name, string @class)
    {
        var place = x.Of(at);
        svg.Add(
            Upright(@class, place, Top, height - Below),
            name.Length == 0 ? null : Markup.Element("text", Markup.Is("class", @class), Markup.Is("x", Percent(place)), Markup.Is("y", Top - 4), Markup.Is("text-anchor", place > 0.9 ? "end" : place < 0.05 ? "start" : "middle"), name));
        return this;
    }

    /// <summary>A line through points that keeps each value until the next one.</summary>
    public Plot Steps(string @class, IEnumerable<(double At, double Value)> points)
    {
        var path = new StringBuilder();
        var (lastX, lastY) = (double.NaN, double.NaN);
        foreach (var (at, value) in points)
        {
            var (px, py) = (Math.Round(x.Of(at) * Wide, 1), Math.Round(Up(value), 1));
            if (path.Length == 0)
            {
                path.Append(CultureInfo.InvariantCulture, $"M{px:0.#} {py:0.#}");
            }
            else
            {
                path.Append(px == lastX ? "" : string.Create(CultureInfo.InvariantCulture, $"H{px:0.#}")).Append(py == lastY ? "" : string.Create(CultureInfo.InvariantCulture, $"V{py:0.#}"));
            }

            (lastX, lastY) = (px, py);
        }

        svg.Add(Markup.Element(
            "svg",
            Markup.Is("width", "100%"),
            Markup.Is("height", height),
            Markup.Is("viewBox", $"0 0 {Wide} {height}"),
            Markup.Is("preserveAspectRatio", "none"),
            Markup.Element("path", Markup.Is("class", $"line {@class}"), Markup.Is("d", path.ToString()))));
        return this;
    }

    /// <summary>The picture.</summary>
    public XElement Build() => svg;

    private static string Number(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.#}");

    private double Up(double value) => Top + ((1 - y.Of(value)) * (height - Below - Top));

    private XElement Across(string @class, double value) =>
        Markup.Element("line", Markup.Is("class", @class), Markup.Is("x1", "0"), Markup.Is("x2", "100%"), Markup.Is("y1", Number(Up(value))), Markup.Is("y2", Number(Up(value))));

    private static XElement Upright(string @class, double place, double from, double to) =>
        Markup.Element("line", Markup.Is("class", @class), Markup.Is("x1", Percent(place)), Markup.Is("x2", Percent(place)), Markup.Is("y1", Number(from)), Markup.Is("y2", Number(to)));
}
