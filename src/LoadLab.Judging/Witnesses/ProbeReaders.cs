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

/// <summary>How what the probe was answered, and how its process was seen, is read.</summary>
internal static class ProbeReaders
{
    public static void Fill(ReaderTable table)
    {
        Add(ProbeWitnesses.ErrnoOf, (own, _) => own?.Errno.Number);
        Add(ProbeWitnesses.Value, (own, _) => own?.Value);
        Add(ProbeWitnesses.Soft, (own, _) => own?.Soft);
        Add(ProbeWitnesses.Hard, (own, _) => own?.Hard);
        Add(ProbeWitnesses.ProcSoft, (_, other) => other?.ProcSoft);
        Add(ProbeWitnesses.ProcHard, (_, other) => other?.ProcHard);
        Add(ProbeWitnesses.PrlimitSoft, (_, other) => other?.PrlimitSoft);
        Add(ProbeWitnesses.PrlimitHard, (_, other) => other?.PrlimitHard);

        void Add(Witness<string> row, Func<ProbeAnswered?, ProbeSeen?, decimal?> value) => table.Add(row, (seen, step) =>
        {
            var (own, other) = seen.Probe.Of(step);
            return value(own, other) is { } said ? new(said) : Reading.Unseen($"step '{step}' of the probe was not seen");
        });
    }
}
