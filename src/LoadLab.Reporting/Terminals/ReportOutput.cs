using System.Text;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>Where a console report goes, and how wide that is.</summary>
/// <param name="writer">Takes it.</param>
/// <param name="isTerminal">True when that is a terminal.</param>
/// <param name="width">Columns; null: the terminal's, or 80.</param>
internal sealed class ReportOutput(TextWriter writer, bool isTerminal, int? width) : IAnsiConsoleOutput
{
    /// <summary>A narrower terminal gets this width and wraps it itself: a table drawn in one column does not end (Spectre.Console 0.57.2).</summary>
    public const int LeastWidth = 20;

    private const int DefaultWidth = 80;
    private readonly AnsiConsoleOutput terminal = new(writer);

    /// <inheritdoc/>
    public TextWriter Writer => writer;

    /// <inheritdoc/>
    public bool IsTerminal => isTerminal;

    /// <inheritdoc/>
    public int Width => width ?? (isTerminal ? Math.Max(LeastWidth, terminal.Width) : DefaultWidth);

    /// <inheritdoc/>
    public int Height => terminal.Height;

    /// <inheritdoc/>
    public void SetEncoding(Encoding encoding)
    {
        // The writer's own: nothing here changes what standard output is.
    }
}
