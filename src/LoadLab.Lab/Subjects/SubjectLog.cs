using System.Text;
using LoadLab.Kernel;

namespace LoadLab.Lab;

/// <summary>What a subject says, on both of its streams, in the order it comes: into a file of bounded length, and its last words for a sentence.</summary>
/// <remarks>Concurrency: one thread copies each stream; the gate keeps their pieces whole. A subject that writes without end is read on, or it would wait
/// for its reader.</remarks>
internal sealed class SubjectLog : IDisposable
{
    private const int MostBytes = 16 << 20;
    private const int PieceBytes = 8192;
    private const int WordsBytes = 1000;
    private const int StackBytes = 256 * 1024;
    private readonly Lock gate = new();
    private OutputFile? file;
    private readonly List<Thread> copies = [];
    private byte[] last = [];
    private long left = MostBytes;

    /// <summary>Writes into a file; null: it is not kept.</summary>
    public SubjectLog(string? path)
    {
        try
        {
            file = path is null ? null : new OutputFile(path, FileMode.Append, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The results folder is gone or read-only, which it says itself; the subject's last words are kept in memory.
        }
    }

    /// <summary>The end of what it has said, in one line.</summary>
    public string LastWords
    {
        get
        {
            lock (gate)
            {
                return string.Join(" / ", Encoding.UTF8.GetString(last).Split(
                    '\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Trim();
            }
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    public void Copy(Stream stream)
    {
        var copy = new Thread(() => CopyAll(stream), StackBytes) { IsBackground = true, Name = "subject's words" };
        copies.Add(copy);
        copy.Start();
    }

    /// <summary>Waits until the streams have ended, or for so long: a grandchild may keep them open.</summary>
    public void Join(TimeSpan patience)
    {
        var began = TimeProvider.System.GetTimestamp();
        foreach (var copy in copies)
        {
            var remains = patience - TimeProvider.System.GetElapsedTime(began);
            _ = copy.Join(remains > TimeSpan.Zero ? remains : TimeSpan.Zero);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            left = 0;
            file?.Dispose();
        }
    }

    private void CopyAll(Stream stream)
    {
        var piece = new byte[PieceBytes];
        try
        {
            while (stream.Read(piece) is > 0 and var length)
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

            try
            {
                file.Write(piece[..(int)Math.Min(piece.Length, left)]);
                left -= piece.Length;
                if (left <= 0)
                {
                    file.Write(Encoding.UTF8.GetBytes($"\n[loadlab: the subject said more than {MostBytes >> 20} MB; the rest is not kept]\n"));
                }

                file.Flush();
            }
            catch (IOException)
            {
                // The disk is full: the subject is read on, or it would wait for its reader; the results folder says that it does not have everything.
                file = null;
            }
        }
    }
}
