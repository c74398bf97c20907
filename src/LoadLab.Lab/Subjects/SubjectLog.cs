using System.Text;

namespace LoadLab.Lab;

/// <summary>What a subject says, on both of its streams, in the order it comes: into a file of bounded length, and its last words for a sentence.</summary>
/// <remarks>Concurrency: one task copies each stream; the gate keeps their pieces whole. A subject that writes without end is read on, or it would wait for its reader.</remarks>
internal sealed class SubjectLog : IDisposable
{
    private const int MostBytes = 16 << 20;
    private const int PieceBytes = 8192;
    private const int WordsBytes = 1000;
    private readonly Lock gate = new();
    private readonly FileStream? file;
    private readonly List<Task> copies = [];
    private byte[] last = [];
    private long left = MostBytes;

    /// <summary>Writes into a file; null: nobody wants it.</summary>
    public SubjectLog(string? path) => file = path is null ? null : new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);

    /// <summary>The end of what it has said, in one line.</summary>
    public string LastWords
    {
        get
        {
            lock (gate)
            {
                return string.Join(" / ", Encoding.UTF8.GetString(last).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Trim();
            }
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    public void Copy(Stream stream) => copies.Add(Task.Run(() => CopyAsync(stream)));

    /// <summary>Waits until the streams have ended, or for so long: a grandchild may keep them open.</summary>
    public void Join(TimeSpan patience) => _ = Task.WaitAll([.. copies], patience);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            left = 0;
            file?.Dispose();
        }
    }

    private async Task CopyAsync(Stream stream)
    {
        var piece = new byte[PieceBytes];
        try
        {
            while (await stream.ReadAsync(piece).ConfigureAwait(false) is > 0 and var length)
            {
                Take(piece.AsSpan(0, length));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The lab is being taken down.
        }
    }

    private void Take(ReadOnlySpan<byte> piece)
    {
        lock (gate)
        {
            byte[] all = [.. last, .. piece];
            last = all.Length > WordsBytes ? all[^WordsBytes..] : all;
            if (left <= 0 || file is null)
            {
                return;
            }

            file.Write(piece[..(int)Math.Min(piece.Length, left)]);
            left -= piece.Length;
            if (left <= 0)
            {
                file.Write(Encoding.UTF8.GetBytes($"\n[loadlab: the subject said more than {MostBytes >> 20} MB; the rest is not kept]\n"));
            }

            file.Flush();
        }
    }
}
