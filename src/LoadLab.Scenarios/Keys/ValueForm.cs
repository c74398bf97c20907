using System.Text.Json.Nodes;
using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

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

    /// <summary>A form of text is one of values.</summary>
    public static implicit operator ValueForm<T>(TextForm<T> form) => new ScalarForm<T>(form);

    /// <summary>Says that the value does not fit.</summary>
    protected void Misfit(Declared declared, string name, Reading reading, string hint = "") =>
        reading.Error(declared.Place, $"{name} is {declared.Words}, but takes {Words}{hint}");
}
