using LoadLab.Judging.Sizing;
using LoadLab.Model;
using LoadLab.Planning;

namespace LoadLab.Runs.Sizing;

/// <summary>Asks the kernel model what a condition's quantity is with one value of the setting: a plan that is never run.</summary>
/// <remarks>The sandbox and the subject are looked at once, with the best value of the range; what follows from another value is worked out from
/// that.</remarks>
internal sealed class SizingModel(SizeRequest request, HostFacts facts)
{
    private const string Somaxconn = "net.core.somaxconn";
    private readonly SortedDictionary<long, SizingPrediction?> asked = [];

    /// <summary>All that it said, in ascending order of values.</summary>
    public IEnumerable<SizingPrediction> Said => asked.Values.OfType<SizingPrediction>();

    /// <summary>Why the first value that cannot be planned cannot; null when all could.</summary>
    public string? Refusal { get; private set; }

    /// <summary>What it says of a value; null where it has no rule.</summary>
    public SizingPrediction? At(long value) => asked.TryGetValue(value, out var known) ? known : asked[value] = Ask(value, request.With(value));

    /// <summary>What it says of a value with a fifth more load; null where it has no rule.</summary>
    public SizingPrediction? AtMore(long value) => request.More.IsEmpty ? null : Ask(value, request.WithMore(value));

    /// <summary>The live backlog that a value gives; null where it cannot be planned.</summary>
    public int? LiveBacklog(long value) => Plan(request.With(value))?.LiveBacklog;

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
        var live = facts;
        if (facts.Subject is { } subject && int.TryParse(facts.SysctlOf(declared.Base, Somaxconn), out var somaxconn))
        {
            live = facts with { Subject = subject with { LiveBacklog = Math.Min(subject.LiveBacklog, somaxconn) } };
        }

        var planned = Planner.Plan(declared, live, "");
        Refusal ??= planned.Value is null ? string.Join('\n', planned.Errors) : null;
        return planned.Value?.Variants[0];
    }
}
