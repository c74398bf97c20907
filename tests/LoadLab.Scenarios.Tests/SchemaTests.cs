namespace LoadLab.Scenarios.Tests;

public sealed class SchemaTests
{
    [Fact]
    public void SchemaOnDiskIsTheOneThatTheTablesGive()
    {
        var path = Path.Combine(Given.ScenarioRoot, "scenario.schema.json");

        // The way to make it again: LOADLAB_WRITE_SCHEMA=1 dotnet test tests/LoadLab.Scenarios.Tests
        if (Environment.GetEnvironmentVariable("LOADLAB_WRITE_SCHEMA") == "1")
        {
            File.WriteAllText(path, ScenarioSchema.Generate());
        }

        Assert.Equal(ScenarioSchema.Generate(), File.ReadAllText(path));
    }
}
