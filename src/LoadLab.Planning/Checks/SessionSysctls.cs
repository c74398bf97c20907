using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Planning.Checks;

/// <summary>The sysctls of sessions: those that steps set, and those that the command line adds to what the file states its claims for.</summary>
internal static class SessionSysctls
{
    /// <summary>Names that the steps of a phase set, in their order.</summary>
    public static IEnumerable<string> Of(Phase phase) => phase.Action is SessionAction action
        ? action.Sessions.SelectMany(session => session.Steps).Where(step => step.Call == SessionCall.Sysctl).Select(step => step.Sysctl?.Name).OfType<string>()
        : [];

    /// <summary>Which sysctls of this run differ from those that a session's claims are stated for, as a sentence; null: none.</summary>
    /// <remarks>Each claim of a session is a value that its author states: no rule says what it is with other sysctls.</remarks>
    public static string? NotAsStated(PlanCheck check)
    {
        string[] names = !check.Scenario.IsSession ? [] : [.. check.Scenario.Sysctls.Where(pair => check.PlaceOf($"sysctl.{pair.Key}").Line == Place.CommandLine
            && check.Host.SysctlsUntouched.GetValueOrDefault(pair.Key) != pair.Value).Select(pair => $"{pair.Key} is {pair.Value}")];
        return names.Length == 0 ? null
            : $"the claim is stated for the sysctls of its file and a new namespace's defaults, and here {string.Join(", ", names)}";
    }
}
