using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

/// <summary>The JSON schema of run.json, made from the Model's types and what they say of themselves.</summary>
internal static partial class RunSchema
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n" };

    // What writes itself is opaque to the exporter.
    private static readonly Dictionary<Type, Func<JsonObject>> Forms = new()
    {
        [typeof(Errno)] = () => new JsonObject { ["type"] = "string", ["pattern"] = "^(OK|E[A-Z0-9]+)$" },
        [typeof(KernelVersion)] = () => new JsonObject { ["type"] = "string" },
        [typeof(PredictedRange)] = () => new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "number" },
                new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "number" }, ["minItems"] = 2, ["maxItems"] = 2 }),
        },
    };

    /// <summary>The document as docs/reference/run.schema.json holds it.</summary>
    public static string Generate()
    {
        var docs = XDocument.Load(Path.ChangeExtension(typeof(RunDocument).Assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(member => (string)member.Attribute("name")!);
        var schema = ModelJson.Default.RunDocument.GetJsonSchemaAsNode(new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) => Describe(docs, context, Forms.TryGetValue(context.TypeInfo.Type, out var form) ? form() : node),
        }).AsObject();
        var document = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "LoadLab run.json" };
        foreach (var (name, value) in schema.ToArray())
        {
            schema.Remove(name);
            document[name] = value;
        }

        WithoutNulls(document, document);
        return document.ToJsonString(Layout) + "\n";
    }

    // What is null is not written, so it cannot be required.
    private static void WithoutNulls(JsonNode root, JsonNode? node)
    {
        if (node is JsonObject { } schema && schema["required"] is JsonArray required)
        {
            schema["required"] = new JsonArray([.. required.Where(name => !MayBeNull(root, schema["properties"]?[(string)name!]))
                .Select(name => name!.DeepClone())]);
        }

        foreach (var inner in node switch { JsonObject members => members.Select(member => member.Value), JsonArray items => items, _ => [] })
        {
            WithoutNulls(root, inner);
        }
    }

    private static bool MayBeNull(JsonNode root, JsonNode? schema) => schema?["$ref"] is { } reference
        ? MayBeNull(root, JsonSchemaCheck.Resolve(root, (string)reference!))
        : schema?["type"] is JsonArray types && types.Any(type => (string?)type == "null");

    private static JsonNode Describe(Dictionary<string, XElement> docs, JsonSchemaExporterContext context, JsonNode node)
    {
        if (node is JsonObject schema && context.PropertyInfo?.AttributeProvider is PropertyInfo property && Words(docs, property) is { } words)
        {
            schema.Insert(0, "description", words);
        }

        return node;
    }

    // A property's own words, or those of the record's parameter that it is.
    private static string? Words(Dictionary<string, XElement> docs, PropertyInfo property)
    {
        var type = property.DeclaringType!.FullName;
        var words = docs.GetValueOrDefault($"P:{type}.{property.Name}")?.Element("summary")
            ?? docs.GetValueOrDefault($"T:{type}")?.Elements("param").FirstOrDefault(param => (string?)param.Attribute("name") == property.Name);
        return words is null ? null : Spaces().Replace(string.Concat(words.Nodes().Select(Text)), " ").Trim();
    }

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { IsEmpty: true } element => $"{((string?)element.Attribute("cref") ?? (string?)element.Attribute("name") ?? "").Split('.')[^1]}",
        XElement element => element.Value,
        _ => "",
    };

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
