using LoadLab.Judging.Sizing;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Scenarios;

namespace LoadLab.Runs.Sizing;

/// <summary>Asks the kernel model what a condition's quantity is with one value of the setting: a plan that is never run.</summary>
/// <remarks>The sandbox and the subject are looked at once, with the best value of the range; what follows from another value is worked out from
/// that.</remarks>
internal sealed class SizingModel(SizeRequest request, HostFacts facts)
{
    /// <summary>The setting that clamps what a subject gives to listen().</summary>
    public const string FoundSomaxconn = "sysctl." + Somaxconn;

    private const string Somaxconn = "net.core.somaxconn";
    private readonly SortedDictionary<long, SizingPrediction?> asked = [];

    /// <summary>All that it said, in ascending order of values.</summary>
    public IEnumerable<SizingPrediction> Said => asked.Values.OfType<SizingPrediction>();

    /// <summary>What was seen of the subject; null: LoadLab's own server runs.</summary>
    public SubjectFacts? Subject => facts.Subject;

    /// <summary>Why the first value that cannot be planned cannot; null when all could.</summary>
    public string? Refusal { get; private set; }

    /// <summary>What it says of a value; null where it has no rule.</summary>
    public SizingPrediction? At(long value) => asked.TryGetValue(value, out var known) ? known : asked[value] = Ask(value, request.With(value));

    /// <summary>What it says of a value with a fifth more load; null where it has no rule.</summary>
    public SizingPrediction? AtMore(long value) => request.More.IsEmpty ? null : Ask(value, request.WithMore(value));

    private SizingPrediction? Ask(long value, RunRequest run)
    {
        if (Plan(run) is not { } variant)
        {
            return null;
        }

        var ranges = request.Conditions.Select(condition => condition.Of.Quantity is { } quantity
            ? variant.Predictions.FirstOrDefault(one => one.Quantity == quantity)?.Range : null).ToList();
        if (ranges[0] is not { } first)
        {
            return null;
        }

        bool?[] holds = [.. request.Conditions.Zip(ranges, (condition, range) => range is { } known ? condition.IsMetBy(known) : null)];
        return new SizingPrediction(value, (double)first.Low, (double)first.High, holds.Contains(false) ? false : holds.Contains(null) ? null : true);
    }

    private VariantPlan? Plan(RunRequest run)
    {
        var declared = Preparation.Declared(run);
        var live = AsAsked(declared);
        if (live.Subject is { } subject && int.TryParse(facts.SysctlOf(declared.Base, Somaxconn), out var somaxconn))
        {
            live = live with { Subject = subject with { LiveBacklog = Math.Min(subject.LiveBacklog, somaxconn) } };
        }

        var planned = Planner.Plan(declared, live, "");
        Refusal ??= planned.Value is null ? string.Join('\n', planned.Errors) : null;
        return planned.Value?.Variants[0];
    }

    // The sandbox was looked at with another value of a sysctl; whether the kernel takes this one as it is, the plan of a run sees.
    private HostFacts AsAsked(DeclaredScenario declared)
    {
        const string Prefix = "sysctl.";
        return request.Find.StartsWith(Prefix, StringComparison.Ordinal) && declared.Base.Sysctls.TryGetValue(request.Find[Prefix.Length..], out var value)
            ? facts with { Sysctls = facts.Sysctls.SetItem(request.Find[Prefix.Length..], value) }
            : facts;
    }
}
