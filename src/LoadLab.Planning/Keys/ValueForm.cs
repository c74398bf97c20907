using System.Text.Json.Nodes;
using LoadLab.Planning.Yaml;

namespace LoadLab.Planning.Keys;

/// <summary>What a value of one kind looks like: it reads one, says in words what it takes, and describes itself to editors.</summary>
/// <typeparam name="T">What is read.</typeparam>
internal abstract class ValueForm<T>
{
    /// <summary>What it takes, as half a sentence: <c>a whole number from 0 to 9</c>.</summary>
    public abstract string Words { get; }

    /// <summary>Reads a value; when it cannot, an error goes to the reading and false comes back.</summary>
    public abstract bool TryRead(Declared declared, string name, Reading reading, out T value);

    /// <summary>Its JSON schema.</summary>
    public abstract JsonObject Schema();

    /// <summary>Says that the value does not fit.</summary>
    protected void Misfit(Declared declared, string name, Reading reading, string hint = "") =>
        reading.Error(declared.Place, $"{name} is {declared.Words}, but takes {Words}{hint}");
}

/// <summary>Reads text.</summary>
internal delegate bool TryParseText<T>(string text, out T value);

/// <summary>A form of one word, number or text.</summary>
internal sealed class ScalarForm<T>(string words, TryParseText<T> parse, Func<JsonObject> schema, IReadOnlyCollection<string>? wordsTaken = null) : ValueForm<T>
{
    /// <inheritdoc/>
    public override string Words => words;

    /// <inheritdoc/>
    public override bool TryRead(Declared declared, string name, Reading reading, out T value)
    {
        value = default!;
        if (declared is DeclaredScalar scalar && parse(scalar.Text, out value))
        {
            return true;
        }

        var near = wordsTaken is not null && declared is DeclaredScalar mistyped ? NearestName.Of(mistyped.Text, wordsTaken) : [];
        Misfit(declared, name, reading, near.Count > 0 ? $"; did you mean '{near[0]}'?" : "");
        return false;
    }

    /// <inheritdoc/>
    public override JsonObject Schema() => schema();
}
