using System.Text.Json.Nodes;
using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>Reads values of scenario files by the forms that the model has.</summary>
internal static class TextReading
{
    /// <summary>Reads a value; when it cannot, an error goes to the reading and false comes back.</summary>
    public static bool TryRead<T>(this TextForm<T> form, Declared declared, string name, Reading reading, out T value)
    {
        value = default!;
        if (declared is DeclaredScalar scalar && form.TryParse(scalar.Text, out value))
        {
            return true;
        }

        reading.Misfit(declared, name, form.Words, form.WordsTaken);
        return false;
    }

    /// <summary>Says that a value does not fit, with the word that is probably meant.</summary>
    public static void Misfit(this Reading reading, Declared declared, string name, string takes, IReadOnlyCollection<string>? words)
    {
        var near = words is not null && declared is DeclaredScalar mistyped ? NearestName.Of(mistyped.Text, words) : [];
        reading.Error(declared.Place, $"{name} is {declared.Words}, but takes {takes}{(near.Count > 0 ? $"; did you mean '{near[0]}'?" : "")}");
    }
}

/// <summary>A form of text among the forms of values.</summary>
internal sealed class ScalarForm<T>(TextForm<T> form) : ValueForm<T>
{
    /// <inheritdoc/>
    public override string Words => form.Words;

    /// <inheritdoc/>
    public override bool TryRead(Declared declared, string name, Reading reading, out T value) => form.TryRead(declared, name, reading, out value);

    /// <inheritdoc/>
    public override JsonObject Schema() => form.Schema();
}
