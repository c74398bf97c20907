using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Predictions;

/// <summary>The predictions for several listeners on one port: which one a client meets is a hash, so only what holds for any hash is said.</summary>
internal static class SharedPort
{
    private const string HashSource = "net/core/sock_reuseport.c reuseport_select_sock; net/ipv4/inet_hashtables.c inet_lookup_reuseport";
    private const double Improbable = 1e-4;

    /// <summary>Adds what the hash leaves open between bounds: for a server that never accepts and one load far above what the queues take.</summary>
    public static void Predict(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        var listeners = scenario.Server.Listeners;
        var capacity = AcceptQueue.Capacity(AcceptQueue.LiveBacklog(scenario.Server.Backlog, sysctls.Somaxconn));
        if (listeners > 1 && scenario.Server is { Accept.Kind: AcceptPolicyKind.Never, Ports: 1, DeferAccept.Value: 0 }
            && scenario.Phases is [{ Action: LoadAction { Until: LoadUntil.Issued, Swarm: { ConnectTimeout.Value: 0, Target: null } } load }, .. var rest]
            && rest.All(phase => phase.Action is HoldAction)
            && FillsEveryQueue(Arrivals.Count(load.Swarm) ?? 0, listeners, capacity))
        {
            PredictDrops(list, scenario, sysctls.SynScheduleOf(load.Swarm), load.Swarm, capacity * listeners);
        }
    }

    /// <summary>True when the chance that any of the queues gets too few clients is below 1 in 10,000 (a binomial distribution's lower tail, once for each
    /// queue).</summary>
    public static bool FillsEveryQueue(long connects, int listeners, long capacity)
    {
        var share = 1.0 / listeners;
        var term = Math.Pow(1 - share, connects);
        var tooFew = 0.0;
        for (var k = 0L; k < capacity && k <= connects; k++)
        {
            tooFew += term;
            term *= (connects - k) / (k + 1.0) * share / (1 - share);
        }

        return connects >= capacity * listeners && tooFew * listeners < Improbable;
    }

    /// <summary>At least when the last to come are those that wait, at most when the first are.</summary>
    private static void PredictDrops(PredictionList list, Scenario scenario, RetransmitSchedule schedule, SwarmSpec swarm, long total)
    {
        var connects = Arrivals.Count(swarm) ?? 0;
        var waiting = connects - total;
        var held = new Nanoseconds(scenario.Phases.Sum(phase => phase.Hold.Value));
        var end = Arrivals.At(swarm, connects - 1) + held;
        var slow = end + new Nanoseconds(scenario.Phases.Length * RunConditions.Planned.Phase.Value);
        decimal least = 0, most = 0;
        for (var i = 0L; i < waiting; i++)
        {
            least += schedule.SentBy(end - Arrivals.At(swarm, total + i)).Min;
            most += schedule.SentBy(slow - Arrivals.At(swarm, i)).Max;
        }

        var rule = $"{waiting} clients meet a full queue; SYNs are sent at {schedule}, and the hash decides which clients wait";
        list.Between(PhaseQuantities.Drops, [least, most], rule, HashSource);
        list.Between(PhaseQuantities.SynRetransmits, [least - waiting, most - waiting], rule, SynSchedule.KernelSource);
    }
}
