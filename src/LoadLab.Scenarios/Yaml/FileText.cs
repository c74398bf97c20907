using System.Text;
using LoadLab.Model;

namespace LoadLab.Scenarios.Yaml;

/// <summary>The text of a scenario file: read whole, but never more than <see cref="LongestBytes"/>, and only when it is text.</summary>
internal static class FileText
{
    /// <summary>The longest file that is read; the longest scenario so far has a few KiB.</summary>
    public const int LongestBytes = 256 * 1024;

    // A buffer for the longest one would be a large-object allocation for each file of a list.
    private const int UsualBytes = 16 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file; null and an error when it cannot be read, is too long, or is no text.</summary>
    public static string? Read(string path, ICollection<ScenarioError> errors)
    {
        try
        {
            if (Directory.Exists(path))
            {
                errors.Add(new ScenarioError(path, 0, "this is a directory; name a scenario file in it"));
                return null;
            }

            // A pipe, as a shell's <(command) gives one, is read; one that has no writer, or whose writer is silent, would be waited for without end.
            if (!PatientCall.TryMake(() => Bytes(path), Patience, out var bytes))
            {
                errors.Add(
                    new ScenarioError(path, 0,
                        $"the file was not read to its end within {Patience.TotalSeconds:0} s: it is a pipe without a writer, or its file system hangs"));
                return null;
            }

            return Decode(path, bytes, errors);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            errors.Add(new ScenarioError(path, 0, $"the file cannot be read: {error.Message}"));
            return null;
        }
    }

    private static byte[] Bytes(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);
        var bytes = new byte[UsualBytes];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length == bytes.Length)
        {
            Array.Resize(ref bytes, LongestBytes + 1);
            length += stream.ReadAtLeast(bytes.AsSpan(length), bytes.Length - length, throwOnEndOfStream: false);
        }

        return bytes[..length];
    }

    /// <summary>Text of bytes; null and an error when they are too many or no text.</summary>
    public static string? Decode(string path, ReadOnlySpan<byte> bytes, ICollection<ScenarioError> errors)
    {
        if (bytes.Length > LongestBytes)
        {
            errors.Add(new ScenarioError(path, 0, $"the file is longer than {LongestBytes / 1024} KiB, so it is no scenario; nothing of it was read further"));
            return null;
        }

        var control = bytes.IndexOfAnyExcept(TextBytes);
        if (control >= 0)
        {
            errors.Add(new ScenarioError(path, LineOf(bytes, control),
                $"this is no text: byte 0x{bytes[control]:X2} at offset {control}; a scenario is YAML in UTF-8"));
            return null;
        }

        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            errors.Add(new ScenarioError(path, LineOf(bytes, error.Index), $"this is no text in UTF-8: see the byte at offset {error.Index}"));
            return null;
        }
    }

    private static readonly System.Buffers.SearchValues<byte> TextBytes =
        System.Buffers.SearchValues.Create([(byte)'\t', (byte)'\n', (byte)'\r', .. Enumerable.Range(0x20, 0x5F).Select(i => (byte)i),
            .. Enumerable.Range(0x80, 0x80).Select(i => (byte)i)]);

    private static int LineOf(ReadOnlySpan<byte> bytes, int offset) => 1 + bytes[..Math.Clamp(offset, 0, bytes.Length)].Count((byte)'\n');
}
