using System.Text.Json.Nodes;
using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>The key of a setting: its row says what it takes, what it means and where it goes.</summary>
/// <remarks>An editor lists the words of an enum itself.</remarks>
internal sealed class SettingKey<T>(Setting<T> row) : Key<T>(row.Key, row.Schema().ContainsKey("enum") ? row.Doc : row.DocWithWords)
{
    /// <inheritdoc/>
    public override T Apply(T subject, Declared declared, string path, Reading reading)
    {
        if (declared is DeclaredMapping mapping && row.Parts.Count > 0)
        {
            return ApplyParts(subject, mapping, path, reading);
        }

        if (declared is DeclaredScalar scalar && row.TryApply(subject, scalar.Text, out var next))
        {
            return next;
        }

        reading.Misfit(declared, path, row.Words, row.WordsTaken);
        return subject;
    }

    // A value of several words may be a mapping that names each of them.
    private T ApplyParts(T subject, DeclaredMapping mapping, string path, Reading reading)
    {
        if (mapping.Entries.FirstOrDefault(entry => !row.Parts.Contains(entry.Key)) is { } unknown)
        {
            reading.Error(unknown.Place, $"unknown key {path}.{unknown.Key}; {path} has {string.Join(", ", row.Parts)}");
            return subject;
        }

        if (row.Parts.FirstOrDefault(part => mapping.Find(part)?.Value is not DeclaredScalar) is { } missing)
        {
            reading.Error(mapping.Place, $"{path}.{missing} is missing: {path} takes {row.Words}");
            return subject;
        }

        var text = string.Join(' ', row.Parts.Select(part => ((DeclaredScalar)mapping.Find(part)!.Value).Text));
        if (row.TryApply(subject, text, out var next))
        {
            return next;
        }

        reading.Error(mapping.Place, $"{path} is '{text}', but takes {row.Words}");
        return subject;
    }

    /// <inheritdoc/>
    public override JsonObject Schema() => row.Schema();

    /// <summary>The keys of a group of settings.</summary>
    public static Key<T>[] Of(IEnumerable<Setting<T>> rows) => [.. rows.Select(row => new SettingKey<T>(row))];
}
