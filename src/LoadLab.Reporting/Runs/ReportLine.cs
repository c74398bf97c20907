using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>One line of a console report, no wider than the console: so a report knows how many lines it has.</summary>
/// <param name="Parts">Pieces of text, each with its style.</param>
internal sealed record ReportLine(params (string Text, Style Style)[] Parts)
{
    private static readonly Style Dim = new(decoration: Decoration.Dim);

    public static ReportLine Empty { get; } = new();

    public static ReportLine Plain(string text) => new((text, Style.Plain));

    public static ReportLine Soft(string text) => new((text, Dim));

    /// <summary>A text in lines of the console's width.</summary>
    public static IEnumerable<ReportLine> Paragraph(string text, int width) => TextLines.Wrap(VisibleText.OfLine(text), width).Select(Plain);

    /// <summary>A label and a text that wraps beside it, or below it where the label takes the whole column.</summary>
    public static IEnumerable<ReportLine> Labelled(string label, string text, int width, Style? style = null)
    {
        if (TextLines.Cells(label) >= ReportParts.LabelWidth)
        {
            yield return Soft(label);
            label = "";
        }

        foreach (var line in TextLines.Wrap(VisibleText.OfLine(text), Math.Max(1, width - ReportParts.LabelWidth)))
        {
            yield return new ReportLine((TextLines.Pad(label, ReportParts.LabelWidth), Dim), (line, style ?? Style.Plain));
            label = "";
        }
    }

    public void Write(IAnsiConsole console)
    {
        foreach (var (text, style) in Parts.Where(part => part.Text.Length > 0))
        {
            console.Write(new Text(text, style));
        }

        console.WriteLine();
    }
}
