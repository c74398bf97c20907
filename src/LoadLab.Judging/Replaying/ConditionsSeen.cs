using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>The conditions of a run that no kernel rule gives, as they were measured.</summary>
internal static class ConditionsSeen
{
    /// <summary>Delays beyond what the plan allows, and free descriptors that it cannot know; null where there were none.</summary>
    public static RunConditions? Of(VariantEvidence evidence)
    {
        var seen = evidence.Final;
        var conditions = RunConditions.Planned.OrMore(new RunConditions(
            seen.Late,
            seen.ClockGaps.GetValueOrDefault(Role.Server),
            ConnectOf(evidence.Planned.Declared, seen.Clients.Lateness.Max))) with
        {
            ServerRoom = RoomOf(evidence, Role.Server),
            SwarmRoom = RoomOf(evidence, Role.Swarm),
        };
        return conditions == RunConditions.Planned ? null : conditions;
    }

    /// <summary>True when a limit is a number, and it was seen how many descriptors that left free.</summary>
    public static bool HaveRoom(VariantEvidence evidence) => (RoomOf(evidence, Role.Server) ?? RoomOf(evidence, Role.Swarm)) is not null;

    private static FreeDescriptors? RoomOf(VariantEvidence evidence, Role role)
    {
        var declared = evidence.Planned.Declared;
        return (role == Role.Server ? declared.ServerNofile : declared.SwarmNofile) is null ? null : evidence.Final.Processes.FirstRoomOf(role);
    }

    // All connects of a burst are due when it begins, so the last of them is late by as long as the burst took.
    private static Nanoseconds ConnectOf(Scenario scenario, Nanoseconds latest)
    {
        var bursts = scenario.Loads.Select(load => load.Swarm).Where(swarm => swarm.Shape == LoadShape.Burst).Select(swarm => swarm.Connections).ToList();
        return bursts.Count == 0 ? Nanoseconds.Zero : new Nanoseconds(latest.Value / Math.Max(1, bursts.Min()));
    }
}
