using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Where a sampler writes: a run's pipe, or whoever samples the host on its own.</summary>
/// <param name="Write">Takes an observation, from the sampler's thread or from the caller's.</param>
internal sealed record SampleOutput(Action<Observation> Write);
