using LoadLab.Lab;
using LoadLab.Model;

namespace LoadLab.Runs.Suites;

/// <summary>One scenario of a suite, planned; or why it cannot be run here.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Claim">Its claim.</param>
/// <param name="Plan">The plan; null when it cannot be run here.</param>
/// <param name="Sandbox">Where; null with the plan.</param>
/// <param name="NotRun">Why it cannot be run here; null when it can.</param>
public sealed record SuitePlan(string Scenario, string Claim, Plan? Plan, ISandbox? Sandbox, string? NotRun)
{
    /// <summary>Plans each of them, so that all that can be refused is refused before anything runs.</summary>
    /// <remarks>
    /// A file that cannot be read, and a setting that it does not take, refuse the whole suite. What this machine does not have (a sysctl of an older
    /// kernel, the package of a sandbox) concerns one scenario, and the others are run; when it concerns all of them, nothing is run.
    /// </remarks>
    /// <exception cref="RunException">Nothing is run, with every reason.</exception>
    public static async Task<IReadOnlyList<SuitePlan>> AllAsync(IReadOnlyList<RunRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var refusals = requests.Select(Refusal).OfType<string>().ToList();
        if (refusals.Count > 0)
        {
            throw RunException.Refused(string.Join('\n', refusals.Distinct(StringComparer.Ordinal)));
        }

        var plans = new List<SuitePlan>();
        var isAnyRefused = false;
        foreach (var request in requests)
        {
            var declared = Preparation.Declared(request);
            try
            {
                var (plan, sandbox) = await Preparation.PlanAsync(request);
                plans.Add(new SuitePlan(plan.Scenario, plan.Claim, plan, sandbox, null));
            }
            catch (RunException refusal)
            {
                isAnyRefused |= refusal.IsRefused;
                plans.Add(new SuitePlan(declared.Name, declared.Base.Claim, null, null, refusal.Message.Replace('\n', ' ')));
            }
        }

        if (plans.Any(plan => plan.Plan is not null))
        {
            return plans;
        }

        var reasons = string.Join('\n', plans.Select(plan => $"{plan.Scenario}: {plan.NotRun}").Distinct(StringComparer.Ordinal));
        throw isAnyRefused ? RunException.Refused(reasons) : RunException.Unavailable(reasons);
    }

    private static string? Refusal(RunRequest request)
    {
        try
        {
            _ = Preparation.Declared(request);
            return null;
        }
        catch (RunException refusal)
        {
            return refusal.Message;
        }
    }
}
