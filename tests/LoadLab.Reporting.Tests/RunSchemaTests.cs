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
        Assert.Empty(JsonSchemaCheck.Problems(schema, JsonNode.Parse(JsonSerializer.Serialize(run, ModelJson.Default.RunDocument)), "run"));
        Assert.NotEmpty(JsonSchemaCheck.Problems(schema, JsonNode.Parse("""{"scenario": 7}"""), "run"));
    }

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
