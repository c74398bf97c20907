using System.Globalization;
using System.Text;

namespace LoadLab.Model;

/// <summary>
/// Text that others wrote (a peer's datagram, a subject's last words, a claim, a path, the environment) with every character that a terminal or a
/// viewer would act on instead of showing it written as <c>\u001B</c>.
/// </summary>
/// <remarks>
/// Control characters (C0, DEL, C1) could move the cursor, clear the screen or set the title; format characters (Unicode category Cf, the
/// bidirectional overrides among them) and line separators could make a
/// sentence look like another one. The form is JSON's own, so a JSON document stays the same document.
/// </remarks>
public static class VisibleText
{
    /// <summary>A text of several lines: line feeds and tabs stay.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Written(text, IsActedOn);
    }

    /// <summary>A text that is part of one sentence: line feeds and tabs are written out, too, so that it cannot begin a line of its own.</summary>
    public static string OfLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Written(text, c => c is '\n' or '\t' || IsActedOn(c));
    }

    /// <summary>True when nothing in it needs to be written out.</summary>
    public static bool IsPlain(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (IsActedOn(c))
            {
                return false;
            }
        }

        return true;
    }

    // Tags (U+E0000 to U+E007F) are invisible; all of them begin with this surrogate, which begins no character that anybody sees.
    private static bool IsActedOn(char c) => c switch
    {
        '\n' or '\t' => false,
        < ' ' or '\u007F' or '\uDB40' => true,
        < '\u007F' => false,
        _ => CharUnicodeInfo.GetUnicodeCategory(
            c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator,
    };

    private static string Written(string text, Func<char, bool> isWritten)
    {
        if (!text.Any(isWritten))
        {
            return text;
        }

        var written = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = isWritten(c) ? written.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}") : written.Append(c);
        }

        return written.ToString();
    }
}
