using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>The words of an enum as scenario files, the command line and JSON spell them: <c>HalfClose</c> is <c>half-close</c>.</summary>
/// <typeparam name="T">The enum.</typeparam>
public static class EnumWords<T>
    where T : struct, Enum
{
    private static readonly (T Value, string Word)[] Pairs =
        [.. Enum.GetValues<T>().Select(value => (value, JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString())))];

    /// <summary>All words, in the order of declaration.</summary>
    public static IEnumerable<string> All => Pairs.Select(pair => pair.Word);

    /// <summary>The word of a value.</summary>
    public static string Of(T value) => Array.Find(Pairs, pair => EqualityComparer<T>.Default.Equals(pair.Value, value)).Word;

    /// <summary>The value of a word; false when there is none.</summary>
    public static bool TryParse(string? word, out T value)
    {
        var index = Array.FindIndex(Pairs, pair => pair.Word == word);
        value = index < 0 ? default : Pairs[index].Value;
        return index >= 0;
    }
}

/// <summary>Writes an enum as its word of <see cref="EnumWords{T}"/>.</summary>
/// <typeparam name="T">The enum.</typeparam>
public sealed class EnumWordsJsonConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
