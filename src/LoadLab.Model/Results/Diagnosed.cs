using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>How much a diagnosis matters.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<Severity>))]
public enum Severity
{
    /// <summary>Something was dropped, refused, reset or left waiting.</summary>
    Fault,

    /// <summary>Little is left: the next burst takes it.</summary>
    Risk,

    /// <summary>Could not be seen.</summary>
    Unseen,

    /// <summary>Nothing is wrong, but it is worth knowing.</summary>
    Note,
}

/// <summary>A diagnosis that was made: a row of the catalogue with the figures of what was seen.</summary>
/// <param name="Id">The row, e.g. <c>syn-accept-queue-full</c>.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="About">Which thing, e.g. <c>127.0.0.1:80 accept queue</c>.</param>
/// <param name="Happened">What happened, in sentences with figures.</param>
/// <param name="Means">What it means.</param>
/// <param name="Cure">How to fix it; "" where nothing needs a cure.</param>
/// <param name="KernelSource">File and function of the kernel.</param>
/// <param name="Scenario">The scenario that shows it; null when none does.</param>
public sealed record Diagnosed(string Id, Severity Severity, string About, string Happened, string Means, string Cure, string KernelSource, string? Scenario)
{
    /// <summary>All of it in one paragraph.</summary>
    [JsonIgnore]
    public string Sentences => string.Join(' ', new[] { Happened, Means, Cure }.Where(part => part.Length > 0));
}
