using System.Text;
using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>Hands text on to another writer with what a terminal would act on made visible: see <see cref="VisibleText"/>.</summary>
/// <remarks>
/// For writers of plain text; where a report draws with escape sequences of its own, <see cref="ReportConsole"/> does the same for what it draws.
/// </remarks>
/// <param name="inner">Takes the text; it is flushed with this one.</param>
public sealed class VisibleWriter(TextWriter inner) : TextWriter(inner.FormatProvider)
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Write([value]);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (VisibleText.IsPlain(buffer))
        {
            inner.Write(buffer);
        }
        else
        {
            inner.Write(VisibleText.Of(buffer.ToString()));
        }
    }

    /// <inheritdoc/>
    public override void Write(string? value) => Write(value.AsSpan());

    /// <summary>In one piece, so that lines of several threads or processes do not mix.</summary>
    public override void WriteLine(string? value) => Write($"{value}{NewLine}".AsSpan());

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();
}
