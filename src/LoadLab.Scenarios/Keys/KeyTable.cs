using System.Text.Json.Nodes;
using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>The keys of one mapping: what drives its reading, its error texts and its JSON schema.</summary>
/// <typeparam name="T">What the mapping describes.</typeparam>
internal sealed class KeyTable<T>(string doc, string[] required, params Key<T>[] keys)
{
    private readonly string[] names = [.. keys.Select(key => key.Name)];

    /// <summary>Its keys.</summary>
    public IReadOnlyList<Key<T>> Keys => keys;

    /// <summary>The subject with all that the mapping says, applied in the table's order, whatever the file's.</summary>
    public T Read(T subject, Declared declared, string path, Reading reading)
    {
        if (declared is not DeclaredMapping mapping)
        {
            reading.Error(declared.Place,
                $"{(path.Length == 0 ? "the scenario" : path)} is {declared.Words}, but takes a mapping with the keys {string.Join(", ", names)}");
            return subject;
        }

        foreach (var entry in mapping.Entries.Where(entry => !names.Contains(entry.Key)))
        {
            reading.Error(entry.Place, $"unknown key {Join(path, entry.Key)}; {NearestName.Three(Join(path, entry.Key), Known(path))}");
        }

        foreach (var missing in required.Where(name => !mapping.Has(name)))
        {
            reading.Error(mapping.Place, $"{Join(path, missing)} is missing: {Array.Find(keys, key => key.Name == missing)!.Doc}");
        }

        foreach (var key in keys)
        {
            if (mapping.Find(key.Name) is { } entry)
            {
                subject = key.Apply(subject, entry.Value, Join(path, key.Name), reading);
            }
        }

        return subject;
    }

    /// <summary>The mapping's JSON schema.</summary>
    public JsonObject Schema()
    {
        var properties = new JsonObject();
        foreach (var key in keys)
        {
            var schema = key.Schema();
            schema["description"] = key.Doc;
            properties[key.Name] = schema;
        }

        var mapping = new JsonObject { ["type"] = "object", ["description"] = doc, ["additionalProperties"] = false, ["properties"] = properties };
        if (required.Length > 0)
        {
            mapping["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]);
        }

        return mapping;
    }

    // What is known here, and every setting: people name one that is elsewhere.
    private IEnumerable<string> Known(string path) => names.Select(name => Join(path, name)).Concat(Settings.All.Select(setting => setting.Name));

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
