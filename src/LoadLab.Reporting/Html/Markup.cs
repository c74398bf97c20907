using System.Collections.Frozen;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace LoadLab.Reporting.Html;

/// <summary>Elements of HTML and SVG as LINQ to XML: whatever is text is encoded when it is written, so no scenario's name can become markup.</summary>
internal static class Markup
{
    // Written without an end tag; every other element gets one, since HTML knows no <td/>.
    private static readonly FrozenSet<string> Void = FrozenSet.Create("br", "col", "hr", "img", "link", "meta");

    /// <summary>An element; its content is text, numbers, attributes, other elements, or sequences of them; null is left out.</summary>
    public static XElement Element(string name, params object?[] content)
    {
        var element = new XElement(name);
        Add(element, content);
        if (element.IsEmpty && !Void.Contains(name))
        {
            element.Add("");
        }

        return element;
    }

    /// <summary>An attribute.</summary>
    public static XAttribute Is(string name, object value) => new(name, Clean(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value}")));

    /// <summary>An element of one class.</summary>
    public static XElement Classed(string name, string @class, params object?[] content) => Element(name, [Is("class", @class), .. content]);

    /// <summary>The whole page, with its doctype.</summary>
    public static string Page(XElement html)
    {
        var text = new StringBuilder("<!DOCTYPE html>\n");
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, Indent = false, NewLineHandling = NewLineHandling.None }))
        {
            html.Save(writer);
        }

        return text.Append('\n').ToString();
    }

    /// <summary>Text without what neither XML nor HTML may carry (control characters, halves of surrogate pairs): each of them is shown as U+FFFD.</summary>
    public static string Clean(string text)
    {
        if (IsClean(text))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString());
        }

        return clean.ToString();
    }

    private static bool IsClean(string text)
    {
        foreach (var c in text)
        {
            if (!XmlConvert.IsXmlChar(c))
            {
                return false;
            }
        }

        return true;
    }

    private static void Add(XElement element, IEnumerable<object?> content)
    {
        foreach (var item in content)
        {
            switch (item)
            {
                case null: break;
                case string text: element.Add(new XText(Clean(text))); break;
                case XObject node: element.Add(node); break;
                case IEnumerable<object?> several: Add(element, several); break;
                default: element.Add(new XText(Clean(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{item}")))); break;
            }
        }
    }
}
