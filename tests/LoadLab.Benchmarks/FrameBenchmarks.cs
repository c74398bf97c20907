using BenchmarkDotNet.Attributes;
using LoadLab.Kernel;
using LoadLab.Lab;
using LoadLab.Model;

namespace LoadLab.Benchmarks;

/// <summary>What the packet tap's thread does with each packet.</summary>
public class FrameBenchmarks : IDisposable
{
    private readonly byte[] frame = Recorded.Corpus("frame", "syn-ipv4")[..^2];
    private readonly byte[] block = Recorded.Corpus("packet-block", "block");
    private readonly RetransmitTracker tracker = new(PortRange.One(9000));
    private readonly PcapngWriter writer = new("/dev/null", "benchmark", "LoadLab", long.MaxValue, PacketTap.MostBytes);
    private readonly PacketTaker take;
    private TcpSegment segment;
    private int packets;
    private long at;

    public FrameBenchmarks()
    {
        _ = TcpSegment.TryParse(frame, frame.Length, out segment);
        take = _ => packets++;
    }

    [Benchmark(Description = "read Ethernet, IP and TCP headers")]
    public bool Headers() => TcpSegment.TryParse(frame, frame.Length, out segment);

    [Benchmark(Description = "find a retransmission")]
    public bool Retransmitted() => tracker.See(new Nanoseconds(at++), segment) is not null;

    [Benchmark(Description = "walk a block of the ring")]
    public int Walk() => PacketBlock.Walk(block, take);

    [Benchmark(Description = "write a packet to the trace")]
    public void Write() => writer.Write(new CapturedPacket(at++, frame.Length, frame), null);

    public void Dispose()
    {
        writer.Dispose();
        GC.SuppressFinalize(this);
    }
}
