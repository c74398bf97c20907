namespace LoadLab.Lab;

/// <summary>Reads a process's output to its end while others wait for the process: one whose pipe is full would not end.</summary>
/// <remarks>Concurrency: a thread of its own reads; its text may be read once the thread has ended.</remarks>
internal sealed class StreamText
{
    private readonly Thread thread;
    private string text = "";

    private StreamText(TextReader reader)
    {
        thread = new Thread(() => Read(reader)) { IsBackground = true, Name = "output of a throw-away process" };
        thread.Start();
    }

    /// <summary>Begins to read.</summary>
    public static StreamText Begin(TextReader reader) => new(reader);

    /// <summary>All of it; null when its end has not come by then, since something holds the stream open.</summary>
    public string? TryEnd(TimeSpan atMost) => thread.Join(atMost) ? text : null;

    private void Read(TextReader reader)
    {
        try
        {
            text = reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It is no longer waited for: the process was given up, and its streams closed.
        }
    }
}
