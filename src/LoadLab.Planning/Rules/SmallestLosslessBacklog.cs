using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>The smallest backlog with which a load loses no SYN.</summary>
internal static class SmallestLosslessBacklog
{
    /// <summary>Its value by the rules; null when the scenario calls listen() again, so that there is no one backlog.</summary>
    /// <remarks>With an unbounded queue nothing is dropped, hence nothing sent again: the longest queue that any SYN meets is what the live backlog must not be below.</remarks>
    public static long? Of(Scenario scenario, RetransmitSchedule schedule, SimulationTiming timing)
    {
        if (scenario.Phases.Any(phase => phase.Action is ListenAction))
        {
            return null;
        }

        var unbounded = scenario with { Server = scenario.Server with { Backlog = int.MaxValue } };
        return AcceptQueueSimulation.Run(unbounded, schedule, int.MaxValue, timing).LongestQueueMet;
    }
}
