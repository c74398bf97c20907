using System.Text.Json.Nodes;
using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>The key of a setting: its row says what it takes, what it means and where it goes.</summary>
internal sealed class SettingKey<T>(Setting<T> row) : Key<T>(row.Key, row.Doc)
{
    /// <inheritdoc/>
    public override T Apply(T subject, Declared declared, string path, Reading reading)
    {
        if (declared is DeclaredScalar scalar && row.TryApply(subject, scalar.Text, out var next))
        {
            return next;
        }

        reading.Misfit(declared, path, row.Words, row.WordsTaken);
        return subject;
    }

    /// <inheritdoc/>
    public override JsonObject Schema() => row.Schema();

    /// <summary>The keys of a group of settings.</summary>
    public static Key<T>[] Of(IEnumerable<Setting<T>> rows) => [.. rows.Select(row => new SettingKey<T>(row))];
}
