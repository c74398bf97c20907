using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Planning.Predictions;
using LoadLab.Scenarios;

namespace LoadLab.Planning;

/// <summary>One line of the list of scenarios.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its file.</param>
/// <param name="Claim">Its claim; "" when the file cannot be read.</param>
/// <param name="Title">Its title; "" where it has none, or the file cannot be read.</param>
/// <param name="Needs">What it needs, in a few words.</param>
/// <param name="Errors">What is wrong with the file; empty when nothing is.</param>
public sealed record ScenarioSummary(string Name, string Path, string Claim, string Title, string Needs, ImmutableArray<ScenarioError> Errors)
{
    private Lazy<Nanoseconds> lasts = new(() => Nanoseconds.Zero);

    /// <summary>About how long its phases last, on a kernel with default sysctls; zero when the file cannot be read.</summary>
    /// <remarks>The model has to run for it, so it is found when it is asked for the first time.</remarks>
    public Nanoseconds Lasts => lasts.Value;

    /// <summary>The line of a scenario.</summary>
    public static ScenarioSummary Of(ScenarioReference scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        var (name, path) = scenario;
        var file = ScenarioFile.Load(path, name, []);
        if (file.Value is not { } declared)
        {
            return new ScenarioSummary(name, path, "", "", "", file.Errors);
        }

        return new ScenarioSummary(name, path, declared.Base.Claim, declared.Base.Title, NeedsOf(declared), [])
        {
            lasts = new Lazy<Nanoseconds>(() => LastsOf(declared)),
        };
    }

    private static Nanoseconds LastsOf(DeclaredScenario declared) => new(declared.Variants.Sum(
        variant => PhaseTime.Of(variant.Scenario, new LiveSysctls(variant.Scenario, TypicalHost.Facts) { IsBrief = true }).Value));

    private static string NeedsOf(DeclaredScenario declared)
    {
        var needs = SandboxTraits.Of(declared.Base.Sandbox).Needs;
        var sysctls = Planner.SysctlsAsked(declared).Keys;
        return sysctls.Any() ? $"{needs} that may set {string.Join(", ", sysctls)}" : needs;
    }
}
