using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoadLab.Tests;

/// <summary>Whether a document is as a JSON schema says: types, properties, required, items, enum, anyOf, oneOf, $ref; no member beyond those.</summary>
internal static class JsonSchemaCheck
{
    /// <summary>What is not as the schema says, a sentence each.</summary>
    public static IEnumerable<string> Problems(JsonNode schema, JsonNode? document, string name) => Problems(schema, schema, document, name);

    /// <summary>What a reference within the document leads to.</summary>
    public static JsonNode Resolve(JsonNode root, string reference) =>
        reference.Split('/', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Aggregate(root, (node, step) => node is JsonArray array ? array[int.Parse(step, CultureInfo.InvariantCulture)]!
                : node[step]!);

    private static IEnumerable<string> Problems(JsonNode root, JsonNode? schema, JsonNode? value, string place)
    {
        if (schema is not JsonObject rules)
        {
            yield break;
        }

        if (rules["$ref"] is { } reference)
        {
            foreach (var problem in Problems(root, Resolve(root, (string)reference!), value, place))
            {
                yield return problem;
            }

            yield break;
        }

        if ((rules["anyOf"] ?? rules["oneOf"]) is JsonArray any)
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
}
