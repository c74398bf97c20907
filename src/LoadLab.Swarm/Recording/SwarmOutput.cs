using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>Where a worker's threads write.</summary>
/// <param name="Write">Takes an observation from any thread.</param>
/// <param name="IsBehind">True while the reader does not follow: counts are then gathered for longer.</param>
internal sealed record SwarmOutput(Action<Observation> Write, Func<bool> IsBehind)
{
    private const int LinesBehind = 1_000;

    /// <summary>Onto a pipe.</summary>
    public static SwarmOutput Onto(ObservationPipe pipe) => new(pipe.Write, () => pipe.Queued > LinesBehind);
}
