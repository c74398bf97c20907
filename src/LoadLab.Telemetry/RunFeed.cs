using LoadLab.Model;

namespace LoadLab.Telemetry;

/// <summary>A run's observations on their way to instruments and trace: of each variant those until the end of its last phase, as run.json has them.</summary>
/// <remarks>
/// What comes later is the lab being taken down: connections reset, queues closed. It is not part of the run, and its figures would not be the run's.
/// Not thread-safe.
/// </remarks>
public sealed class RunFeed
{
    private readonly Dictionary<string, string> lastPhases;
    private readonly HashSet<string> over = [];
    private readonly LoadLabInstruments instruments;
    private readonly RunTrace trace;

    /// <summary>Feeds these two; their creator disposes them.</summary>
    public RunFeed(Plan plan, LoadLabInstruments instruments, RunTrace trace)
    {
        ArgumentNullException.ThrowIfNull(plan);
        (this.instruments, this.trace) = (instruments, trace);
        lastPhases = plan.Variants.Where(variant => !variant.Declared.Phases.IsEmpty).ToDictionary(
            variant => variant.Name, variant => variant.Declared.Phases[^1].Name);
    }

    /// <summary>Takes the next observation.</summary>
    public void Record(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        var variant = observation.Variant ?? "";
        if (over.Contains(variant))
        {
            return;
        }

        instruments.Record(observation);
        trace.Record(observation);
        if (observation is PhaseEnded ended && lastPhases.GetValueOrDefault(variant) == ended.Phase)
        {
            over.Add(variant);
        }
    }
}
