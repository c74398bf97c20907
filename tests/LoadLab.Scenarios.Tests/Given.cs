using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Scenarios.Tests;

/// <summary>Scenarios that tests begin with. Also compiled into the planner's tests.</summary>
internal static class Given
{
    /// <summary>The repository.</summary>
    public static string Repository { get; } = RepositoryRoot();

    /// <summary>Its scenarios.</summary>
    public static string ScenarioRoot { get; } = Path.Combine(Repository, "scenarios");

    /// <summary>A scenario that must be right.</summary>
    public static DeclaredScenario Scenario(string yaml, params (string Name, string Value)[] settings)
    {
        var read = ScenarioFile.Parse("some.yaml", "some", yaml, settings);
        Assert.Empty(read.Errors);
        return read.Value!;
    }

    /// <summary>What is wrong with a scenario.</summary>
    public static ImmutableArray<ScenarioError> Errors(string yaml, params (string Name, string Value)[] settings) =>
        ScenarioFile.Parse("some.yaml", "some", yaml, settings).Errors;

    private static string RepositoryRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "LoadLab.sln")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("LoadLab.sln is in no directory above the tests");
        }

        return directory;
    }
}
