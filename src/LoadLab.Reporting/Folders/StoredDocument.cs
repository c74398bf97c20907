using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>A JSON document of a results folder, read back: what is missing or damaged is a sentence, never an exception, and never half a document.</summary>
internal static class StoredDocument
{
    /// <summary>Reads it; null and why when it cannot be read.</summary>
    public static T? Read<T>(string folder, string name, JsonTypeInfo<T> form, out string? problem)
        where T : class
    {
        problem = null;
        try
        {
            using var stream = FolderFile.OpenRead(Path.Combine(folder, name));
            using var whole = new MemoryStream();
            stream.CopyTo(whole);
            var bytes = whole.GetBuffer().AsSpan(0, (int)whole.Length);
            if (NullIn(bytes) is { } at)
            {
                problem = $"{name} is damaged: {at} is null";
                return null;
            }

            return JsonSerializer.Deserialize(bytes, form);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = $"{name} is missing";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problem = $"{name} cannot be read: {unreadable.Message}";
        }
        catch (Exception malformed) when (ForeignJson.IsMalformed(malformed))
        {
            problem = $"{name} is damaged: {malformed.Message.Split('\n')[0].TrimEnd('.')}";
        }

        return null;
    }

    // Null is written for what was not seen (a finding's observed, a witness's value) and nowhere else: any other one would be an object that the
    // types say is always there.
    internal static string? NullIn(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var member = "the document";
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                member = reader.GetString()!;
            }
            else if (reader.TokenType == JsonTokenType.Null && member is not ("observed" or "value"))
            {
                return member;
            }
        }

        return null;
    }
}
