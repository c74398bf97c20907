using System.Xml.Linq;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>The frame of every page: one file, no script, nothing loaded from anywhere.</summary>
internal static class HtmlPage
{
    // The page has nothing that a browser could load or run. The policy holds that also for a name that got into it as markup.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
    private static readonly string Style = ReadStyle();

    /// <summary>The page as text.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="heading">Above the contents.</param>
    /// <param name="sections">Its sections; null is left out. The contents are made of their headings.</param>
    public static string Of(string title, IEnumerable<XElement> heading, params XElement?[] sections)
    {
        XElement[] shown = [.. sections.OfType<XElement>()];
        return Page(Element(
            "html",
            Is("lang", "en"),
            Element(
                "head",
                Element("meta", Is("charset", "utf-8")),
                Element("meta", Is("name", "viewport"), Is("content", "width=device-width, initial-scale=1")),
                Element("meta", Is("http-equiv", "Content-Security-Policy"), Is("content", Policy)),
                Element("meta", Is("name", "color-scheme"), Is("content", "light dark")),
                Element("meta", Is("name", "generator"), Is("content", "LoadLab")),
                Element("title", title),
                Element("style", Style)),
            Element(
                "body",
                Element("a", Is("class", "skip"), Is("href", "#answer"), "To the answer"),
                Element("header", heading),
                Element("nav", Is("aria-label", "Contents"), Element("ul", shown.Select(Link))),
                Element("main", shown),
                Element("footer", Classed("p", "soft", "Made by LoadLab from the files beside this page; 'loadlab report DIR' makes it again.")))));
    }

    private static XElement Link(XElement section) =>
        Element("li", Element("a", Is("href", $"#{(string?)section.Attribute("id")}"), section.Element("h2")!.Value));

    // As it is read, it is text of an element: no character in it may need encoding (see the test).
    private static string ReadStyle()
    {
        using var stream = typeof(HtmlPage).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
