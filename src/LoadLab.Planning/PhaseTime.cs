using LoadLab.Model;
using LoadLab.Planning.Predictions;

namespace LoadLab.Planning;

/// <summary>How long a scenario's phases last.</summary>
internal static class PhaseTime
{
    /// <summary>At most; a load that is over when it is settled is simulated, or taken to last until the last client gives up.</summary>
    public static Nanoseconds Of(Scenario scenario, LiveSysctls sysctls)
    {
        var loads = scenario.Loads.ToList();
        if (!scenario.IsSession && ModelPredictions.WhyNot(scenario) is null)
        {
            return ModelPredictions.Lasts(scenario, sysctls);
        }

        var patience = new Nanoseconds(loads.Where(load => load.Until == LoadUntil.Settled)
            .Sum(load => load.Swarm.ConnectTimeout > Nanoseconds.Zero ? load.Swarm.ConnectTimeout.Value
                : sysctls.SynScheduleOf(load.Swarm).GiveUpLatest.Value));
        var issuing = new Nanoseconds(loads.Where(load => load.Swarm.Shape != LoadShape.Burst).Sum(load => load.Swarm.For.Value));
        issuing += new Nanoseconds(scenario.Actions<PeerAction>().Sum(PeerNs));
        issuing += new Nanoseconds(scenario.Actions<SessionAction>().SelectMany(action => action.Sessions).Sum(session => session.Lasts.Value));
        return patience + issuing + new Nanoseconds(scenario.Phases.Sum(phase => phase.Hold.Value));
    }

    /// <summary>A paced peer takes as long as its rate says; one whose handshakes are not answered, a second more.</summary>
    private static long PeerNs(PeerAction peer) =>
        (peer.Rate is { } rate ? Nanoseconds.FromSeconds((peer.Count ?? 1) / rate.PerSecond).Value : 0)
            + (peer.Send == PeerSegment.Connect ? Nanoseconds.FromSeconds(1).Value : 0);
}
