using System.Globalization;
using System.Xml.Linq;

namespace LoadLab.Reporting.Html;

/// <summary>Names at the ends of lines, right of a plot's area: moved apart where lines end close to each other, each with a short line to its name.</summary>
internal static class LineEnds
{
    private const int LineHeight = 14;
    private const int TextLeft = 13;

    // Of a bold letter of 12 pixels, on average.
    private const double LetterWidth = 7.5;

    /// <summary>The picture.</summary>
    /// <param name="names">Each with the height of its line's end, a class of the style sheet, and the text.</param>
    /// <param name="top">Where the area begins, in pixels.</param>
    /// <param name="height">Of the picture.</param>
    public static XElement Of(IEnumerable<(double Up, string Class, string Text)> names, int top, int height)
    {
        var placed = names.OrderBy(name => name.Up).ToList();
        var at = new double[placed.Count];
        for (var i = 0; i < placed.Count; i++)
        {
            at[i] = Math.Max(placed[i].Up, i == 0 ? top - 8 : at[i - 1] + LineHeight);
        }

        for (var i = placed.Count - 1; i >= 0; i--)
        {
            at[i] = Math.Min(at[i], i == placed.Count - 1 ? height - 6 : at[i + 1] - LineHeight);
        }

        return Markup.Element(
            "svg",
            Markup.Is("class", "ends"),
            Markup.Is("width", Number((LetterWidth * placed.Max(name => name.Text.Length)) + TextLeft)),
            Markup.Is("height", height),
            Markup.Is("aria-hidden", "true"),
            placed.Select((name, i) => new[] { Leader(name.Class, name.Up, at[i]), Text(name.Class, at[i], name.Text) }));
    }

    private static XElement Leader(string @class, double from, double to) => Markup.Element(
        "line",
        Markup.Is("class", $"leader {@class}"),
        Markup.Is("x1", 1),
        Markup.Is("x2", 10),
        Markup.Is("y1", Number(from)),
        Markup.Is("y2", Number(to)));

    private static XElement Text(string @class, double at, string text) =>
        Markup.Element("text", Markup.Is("class", $"end {@class}"), Markup.Is("x", TextLeft), Markup.Is("y", Number(at + 4)), text);

    private static string Number(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.#}");
}
