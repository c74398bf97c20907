using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Peer;

/// <summary>The peer's flows in figures.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class FlowFigures
{
    private readonly Dictionary<string, long> sent = [];
    private readonly Dictionary<string, long> options = [];

    /// <summary>One more segment went out.</summary>
    public void Sent(PeerSegment what)
    {
        var word = EnumWords<PeerSegment>.Of(what);
        sent[word] = sent.GetValueOrDefault(word) + 1;
    }

    /// <summary>One more SYN-ACK came in.</summary>
    public void Answered(in Kernel.TcpOptions carried)
    {
        Count("mss", carried.Mss is not null);
        Count("window-scale", carried.WindowScale is not null);
        Count("sack", carried.SackPermitted);
        Count("timestamps", carried.Timestamps is not null);
    }

    /// <summary>All of it as it is now.</summary>
    public PeerTally Of(IReadOnlyList<Flow> flows) => new(
        flows.Count,
        sent.ToImmutableSortedDictionary(),
        flows.Count(flow => flow.IsHalfOpen),
        flows.Count(flow => flow.IsAnswered),
        flows.Sum(flow => flow.SynAcks),
        options.ToImmutableSortedDictionary(),
        flows.Count(flow => flow.IsDataAcknowledged),
        flows.Count(flow => flow.DataBytes > 0 && flow.EchoedBytes == flow.DataBytes),
        flows.Count(flow => flow.GotReset),
        flows.Count(flow => flow.GotFin));

    private void Count(string option, bool isThere) => options[option] = options.GetValueOrDefault(option) + (isThere ? 1 : 0);
}
