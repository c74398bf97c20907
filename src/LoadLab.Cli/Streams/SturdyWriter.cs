using System.ComponentModel;
using System.Text;

namespace LoadLab.Cli;

/// <summary>
/// A standard stream that never stops what writes to it: where a device is full or nobody reads, what was written is lost, and <see cref="Failure"/>
/// says why.
/// </summary>
/// <remarks>
/// Not thread-safe: <see cref="Console.SetOut"/> makes it so. Opened with the first text, so that a role at its fd limit has no descriptor more than
/// it needs.
/// </remarks>
/// <param name="open">Opens the stream.</param>
internal sealed class SturdyWriter(Func<Stream> open) : TextWriter
{
    private StreamWriter? stream;

    /// <summary>
    /// Why something was lost; null while nothing was. A closed pipe is no failure: who reads has seen enough (.NET's console streams swallow EPIPE).
    /// </summary>
    public string? Failure { get; private set; }

    /// <inheritdoc/>
    public override Encoding Encoding { get; } = Console.OutputEncoding is { Preamble.IsEmpty: true } ofConsole ? ofConsole
        : new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <inheritdoc/>
    public override void Write(char value) => Write([value]);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(string? value) => Write(value.AsSpan());

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            stream ??= new StreamWriter(open(), Encoding) { AutoFlush = true };
            stream.Write(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            // Once is enough: a disk that had no room for one line may have it for the next, and then a piece would be missing in the middle.
            Failure = (e.InnerException ?? e).Message;
        }
    }
}
