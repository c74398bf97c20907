using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>Makes the console that reports are written to.</summary>
public static class ReportConsole
{
    /// <summary>On a terminal with its width and colours; elsewhere 80 columns of plain text. NO_COLOR (any value but "") means plain text, too (no-color.org).</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="isTerminal">True when that is a terminal.</param>
    /// <param name="noColor">The value of NO_COLOR.</param>
    /// <param name="width">Columns; null: the terminal's, or 80.</param>
    public static IAnsiConsole Create(TextWriter writer, bool isTerminal, string? noColor, int? width = null)
    {
        var isPlain = !isTerminal || !string.IsNullOrEmpty(noColor);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (width is not null || !isTerminal)
        {
            console.Profile.Width = width ?? 80;
        }

        return console;
    }
}
