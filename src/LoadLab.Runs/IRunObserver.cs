using LoadLab.Judging;
using LoadLab.Model;

namespace LoadLab.Runs;

/// <summary>Gets all that a run observes and what is made of it: telemetry, where it is asked for.</summary>
public interface IRunObserver
{
    /// <summary>An observation that <paramref name="evidence"/> has folded already; from the task that reads the lab's lines.</summary>
    void Record(Observation observation, Evidence evidence);

    /// <summary>The run is judged.</summary>
    void End(RunDocument run);
}
