using System.Globalization;
using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>The parts that pages are made of.</summary>
internal static class Parts
{
    /// <summary>A figure of run.json: its exact value beside the text for people, and where in run.json it is.</summary>
    /// <param name="path">The place, e.g. <c>variants/0/connections/attempted</c>.</param>
    /// <param name="value">As run.json has it; null: was not seen.</param>
    /// <param name="text">For people; null: the number itself.</param>
    public static XElement Figure(string path, decimal? value, string? text = null) => value is { } number
        ? Element("data", Is("value", Exact(number)), Is("data-figure", path), text ?? Exact(number))
        : Element("span", Is("data-figure", path), "not seen");

    /// <summary>The same of a time in seconds.</summary>
    public static XElement Time(string path, double value, string? text = null) => Element(
        "data",
        Is("value", value.ToString("R", CultureInfo.InvariantCulture)),
        Is("data-figure", path),
        text ?? value.ToString("0.######", CultureInfo.InvariantCulture));

    /// <summary>A number as JSON has it.</summary>
    public static string Exact(decimal number) => number.ToString("0.#############################", CultureInfo.InvariantCulture);

    /// <summary>A section with a heading that the table of contents leads to.</summary>
    public static XElement Section(string id, string heading, params object?[] content) =>
        Element("section", Is("id", id), Is("aria-labelledby", $"{id}-h"), Element("h2", Is("id", $"{id}-h"), heading), content);

    /// <summary>The first section: what it says is its own heading, so the one of the contents is for screen readers only.</summary>
    public static XElement Answer(params object?[] content) => Element(
        "section", Is("id", "answer"), Is("aria-labelledby", "answer-h"), Element("h2", Is("id", "answer-h"), Is("class", "above"), "Answer"), content);

    /// <summary>What a section says of each variant, under its name where there are several; nothing of one of which there is nothing to say.</summary>
    public static XElement[] OfVariants(RunDocument run, Func<VariantResult, int, IEnumerable<XElement>> part) =>
    [
        .. run.Variants.Index().SelectMany(one =>
        {
            XElement[] said = [.. part(one.Item, one.Index)];
            return said.Length > 0 && run.Variants.Length > 1 ? [Element("h3", $"Variant {one.Item.Name}"), .. said] : said;
        }),
    ];

    /// <summary>A table of text; cells may be elements.</summary>
    /// <param name="class">Of the style; "stack" puts the cells of a row below each other on a narrow screen.</param>
    /// <param name="caption">What it shows.</param>
    /// <param name="columns">Headings; one that begins with # is of numbers.</param>
    /// <param name="rows">A row each; its first cell is its heading.</param>
    public static XElement Table(string @class, string caption, string[] columns, IEnumerable<object?[]> rows)
    {
        static string Name(string column) => column.TrimStart('#');
        static XAttribute? Number(string column) => column.StartsWith('#') ? Is("class", "number") : null;

        // On a narrow screen a table may be wider than it, and the keyboard has to reach what is then outside.
        return Classed("div", "scroll", Is("tabindex", "0"), Is("role", "group"), Is("aria-label", caption), Classed(
            "table",
            @class,
            Element("caption", caption),
            Element("thead", Element("tr", columns.Select(column => Element("th", Is("scope", "col"), Number(column), Name(column))))),
            Element("tbody", rows.Select(row => Element("tr", row.Select((cell, i) => i == 0
                ? Element("th", Is("scope", "row"), Number(columns[i]), cell)
                : Element("td", Number(columns[i]), Is("data-label", Name(columns[i])), cell)))))));
    }

    /// <summary>A plot with its heading.</summary>
    /// <param name="id">Part of the figure's id.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="unit">Of the axis up.</param>
    /// <param name="content">The plot, what is said of it, the figures behind it.</param>
    public static XElement Figure(string id, string title, string unit, params object?[] content) => Element(
        "figure", Is("id", $"{id}-figure"), Is("class", "card"), Element("figcaption", title, " ", Classed("span", "unit", unit)), content);

    /// <summary>A table that is shown when asked for: the figures behind a plot.</summary>
    public static XElement Behind(string summary, params object?[] content) => Element("details", Element("summary", summary), content);

    /// <summary>Names with their values.</summary>
    public static XElement Facts(params (string Name, object? Value)[] facts) =>
        Classed("dl", "facts", facts.Where(fact => fact.Value is not null).Select(fact => new[] { Element("dt", fact.Name), Element("dd", fact.Value) }));

    /// <summary>A few figures in a row, each with a short name above it; null is left out.</summary>
    public static XElement Tiles(params (string Name, object? Value)[] tiles) => Classed(
        "dl", "tiles", tiles.Where(tile => tile.Value is not null).Select(tile => Element("div", Element("dt", tile.Name), Element("dd", tile.Value))));

    /// <summary>How something came out: sign, word and colour.</summary>
    public static XElement Of(Outcome outcome) =>
        Classed("span", $"outcome {EnumWords<Outcome>.Of(outcome)}", $"{Sign(outcome)} {EnumWords<Outcome>.Of(outcome)}");

    /// <summary>A sign for an outcome, so that nothing depends on colour.</summary>
    public static string Sign(Outcome outcome) => outcome switch { Outcome.Held => "✓", Outcome.Broken => "✗", Outcome.Inconclusive => "?" };
}
