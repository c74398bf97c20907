using LoadLab.Model;
using LoadLab.Planning.Predictions;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning;

/// <summary>How long a scenario's phases last.</summary>
internal static class PhaseTime
{
    private const long MostSimulatedConnects = 20_000;

    /// <summary>At most; a load that is over when it is settled is simulated, or taken to last until the last client gives up.</summary>
    public static Nanoseconds Of(Scenario scenario, LiveSysctls sysctls)
    {
        var loads = scenario.Phases.Select(phase => phase.Action).OfType<LoadAction>().ToList();
        var schedule = sysctls.SynSchedule;
        if (PortExhaustion.Covers(scenario, sysctls))
        {
            return PortExhaustion.Lasts(scenario);
        }

        if (loads.Exists(load => load.Until == LoadUntil.Settled) && scenario.Server.Listeners == 1
            && loads.TrueForAll(load => load.Swarm is { Shape: not LoadShape.Churn, Target: null }) && loads.Sum(load => Arrivals.Count(load.Swarm)) <= MostSimulatedConnects)
        {
            return new Nanoseconds(SimulationTiming.Corners.Max(timing => AcceptQueueSimulation.Run(scenario, schedule, sysctls.Somaxconn, timing).Last.At.Value));
        }

        var patience = new Nanoseconds(loads.Where(load => load.Until == LoadUntil.Settled)
            .Sum(load => load.Swarm.ConnectTimeout > Nanoseconds.Zero ? load.Swarm.ConnectTimeout.Value : sysctls.SynScheduleOf(load.Swarm).GiveUpLatest.Value));
        var issuing = new Nanoseconds(loads.Where(load => load.Swarm.Shape != LoadShape.Burst).Sum(load => load.Swarm.For.Value));
        issuing += new Nanoseconds(scenario.Phases.Select(phase => phase.Action).OfType<PeerAction>().Sum(PeerNs));
        issuing += new Nanoseconds(scenario.Phases.Select(phase => phase.Action).OfType<SessionAction>().SelectMany(action => action.Sessions).Sum(session => session.Lasts.Value));
        return patience + issuing + new Nanoseconds(scenario.Phases.Sum(phase => phase.Hold.Value));
    }

    /// <summary>A paced peer takes as long as its rate says; one whose handshakes are not answered, a second more.</summary>
    private static long PeerNs(PeerAction peer) =>
        (peer.Rate is { } rate ? Nanoseconds.FromSeconds((peer.Count ?? 1) / rate.PerSecond).Value : 0) + (peer.Send == PeerSegment.Connect ? Nanoseconds.FromSeconds(1).Value : 0);
}
