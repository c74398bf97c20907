using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Scenarios;

namespace LoadLab.Benchmarks;

/// <summary>Real inputs: what the kernel answered, what the tap saw, and the repository's scenarios.</summary>
internal static class Recorded
{
    private static readonly string Root = Above(AppContext.BaseDirectory).First(folder => File.Exists(Path.Combine(folder, "LoadLab.sln")));

    /// <summary>An input of a fuzz target's corpus.</summary>
    public static byte[] Corpus(string target, string name) => File.ReadAllBytes(Path.Combine(Root, "tests", "LoadLab.Fuzz", "corpus", target, name));

    /// <summary>A scenario of the repository.</summary>
    public static DeclaredScenario Scenario(string name) =>
        ScenarioFile.Load(Path.Combine(Root, "scenarios", $"{name}.yaml"), name, []).Value ?? throw new InvalidOperationException($"{name} is no scenario");

    /// <summary>Its plan on a host with the kernel's default sysctls.</summary>
    public static Plan Plan(DeclaredScenario scenario)
    {
        var host = TypicalHost.Facts with { Sysctls = TypicalHost.Facts.Sysctls.SetItems(Planner.SysctlsAsked(scenario)) };
        return Planner.Plan(scenario, host, "loadlab run").Value ?? throw new InvalidOperationException($"{scenario.Name} has no plan");
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }
}
