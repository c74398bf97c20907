using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>What a run was seen to take for what has no rule.</summary>
internal static class DelaysSeen
{
    /// <summary>What a variant took where that is more than a plan allows; null where it kept to that.</summary>
    public static RunDelays? Of(VariantEvidence evidence)
    {
        var seen = evidence.Final;
        var delays = RunDelays.Planned.OrMore(new RunDelays(
            seen.Late,
            seen.ClockGaps.GetValueOrDefault(Role.Server),
            ConnectOf(evidence.Planned.Declared, seen.Clients.Lateness.Max)));
        return delays == RunDelays.Planned ? null : delays;
    }

    // All connects of a burst are due when it begins, so the last of them is late by as long as the burst took.
    private static Nanoseconds ConnectOf(Scenario scenario, Nanoseconds latest)
    {
        var bursts = scenario.Loads.Select(load => load.Swarm).Where(swarm => swarm.Shape == LoadShape.Burst).Select(swarm => swarm.Connections).ToList();
        return bursts.Count == 0 ? Nanoseconds.Zero : new Nanoseconds(latest.Value / Math.Max(1, bursts.Min()));
    }
}
