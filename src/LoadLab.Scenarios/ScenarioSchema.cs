using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoadLab.Scenarios.Keys;

namespace LoadLab.Scenarios;

/// <summary>The JSON schema of scenario files, for editors: made from the same tables that read them.</summary>
public static class ScenarioSchema
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n" };

    /// <summary>The document as <c>scenarios/scenario.schema.json</c> holds it.</summary>
    public static string Generate()
    {
        var document = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "LoadLab scenario" };
        var table = ScenarioKeys.Table.Schema();
        foreach (var name in table.Select(property => property.Key).ToArray())
        {
            var value = table[name];
            table.Remove(name);
            document[name] = value;
        }

        return document.ToJsonString(Layout) + "\n";
    }
}
