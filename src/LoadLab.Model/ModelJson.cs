using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>How the Model is written and read as JSON: snake_case, enums as their words, compact for lines.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(Observation))]
[JsonSerializable(typeof(RoleCommand))]
[JsonSerializable(typeof(Plan))]
[JsonSerializable(typeof(VariantPlan))]
[JsonSerializable(typeof(HostFacts))]
[JsonSerializable(typeof(RunDocument))]
[JsonSerializable(typeof(LabOrder))]
[JsonSerializable(typeof(ComparisonDocument))]
[JsonSerializable(typeof(SizingDocument))]
[JsonSerializable(typeof(RunBands))]
[JsonSerializable(typeof(SuiteDocument))]
[JsonSerializable(typeof(LabReady))]
[JsonSerializable(typeof(NamespaceIdentity))]
[JsonSerializable(typeof(ConsentAsk))]
[JsonSerializable(typeof(ConsentAnswer))]
[JsonSerializable(typeof(Inspection))]
[JsonSerializable(typeof(TextbookDocument))]
[JsonSerializable(typeof(TextbookDocument[]))]
public sealed partial class ModelJson : JsonSerializerContext
{
    private static ModelJson? indented;

    /// <summary>The same, indented, for documents that people open.</summary>
    public static ModelJson Indented => indented ??= new ModelJson(new JsonSerializerOptions(Default.GeneratedSerializerOptions!) { WriteIndented = true });
}
