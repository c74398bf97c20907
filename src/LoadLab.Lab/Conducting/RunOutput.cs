using System.Diagnostics;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Where the conductor's lines and those of its roles go: the process outside, which reads them from a pipe.</summary>
/// <remarks>
/// A reader that is stopped (Ctrl-Z) leaves the pipe full, and each writer then waits: an answer that a phase waits for comes late. So the longest
/// wait is known.
/// Concurrency: any thread may write; one after the other does.
/// </remarks>
internal sealed class RunOutput(Stream inner) : Stream
{
    private readonly Lock gate = new();
    private long heldUpNs;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The longest that a line has waited for the reader since this was last asked.</summary>
    public Nanoseconds TakeHeldUp() => new(Interlocked.Exchange(ref heldUpNs, 0));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (gate)
        {
            var began = Stopwatch.GetTimestamp();
            inner.Write(buffer);
            Note(began);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
        lock (gate)
        {
            var began = Stopwatch.GetTimestamp();
            inner.Flush();
            Note(began);
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private void Note(long began)
    {
        var lasted = (long)Stopwatch.GetElapsedTime(began).TotalNanoseconds;
        if (lasted > Volatile.Read(ref heldUpNs))
        {
            Volatile.Write(ref heldUpNs, lasted);
        }
    }
}
