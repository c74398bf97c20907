using Microsoft.Win32.SafeHandles;

namespace LoadLab.Kernel;

/// <summary>A file of /proc that is read again and again: opened once, so that it can still be read at the fd limit.</summary>
/// <remarks>Not thread-safe: the buffer is its own. Reading at offset 0 makes the kernel render it anew (fs/seq_file.c).</remarks>
public sealed class ProcFile : IDisposable
{
    private readonly SafeFileHandle handle;
    private byte[] buffer = new byte[16 * 1024];

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">It does not exist or may not be read.</exception>
    public ProcFile(string path) => handle = File.OpenHandle(path);

    /// <summary>Its whole content now; valid until the next call.</summary>
    public ReadOnlySpan<byte> Read()
    {
        var length = 0;
        while (true)
        {
            var read = RandomAccess.Read(handle, buffer.AsSpan(length), length);
            length += read;
            if (read == 0)
            {
                return buffer.AsSpan(0, length);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
