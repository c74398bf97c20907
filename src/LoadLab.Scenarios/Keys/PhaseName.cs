using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LoadLab.Model;

namespace LoadLab.Scenarios.Keys;

/// <summary>Names that stand after an <c>@</c>, on the command line and in findings: one word.</summary>
internal static partial class PhaseName
{
    /// <summary>Its form.</summary>
    public static TextForm<string> Form { get; } = new(
        "a word of letters, digits and hyphens",
        (string text, out string value) => OneWord().IsMatch(value = text),
        () => new JsonObject { ["type"] = "string", ["pattern"] = OneWord().ToString() });

    [GeneratedRegex("^[a-z0-9][a-z0-9-]*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OneWord();
}
