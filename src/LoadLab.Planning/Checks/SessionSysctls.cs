using LoadLab.Model;

namespace LoadLab.Planning.Checks;

/// <summary>The sysctls that the steps of a phase's sessions set.</summary>
internal static class SessionSysctls
{
    /// <summary>Their names, in the steps' order.</summary>
    public static IEnumerable<string> Of(Phase phase) => phase.Action is SessionAction action
        ? action.Sessions.SelectMany(session => session.Steps).Where(step => step.Call == SessionCall.Sysctl).Select(step => step.Sysctl?.Name).OfType<string>()
        : [];
}
