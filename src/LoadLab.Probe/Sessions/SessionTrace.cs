using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Probe;

/// <summary>The segments of a session as they come, in words: <c>client SYN</c>, <c>server DATA 5</c>. What is for a peer it hands on.</summary>
internal sealed class SessionTrace(SessionSockets sockets) : IDisposable
{
    private const int EthernetHeader = 14;
    private readonly SegmentTap tap = new();
    private readonly List<TcpSegment> sinceLast = [];

    /// <summary>Takes in all that has come.</summary>
    /// <returns>True when there was something.</returns>
    public bool Drain()
    {
        var before = sinceLast.Count;
        for (var frame = tap.Next(); !frame.IsEmpty; frame = tap.Next())
        {
            if (!TcpSegment.TryParse(frame, frame.Length, out var segment))
            {
                continue;
            }

            sinceLast.Add(segment);
            if (RawSegment.TryParse(frame[EthernetHeader..], out var raw, out var data))
            {
                foreach (var peer in sockets.Peers)
                {
                    if (peer.Own == new SocketEnd(segment.Destination, segment.DestinationPort))
                    {
                        peer.Take(raw, data.Length);
                    }
                }
            }
        }

        return sinceLast.Count > before;
    }

    /// <summary>What has come since <see cref="Clear"/>, in words. A socket's name is looked up now: at the time of its SYN its port was not known.</summary>
    public IReadOnlyList<string> Words => [.. sinceLast.Select(segment => $"{sockets.Sender(segment)} {Kind(segment)}")];

    /// <summary>A new step begins.</summary>
    public void Clear() => sinceLast.Clear();

    /// <inheritdoc/>
    public void Dispose() => tap.Dispose();

    private static string Kind(in TcpSegment segment) => segment switch
    {
        { IsRst: true } => "RST",
        { IsSyn: true, IsAck: true } => "SYN-ACK",
        { IsSyn: true } => "SYN",
        { IsFin: true, PayloadBytes: > 0 } => $"DATA {segment.PayloadBytes} FIN",
        { IsFin: true } => "FIN",
        { PayloadBytes: > 0 } => $"DATA {segment.PayloadBytes}",
        _ => "ACK",
    };
}
