using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>A listener, the scripted peer and the clients when one phase of a simulation ended.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="At">Since the run's start.</param>
/// <param name="LiveBacklog">The live backlog.</param>
/// <param name="Listener">The listener.</param>
/// <param name="Peer">The scripted peer.</param>
/// <param name="Established">Clients of the swarm that were established.</param>
/// <param name="Waiting">Clients of the swarm without an answer.</param>
/// <param name="IsContested">True once several clients' SYNs, sent again by one slot of the timer wheel, met some room: what follows has no rule (see <see cref="AcceptQueueSimulation"/>).</param>
internal sealed record SynQueueSample(string Phase, Nanoseconds At, int LiveBacklog, ListenerCounts Listener, SimulatedPeer Peer, long Established, long Waiting, bool IsContested);

/// <summary>What a simulation of the SYN queue saw.</summary>
/// <param name="Samples">One as each phase ended; never empty.</param>
/// <param name="FirstExpiry">When the first half-open request was given up, since the first load or peer phase began; null: none was.</param>
internal sealed record SynQueueResult(ImmutableArray<SynQueueSample> Samples, Nanoseconds? FirstExpiry)
{
    /// <summary>As it was at the end.</summary>
    public SynQueueSample Last => Samples[^1];
}
