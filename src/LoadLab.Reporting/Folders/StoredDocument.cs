using System.Text.Json;
using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>A JSON document of a results folder, read back: what is missing or damaged is a sentence, never an exception, and never half a document.</summary>
internal static class StoredDocument
{
    /// <summary>Reads it; null and why when it cannot be read.</summary>
    public static T? Read<T>(string folder, string name, out string? problem)
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
                problem = Damaged(name, $"{at} is null");
                return null;
            }

            return JsonSerializer.Deserialize(bytes, WholeJson.Of<T>());
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
            problem = Damaged(name, Why(malformed));
        }

        return null;
    }

    /// <summary>The same of a document that a folder may have: without it there is no problem.</summary>
    public static T? ReadIfThere<T>(string folder, string name, out string? problem)
        where T : class
    {
        problem = null;
        return File.Exists(Path.Combine(folder, name)) ? Read<T>(folder, name, out problem) : null;
    }

    /// <summary>The sentence about a document that is there and cannot be used.</summary>
    public static string Damaged(string name, string why) => $"{name} is damaged: {why}; run the scenario again";

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

    // The serializer has the place beside its message, and the names only in it.
    private static string Why(Exception malformed)
    {
        const string Other = "The JSON value could not be converted to ";
        const string Place = ". Path: ";
        var message = malformed.Message.Split('\n')[0].TrimEnd('.');
        if (malformed is not JsonException { Path: { } path } exception)
        {
            return message;
        }

        var place = path is "$" ? "the document" : path[1..].TrimStart('.');
        var sentence = message.Split(Place)[0];
        return sentence.IndexOf(WholeJson.Lacks, StringComparison.Ordinal) is >= 0 and var at ? $"{place} lacks {sentence[(at + WholeJson.Lacks.Length)..]}"
            : sentence.StartsWith(Other, StringComparison.Ordinal) ? $"{place} in line {exception.LineNumber + 1} is of another type"
            : message;
    }
}
