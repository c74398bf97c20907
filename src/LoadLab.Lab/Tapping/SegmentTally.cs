using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Segments by sender and by what they are: <c>client.SYN</c>, <c>server.SYN-ACK</c>, <c>client.DATA</c> …</summary>
/// <remarks>Each segment is one kind: a reset is RST, a SYN is SYN or SYN-ACK, whatever carries data is DATA (also with FIN), then FIN, and all else is
/// ACK.</remarks>
internal sealed class SegmentTally(PortRange serverPorts)
{
    private static readonly ImmutableArray<string> Names = [.. new[] { "client", "server" }.SelectMany(
        side => new[] { "RST", "SYN", "SYN-ACK", "DATA", "FIN", "ACK" }.Select(kind => $"{side}.{kind}"))];
    private const int Syn = 1;
    private readonly long[] counts = new long[Names.Length];

    /// <summary>All segments.</summary>
    public long Total { get; private set; }

    private LatencyHistogram gaps = new();
    private Nanoseconds? lastSyn;

    /// <summary>A copy of the times between two SYNs of clients since <see cref="PhaseBegan"/>; null when there were fewer than two.</summary>
    public LatencyHistogram? SynGaps()
    {
        if (gaps.Count == 0)
        {
            return null;
        }

        var copy = new LatencyHistogram();
        copy.Merge(gaps);
        return copy;
    }

    /// <summary>Adds one.</summary>
    public void Add(in TcpSegment segment, Nanoseconds at)
    {
        Total++;
        var kind = (serverPorts.IsServer(segment.Source, segment.SourcePort, segment.DestinationPort) ? Names.Length / 2 : 0) + Kind(segment);
        counts[kind]++;
        if (kind == Syn)
        {
            if (lastSyn is { } before)
            {
                gaps.Add(at - before);
            }

            lastSyn = at;
        }
    }

    /// <summary>Another phase: its gaps are counted from its first SYN.</summary>
    public void PhaseBegan() => (gaps, lastSyn) = (new LatencyHistogram(), null);

    /// <summary>Those that came at least once.</summary>
    public ImmutableSortedDictionary<string, long> Counts() =>
        Names.Select((name, i) => (Name: name, Count: counts[i])).Where(one => one.Count > 0).ToImmutableSortedDictionary(one => one.Name, one => one.Count);

    private static int Kind(in TcpSegment segment) =>
        segment.IsRst ? 0
        : segment.IsSyn ? segment.IsAck ? 2 : 1
        : segment.PayloadBytes > 0 ? 3
        : segment.IsFin ? 4
        : 5;
}
