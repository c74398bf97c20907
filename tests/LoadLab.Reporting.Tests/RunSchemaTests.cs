using System.Text.Json;
using System.Text.Json.Nodes;
using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

public sealed class RunSchemaTests
{
    [Fact]
    public void SchemaOnDiskIsTheOneThatTheModelGives()
    {
        var path = Path.Combine(Root(), "docs", "reference", "run.schema.json");

        // The way to make it again: LOADLAB_WRITE_SCHEMA=1 dotnet test tests/LoadLab.Reporting.Tests
        if (Environment.GetEnvironmentVariable("LOADLAB_WRITE_SCHEMA") == "1")
        {
            File.WriteAllText(path, RunSchema.Generate());
        }

        Assert.Equal(RunSchema.Generate(), File.ReadAllText(path));
    }

    [Fact]
    public void ARunIsAsTheSchemaSays()
    {
        var schema = JsonNode.Parse(RunSchema.Generate())!;
        var run = Stored.Run(Stored.Finding(Outcome.Held, 5), Stored.Finding(Outcome.Inconclusive, null) with { Predicted = new PredictedRange(1, 2) });
        Assert.Empty(Problems(schema, schema, JsonNode.Parse(JsonSerializer.Serialize(run, ModelJson.Default.RunDocument)), "run"));
        Assert.NotEmpty(Problems(schema, schema, JsonNode.Parse("""{"scenario": 7}"""), "run"));
    }

    // As much of JSON Schema as the exporter writes: types, properties, required, items, enum, anyOf, $ref.
    private static IEnumerable<string> Problems(JsonNode root, JsonNode? schema, JsonNode? value, string place)
    {
        if (schema is not JsonObject rules)
        {
            yield break;
        }

        if (rules["$ref"] is { } reference)
        {
            foreach (var problem in Problems(root, RunSchema.Resolve(root, (string)reference!), value, place))
            {
                yield return problem;
            }

            yield break;
        }

        if (rules["anyOf"] is JsonArray any)
        {
            if (any.All(one => Problems(root, one, value, place).Any()))
            {
                yield return $"{place}: none of the forms";
            }

            yield break;
        }

        if (rules["type"] is { } type && !(type is JsonArray several ? several : [type.DeepClone()]).Any(one => Is((string)one!, value)))
        {
            yield return $"{place}: {value?.ToJsonString() ?? "null"} is no {type}";
        }

        if (rules["enum"] is JsonArray words && value is JsonValue && !words.Any(word => JsonNode.DeepEquals(word, value)))
        {
            yield return $"{place}: {value} is not among {words.ToJsonString()}";
        }

        foreach (var name in value is JsonObject ? rules["required"]?.AsArray() ?? [] : [])
        {
            if (!value!.AsObject().ContainsKey((string)name!))
            {
                yield return $"{place}: {name} is missing";
            }
        }

        var inner = value switch
        {
            JsonObject members => members.Select(member =>
                (Schema: rules["properties"]?[member.Key] ?? rules["additionalProperties"], member.Value, Place: $"{place}.{member.Key}")),
            JsonArray items => items.Select((item, i) => (Schema: rules["items"], Value: item, Place: $"{place}[{i}]")),
            _ => [],
        };
        foreach (var problem in inner.SelectMany(one => one.Schema is null ? [$"{one.Place} is not in the schema"]
            : Problems(root, one.Schema, one.Value, one.Place)))
        {
            yield return problem;
        }
    }

    private static bool Is(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "integer" => value?.GetValueKind() == JsonValueKind.Number && value.AsValue().TryGetValue<long>(out _),
        _ => value?.GetValueKind() == JsonValueKind.Number,
    };

    internal static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "LoadLab.sln")))
        {
            directory = directory.Parent!;
        }

        return directory.FullName;
    }
}
