namespace LoadLab.Lab;

/// <summary>Lines of a stream as bytes, each with its newline; a last line without one is given too.</summary>
/// <param name="input">What is read.</param>
/// <param name="pause">Called before each read but the first; null: reads at once.</param>
internal sealed class LineReader(Stream input, Action? pause = null)
{
    private byte[] buffer = new byte[64 * 1024];
    private int from;
    private int to;
    private bool hasRead;

    /// <summary>The next line; valid until the next call. Blocks. False at the end.</summary>
    public bool Next(out ReadOnlySpan<byte> line)
    {
        var searched = from;
        while (true)
        {
            var end = buffer.AsSpan(searched, to - searched).IndexOf((byte)'\n');
            if (end >= 0)
            {
                line = buffer.AsSpan(from, searched - from + end + 1);
                from = searched + end + 1;
                return true;
            }

            MakeRoom();
            if (hasRead)
            {
                pause?.Invoke();
            }

            hasRead = true;
            searched = to;
            var read = input.Read(buffer, to, buffer.Length - to);
            to += read;
            if (read == 0)
            {
                line = buffer.AsSpan(from, to - from);
                from = to;
                return !line.IsEmpty;
            }
        }
    }

    private void MakeRoom()
    {
        if (from > 0)
        {
            buffer.AsSpan(from, to - from).CopyTo(buffer);
            to -= from;
            from = 0;
        }

        if (to == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }
    }
}
