using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>What a step of the probe was answered, and how its process was seen after it.</summary>
internal sealed class ProbeSightings
{
    private readonly Dictionary<string, (ProbeAnswered? Own, ProbeSeen? Other)> steps;

    public ProbeSightings()
        : this([])
    {
    }

    private ProbeSightings(Dictionary<string, (ProbeAnswered? Own, ProbeSeen? Other)> steps) => this.steps = steps;

    /// <summary>The probe's own word on each step.</summary>
    public IEnumerable<ProbeAnswered> Answers => steps.Values.Select(step => step.Own).OfType<ProbeAnswered>();

    public void Fold(ProbeAnswered answered) => steps[answered.Step] = (answered, steps.GetValueOrDefault(answered.Step).Other);

    public void Fold(ProbeSeen seen) => steps[seen.Step] = (steps.GetValueOrDefault(seen.Step).Own, seen);

    public (ProbeAnswered? Own, ProbeSeen? Other) Of(string step) => steps.GetValueOrDefault(step);

    public ProbeSightings Copy() => new(new(steps));
}

/// <summary>What can be asked about a step of the probe: <c>probe.STEP.errno</c>, <c>probe.STEP.proc-soft</c>.</summary>
internal static class ProbeWitnesses
{
    private static readonly (string Name, Func<ProbeAnswered?, ProbeSeen?, decimal?> Read)[] Of =
    [
        ("errno", (own, _) => own?.Errno.Number),
        ("value", (own, _) => own?.Value),
        ("soft", (own, _) => own?.Soft),
        ("hard", (own, _) => own?.Hard),
        ("proc-soft", (_, other) => other?.ProcSoft),
        ("proc-hard", (_, other) => other?.ProcHard),
        ("prlimit-soft", (_, other) => other?.PrlimitSoft),
        ("prlimit-hard", (_, other) => other?.PrlimitHard),
    ];

    public static IEnumerable<WitnessForm> Rows => Of.Select(row => new WitnessForm($"probe.*.{row.Name}", "probe", (seen, step) =>
    {
        var (own, other) = seen.Probe.Of(step);
        return row.Read(own, other) is { } value ? new(value) : Reading.Unseen($"step '{step}' of the probe was not seen");
    }));
}
