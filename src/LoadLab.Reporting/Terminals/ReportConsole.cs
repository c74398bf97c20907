using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>Makes the console that reports are written to.</summary>
public static class ReportConsole
{
    /// <summary>
    /// The least columns of a terminal in which something can be drawn in place; in a narrower one, lines wrap and the cursor cannot find back.
    /// </summary>
    public const int LeastWidth = ReportOutput.LeastWidth;

    /// <summary>On a terminal with its width and colours; elsewhere 80 columns of plain text.</summary>
    /// <remarks>Text that others wrote cannot steer the terminal: control and format characters are made visible.</remarks>
    /// <param name="writer">Where it goes, as it is: escape sequences are the console's own.</param>
    /// <param name="isTerminal">True when that is a terminal.</param>
    /// <param name="isPlain">True for plain text on a terminal, too.</param>
    /// <param name="width">Columns; null: the terminal's, or 80.</param>
    public static IAnsiConsole Create(TextWriter writer, bool isTerminal, bool isPlain, int? width = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        isPlain |= !isTerminal;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
            Out = new ReportOutput(writer, isTerminal, width),
        });
        console.Profile.Capabilities.Unicode = writer.Encoding.WebName.StartsWith("utf", StringComparison.Ordinal);
        console.Pipeline.Attach(new VisibleRendering());
        return console;
    }
}
