using LoadLab.Model;
using LoadLab.Planning.Predictions;

namespace LoadLab.Planning;

/// <summary>Who can testify to a quantity in one variant of a plan, at the run's end.</summary>
public static class ConditionWitnesses
{
    /// <summary>All that are right about it there.</summary>
    public static IReadOnlyList<WitnessTerm> Of(QuantityRef quantity, VariantPlan variant, HostFacts host)
    {
        ArgumentNullException.ThrowIfNull(quantity);
        ArgumentNullException.ThrowIfNull(variant);
        var scenario = variant.Declared;
        var last = quantity.Phase ?? (scenario.Phases.IsEmpty ? null : scenario.Phases[^1].Name);
        var given = Circumstances.Of(scenario, new LiveSysctls(scenario, host), last);
        return SubjectPlan.Fit(quantity.Witnesses(given, quantity.Phase).Where(term => Circumstances.Has(scenario, term)), scenario);
    }
}
