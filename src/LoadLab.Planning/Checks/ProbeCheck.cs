using LoadLab.Model;

namespace LoadLab.Planning.Checks;

/// <summary>Whether each step of the probe has a name of its own: expectations name steps.</summary>
internal static class ProbeCheck
{
    /// <summary>Checks all phases that tell the probe something.</summary>
    public static void Run(PlanCheck check)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in check.Scenario.Actions<ProbeAction>().SelectMany(action => action.Steps))
        {
            if (!names.Add(step.Name))
            {
                check.Error("phases", $"two steps of the probe are called '{step.Name}'; give one of them another name");
            }
        }
    }
}
