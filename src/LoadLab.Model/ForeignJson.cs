using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LoadLab.Model;

/// <summary>JSON that somebody else may have written: a datagram, a line of a damaged file. What cannot be read is null, never an exception.</summary>
public static class ForeignJson
{
    /// <summary>Reads a document; null when it is not one of this form.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> form)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, form);
        }
        catch (Exception malformed) when (IsMalformed(malformed))
        {
            return null;
        }
    }

    /// <summary>True for each way in which reading can fail.</summary>
    /// <remarks>
    /// The converters of the Model read elements by name and index, and half a surrogate pair in a string is an
    /// <see cref="InvalidOperationException"/>.
    /// </remarks>
    public static bool IsMalformed(Exception exception) => exception is JsonException or NotSupportedException or InvalidOperationException
        or FormatException or KeyNotFoundException or IndexOutOfRangeException or OverflowException or ArgumentException;
}
