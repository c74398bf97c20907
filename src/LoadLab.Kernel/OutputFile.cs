using System.Text;

namespace LoadLab.Kernel;

/// <summary>A file that is written, whose every refusal is an <see cref="IOException"/> or an <see cref="UnauthorizedAccessException"/>.</summary>
/// <remarks>
/// .NET makes an ArgumentOutOfRangeException of EFBIG (the file would be longer than RLIMIT_FSIZE or the file system allows), which no caller expects
/// of a full disk.
/// Kernel: mm/filemap.c generic_write_check_limits; write(2).
/// </remarks>
public sealed class OutputFile : Stream
{
    private readonly FileStream file;
    private readonly string calledName;

    /// <summary>Opens it.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="mode">What becomes of what is there.</param>
    /// <param name="bufferSize">How much is written at once, in bytes; 0: each write as it is.</param>
    /// <param name="calledName">The name by which a refusal calls it, where it is written under another one first; null: its own.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">Neither by this user.</exception>
    public OutputFile(string path, FileMode mode, int bufferSize = 4096, string? calledName = null)
    {
        file = new FileStream(path, mode, FileAccess.Write, FileShare.Read, bufferSize);
        this.calledName = calledName ?? Path.GetFileName(path);
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => file.CanWrite;

    /// <inheritdoc/>
    public override long Length => file.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => file.Position;
        set => throw new NotSupportedException("it is only written");
    }

    /// <summary>Writes a text in place of what is there.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Neither by this user.</exception>
    public static void WriteText(string path, string text) => WriteText(path, FileMode.Create, text);

    /// <summary>Adds a text at the end.</summary>
    /// <inheritdoc cref="WriteText(string, string)"/>
    public static void AppendText(string path, string text) => WriteText(path, FileMode.Append, text);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            file.Write(buffer);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw TooLarge(e);
        }
    }

    /// <inheritdoc/>
    public override void WriteByte(byte value) => Write([value]);

    /// <inheritdoc/>
    public override void Flush() => Flush(toDisk: false);

    /// <summary>Hands what was written to the kernel, and to the disk where that is asked for (fsync(2)).</summary>
    /// <exception cref="IOException">It was refused.</exception>
    public void Flush(bool toDisk)
    {
        try
        {
            file.Flush(toDisk);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw TooLarge(e);
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("it is only written");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("it is only written");

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException("it is only written");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        try
        {
            if (disposing)
            {
                file.Dispose();
            }
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw TooLarge(e);
        }
        finally
        {
            base.Dispose(disposing);
        }
    }

    private static void WriteText(string path, FileMode mode, string text)
    {
        using var written = new OutputFile(path, mode);
        written.Write(Encoding.UTF8.GetBytes(text));
        written.Flush();
    }

    private IOException TooLarge(ArgumentOutOfRangeException e) => new($"{calledName} would be larger than a file may be here (ulimit -f)", e);
}
