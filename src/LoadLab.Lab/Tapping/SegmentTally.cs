using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Segments by sender and by what they are: <c>client.SYN</c>, <c>server.SYN-ACK</c>, <c>client.DATA</c> …</summary>
/// <remarks>Each segment is one kind: a reset is RST, a SYN is SYN or SYN-ACK, whatever carries data is DATA (also with FIN), then FIN, and all else is ACK.</remarks>
internal sealed class SegmentTally(PortRange serverPorts)
{
    private static readonly ImmutableArray<string> Names = [.. new[] { "client", "server" }.SelectMany(side => new[] { "RST", "SYN", "SYN-ACK", "DATA", "FIN", "ACK" }.Select(kind => $"{side}.{kind}"))];
    private const int Syn = 1;
    private readonly long[] counts = new long[Names.Length];

    /// <summary>All segments.</summary>
    public long Total { get; private set; }

    private long synCount;
    private Nanoseconds firstSyn;
    private Nanoseconds lastSyn;

    /// <summary>The clients' SYNs since <see cref="PhaseBegan"/>.</summary>
    public SynsOfPhase? Syns => synCount == 0 ? null : new SynsOfPhase(synCount, firstSyn, lastSyn);

    /// <summary>Adds one.</summary>
    public void Add(in TcpSegment segment, Nanoseconds at)
    {
        Total++;
        var kind = (serverPorts.Contains(segment.SourcePort) ? Names.Length / 2 : 0) + Kind(segment);
        counts[kind]++;
        if (kind == Syn)
        {
            (synCount, firstSyn, lastSyn) = (synCount + 1, synCount == 0 ? at : firstSyn, at);
        }
    }

    /// <summary>Another phase: its SYNs are counted from the first.</summary>
    public void PhaseBegan() => synCount = 0;

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
