using Spectre.Console;
using Spectre.Console.Rendering;

namespace LoadLab.Reporting;

/// <summary>Text broken into lines or cut to one, by the cells it takes on a terminal (a Chinese character takes two).</summary>
internal static class TextLines
{
    private static readonly RenderOptions Options =
        RenderOptions.Create(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }));

    /// <summary>The cells that a text takes.</summary>
    public static int Cells(string text) => text.Length == 0 ? 0 : ((IRenderable)new Text(text)).Measure(Options, int.MaxValue).Max;

    /// <summary>Lines of at most this width, broken between words; a word that is longer is broken inside.</summary>
    public static List<string> Wrap(string text, int width)
    {
        List<string> lines = [];
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(word => Pieces(word, width)))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (Cells(longer) > width)
            {
                lines.Add(line);
                longer = word;
            }

            line = longer;
        }

        lines.Add(line);
        return lines;
    }

    /// <summary>The text in one line of this width, its end cut off where it is longer; nothing where there is no width left.</summary>
    public static string Fit(string text, int width, string ellipsis)
    {
        if (Cells(text) <= width)
        {
            return text;
        }

        // A column too narrow for the mark is cut without it.
        var mark = Cells(ellipsis) < width ? ellipsis : "";
        var end = Math.Min(text.Length, Math.Max(0, width));
        while (end > 0 && Cells(text[..end].TrimEnd()) + Cells(mark) > width)
        {
            end--;
        }

        return $"{text[..end].TrimEnd()}{mark}";
    }

    /// <summary>The text with spaces behind it up to this width.</summary>
    public static string Pad(string text, int width) => text + new string(' ', Math.Max(0, width - Cells(text)));

    private static IEnumerable<string> Pieces(string word, int width)
    {
        while (Cells(word) > width)
        {
            var end = Math.Min(word.Length, width);
            while (end > 1 && Cells(word[..end]) > width)
            {
                end--;
            }

            yield return word[..end];
            word = word[end..];
        }

        yield return word;
    }
}
