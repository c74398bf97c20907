using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>Sysctls by dotted name: the one mapping whose keys are the kernel's, not ours.</summary>
internal sealed partial class SysctlForm : ValueForm<ImmutableSortedDictionary<string, string>>
{
    private const int LongestValue = 4096;

    /// <summary>The only one.</summary>
    public static SysctlForm Instance { get; } = new();

    /// <inheritdoc/>
    public override string Words => "a mapping of sysctls by dotted name, such as net.core.somaxconn: 128";

    /// <summary>A value with each run of white space made one blank: the kernel prints tabs where people write blanks.</summary>
    public static string Normal(string value) => string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <inheritdoc/>
    public override bool TryRead(Declared declared, string name, Reading reading, out ImmutableSortedDictionary<string, string> value)
    {
        value = ImmutableSortedDictionary<string, string>.Empty;
        if (declared is not DeclaredMapping mapping)
        {
            Misfit(declared, name, reading);
            return false;
        }

        foreach (var entry in mapping.Entries)
        {
            if (!DottedName().IsMatch(entry.Key))
            {
                reading.Error(entry.Place, $"{name}.{entry.Key} is no dotted sysctl name such as net.core.somaxconn");
            }
            else if (entry.Value is not DeclaredScalar { Text: { Length: > 0 and <= LongestValue } text })
            {
                reading.Error(entry.Place, $"{name}.{entry.Key} is {entry.Value.Words}, but takes a number or a text");
            }
            else
            {
                value = value.Add(entry.Key, Normal(text));
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override JsonObject Schema() => new()
    {
        ["type"] = "object",
        ["propertyNames"] = new JsonObject { ["pattern"] = DottedName().ToString() },
        ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("integer", "string") },
    };

    [GeneratedRegex(@"^[a-z][a-z0-9_]*(\.[A-Za-z0-9_-]+)+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DottedName();
}
