using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>One listener and its clients at one moment of a simulation. Queue, Waiting and LiveBacklog are of that moment; the others count from the run's start.</summary>
/// <param name="Phase">The phase that ended then.</param>
/// <param name="At">Since the run's start.</param>
/// <param name="Queue">Connections in the accept queue.</param>
/// <param name="LiveBacklog">The live backlog.</param>
/// <param name="Established">Handshakes that were finished.</param>
/// <param name="Waiting">Clients that connect and have no answer.</param>
/// <param name="Drops">SYNs dropped.</param>
/// <param name="Accepted">accept() that gave a connection.</param>
/// <param name="GaveUp">Clients that gave up, by their own time-out or the kernel's.</param>
/// <param name="SynRetransmits">SYNs sent again.</param>
/// <param name="IsContested">True once SYNs sent again by one slot of the timer wheel have met less room than they need: what follows has no rule (see <see cref="AcceptQueueSimulation"/>).</param>
internal sealed record QueueSample(
    string Phase, Nanoseconds At, long Queue, int LiveBacklog, long Established, long Waiting, long Drops, long Accepted, long GaveUp, long SynRetransmits, bool IsContested)
{
    /// <summary>socket() that found no descriptor.</summary>
    public long Refused { get; init; }

    /// <summary>Connections accepted at the fd limit and closed at once.</summary>
    public long Shed { get; init; }

    /// <summary>accept() that found no descriptor; null where their number has no rule.</summary>
    public long? FailedAccepts { get; init; }

    /// <summary>When the queue was last emptied, since the phase began; null: never, or before it.</summary>
    public Nanoseconds? Emptied { get; init; }
}

/// <summary>What a simulation saw.</summary>
/// <param name="Samples">One as each phase ended; never empty.</param>
/// <param name="FirstOverflow">The first dropped SYN, since the first load began; null when none was.</param>
/// <param name="LongestQueueMet">The most connections that a SYN found queued: the smallest live backlog that would have lost nothing, when nothing was lost.</param>
/// <param name="Latencies">Of the established, sorted.</param>
internal sealed record SimulationResult(ImmutableArray<QueueSample> Samples, Nanoseconds? FirstOverflow, long LongestQueueMet, ImmutableArray<Nanoseconds> Latencies)
{
    /// <summary>As it was at the end.</summary>
    public QueueSample Last => Samples[^1];

    /// <summary>The latency that a share of the established does not exceed, as <see cref="LatencyHistogram.Quantile"/> counts it; null when none was established.</summary>
    public Nanoseconds? Latency(double q) =>
        Latencies.IsEmpty ? null : Latencies[(int)Math.Clamp((long)Math.Ceiling(q * Latencies.Length), 1, Latencies.Length) - 1];
}
