using System.Globalization;
using System.Text.Json.Nodes;

namespace LoadLab.Model;

/// <summary>Reads text; false when it does not fit.</summary>
public delegate bool TryParseText<T>(string text, out T value);

/// <summary>What a value looks like as one word, number or text: reads it, writes it, says what it takes, and describes itself to editors.</summary>
/// <typeparam name="T">What is read.</typeparam>
/// <param name="words">What it takes, as half a sentence: <c>a whole number from 0 to 9</c>.</param>
/// <param name="parse">Reads it.</param>
/// <param name="schema">Its JSON schema.</param>
/// <param name="wordsTaken">The words that it takes, where there are only some; null: any text may fit.</param>
/// <param name="standsFor">What stands for the value in the help of an option: <c>N</c>, <c>DURATION</c>.</param>
public sealed class TextForm<T>(string words, TryParseText<T> parse, Func<JsonObject> schema, IReadOnlyCollection<string>? wordsTaken = null,
    string standsFor = "VALUE")
{
    /// <summary>What it takes, as half a sentence.</summary>
    public string Words => words;

    /// <summary>The names of its words in order, where a file may also write the value as a mapping of all of them; empty: it may not.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];

    /// <summary>What stands for the value in the help of an option.</summary>
    public string StandsFor => standsFor;

    /// <summary>The words that it takes; null: any text may fit.</summary>
    public IReadOnlyCollection<string>? WordsTaken => wordsTaken;

    /// <summary>Reads a value; false when it does not fit.</summary>
    public bool TryParse(string text, out T value) => parse(text, out value);

    /// <summary>A value as it would be written.</summary>
    public string Text(T value) => value switch
    {
        bool yes => yes ? "true" : "false",
        Enum word => WordOf(word),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };

    /// <summary>Its JSON schema.</summary>
    public JsonObject Schema() => Parts.Count == 0 ? schema() : new JsonObject { ["anyOf"] = new JsonArray(schema(), MappingSchema()) };

    private JsonObject MappingSchema() => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject(Parts.Select(part => KeyValuePair.Create<string,
        JsonNode?>(part, new JsonObject { ["type"] = new JsonArray("string", "number") }))),
        ["required"] = new JsonArray([.. Parts.Select(part => (JsonNode)part)]),
    };

    // The words of an enum are those of the form, in the enum's order.
    private string WordOf(Enum value) => wordsTaken!.First(word => parse(word, out var read) && Equals(read, value));
}
