using LoadLab.KernelModel.Rules;
using LoadLab.Model;

namespace LoadLab.Planning;

/// <summary>Which runs may go on beside others.</summary>
/// <remarks>
/// A run's network namespace has its own ports, queues, counters and sysctls. The kernel below is shared: the table of connections (tcp_hashinfo), kernel
/// memory (tcp_mem, nr_files), the queue of a processor's packets (netdev_max_backlog) and the processors. So a run goes alone when it needs much of
/// them, measures them, or has clients and a server race each other: beside another it would be delayed, and the delay be taken for a finding.
/// </remarks>
public static class SideBySide
{
    // Connects of a burst, or flows of the scripted peer: more of them take a processor for longer than the sampler's tick of 10 ms.
    private const long MostAtOnce = 1000;

    /// <summary>Why a run goes alone, as half a sentence; null when others may go on beside it.</summary>
    public static string? WhyAlone(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var traits = SandboxTraits.Of(plan.Host.Sandbox);
        return !traits.IsMadeByRun ? "its network, ports and counters are shared with everything else in it"
            : traits.HasOwnKernel ? "its kernel has one processor, which others would take away for whole ticks"
            : plan.Variants.Select(WhyAlone).FirstOrDefault(reason => reason is not null);
    }

    private static string? WhyAlone(VariantPlan variant) =>
        variant.Declared.Subject is not null ? "how much of the machine an external server needs is not known"
        : variant.Asked.Any(IsOfTime) ? "it measures how much processor time something takes"
        : variant.Declared.Loads.Any(load => load.Swarm.Shape != LoadShape.Burst)
            ? "its clients arrive while the server accepts: how many find the queue full depends on the pace of both"
        : variant.Declared.Loads.Any(load => Arrivals.Count(load.Swarm) > MostAtOnce)
            || variant.Declared.Actions<PeerAction>().Any(peer => peer.Count > MostAtOnce)
            ? $"it opens more than {MostAtOnce} connections at once, which takes a processor, sockets and kernel memory"
        : null;

    private static bool IsOfTime(WitnessRef asked) =>
        asked.Witness.Family == WitnessFamily.Scheduler || asked.Witness == ClientWitnesses.OwnTimes || asked.Witness == ClientWitnesses.OwnTimesOfFailed
        || asked.Witness == PacketWitnesses.SynGap;
}
