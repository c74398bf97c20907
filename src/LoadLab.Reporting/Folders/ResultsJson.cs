using System.Text.Json.Serialization;

namespace LoadLab.Reporting;

/// <summary>How a list of results is written as JSON, in the Model's spelling.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(StoredResult[]))]
public sealed partial class ResultsJson : JsonSerializerContext;
