using System.Text;
using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>Text that others wrote in a Markdown document: it is text there and never markup, and nothing of it steers a terminal or a viewer.</summary>
internal static class MarkdownText
{
    /// <summary>A finished document; each page of this house ends with this.</summary>
    public static string Document(StringBuilder written) => VisibleText.Of(written.ToString());

    /// <summary>What a name says stays text: neither a cell's end, nor a line's, nor markup.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in Line(text))
        {
            _ = c switch
            {
                '<' => plain.Append("&lt;"),
                '&' => plain.Append("&amp;"),
                '|' or '*' or '`' or '\\' or '[' or ']' or '_' or '~' or '#' => plain.Append('\\').Append(c),
                _ => plain.Append(c),
            };
        }

        return plain.ToString();
    }

    /// <summary>A name as code, also in a cell.</summary>
    public static string Code(string text) => $"`{Line(text).Replace('`', '\'').Replace("|", "\\|", StringComparison.Ordinal)}`";

    /// <summary>A text as one line, for a block of code.</summary>
    public static string Line(string text) => string.Join(' ', text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
