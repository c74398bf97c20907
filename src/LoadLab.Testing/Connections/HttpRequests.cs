using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;

namespace LoadLab.Testing;

/// <summary>Finds where HTTP/1.1 requests end in the bytes of one connection: after the headers, and after the body that they announce.</summary>
/// <remarks>RFC 9112, 6: Content-Length, or chunked up to the last chunk; trailers after it are not understood.</remarks>
internal sealed class HttpRequests
{
    private const int LongestHead = 64 * 1024;
    private readonly List<byte> part = [];
    private long bodyLeft;
    private bool isChunked;

    /// <summary>Takes the next bytes.</summary>
    /// <returns>How many requests ended in them.</returns>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        var ended = 0;
        foreach (var one in bytes)
        {
            ended += Take(one) ? 1 : 0;
        }

        return ended;
    }

    private bool Take(byte one)
    {
        if (bodyLeft > 0)
        {
            return --bodyLeft == 0;
        }

        part.Add(one);
        var text = CollectionsMarshal.AsSpan(part);
        if (isChunked)
        {
            if (!text.EndsWith("\r\n0\r\n\r\n"u8) && !text.SequenceEqual("0\r\n\r\n"u8))
            {
                return false;
            }

            isChunked = false;
            part.Clear();
            return true;
        }

        if (!text.EndsWith("\r\n\r\n"u8))
        {
            if (part.Count > LongestHead)
            {
                part.Clear();
            }

            return false;
        }

        bodyLeft = Field(text, "content-length"u8) is { IsEmpty: false } length && Utf8Parser.TryParse(length, out long value, out _) ? Math.Max(0, value) : 0;
        isChunked = Ascii.EqualsIgnoreCase(Field(text, "transfer-encoding"u8), "chunked"u8);
        part.Clear();
        return bodyLeft == 0 && !isChunked;
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        foreach (var range in head.Split("\r\n"u8))
        {
            var line = head[range];
            var colon = line.IndexOf((byte)':');
            if (colon > 0 && Ascii.EqualsIgnoreCase(line[..colon], name))
            {
                return line[(colon + 1)..].Trim((byte)' ');
            }
        }

        return default;
    }
}
