using LoadLab.Kernel;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Reporting.Traces;

namespace LoadLab.Fuzz;

/// <summary>A packet trace, read back as reports do; what was read is written as a run does, and read again.</summary>
internal static class PcapngTarget
{
    private const int LeastPacketBlock = 32;

    // To write one is a file: one trace in 32.
    private const int WriteOneIn = 32;

    public static FuzzTarget Target { get; } = new("pcapng", Take) { MostBytes = 16384 };

    private static void Take(ReadOnlySpan<byte> input)
    {
        var packets = Read(input.ToArray());
        Invariant.Holds(packets.Count <= input.Length / LeastPacketBlock);
        var tracker = new RetransmitTracker(PortRange.One(9000));
        foreach (var (frame, wireBytes, at) in packets)
        {
            Invariant.Holds(frame.Length <= input.Length);
            if (TcpSegment.TryParse(frame, wireBytes, out var segment))
            {
                var again = tracker.See(new Nanoseconds(at), segment);
                Invariant.Holds(again is null || segment.SequenceLength > 0);
            }
        }

        Invariant.Holds(tracker.Flows <= packets.Count);

        // What was written is not lost by a cut: all packets before it are still there.
        var cut = Read(input[..(input.Length / 2)].ToArray());
        Invariant.Holds(cut.Count <= packets.Count && cut.Zip(packets).All(pair => pair.First.Frame.AsSpan().SequenceEqual(pair.Second.Frame)));
        if (packets.Count > 0 && input[^1] % WriteOneIn == 0)
        {
            WriteAndRead(packets);
        }
    }

    private static List<(byte[] Frame, int WireBytes, long RealtimeNs)> Read(byte[] bytes)
    {
        var packets = new List<(byte[], int, long)>();
        using var stream = new MemoryStream(bytes);
        var count = PcapngFile.Read(stream, (frame, wireBytes, at) => packets.Add((frame.ToArray(), wireBytes, at)));
        Invariant.Same(count, packets.Count);
        return packets;
    }

    private static void WriteAndRead(List<(byte[] Frame, int WireBytes, long RealtimeNs)> packets)
    {
        var path = Path.Combine(FuzzFolder.Path, "written.pcapng");
        using (var writer = new PcapngWriter(path, "fuzzed", "LoadLab.Fuzz", packets.Count, 256))
        {
            foreach (var (frame, wireBytes, at) in packets)
            {
                writer.Write(new CapturedPacket(at, wireBytes, frame), at % 2 == 0 ? "load" : null);
            }

            Invariant.Holds(writer.IsFull);
            writer.WriteStatistics(1, packets.Count, 0, "all");
        }

        var again = Read(File.ReadAllBytes(path));
        Invariant.Same(again.Count, packets.Count);
        Invariant.Holds(again.Zip(packets).All(pair => pair.First.Frame.AsSpan().SequenceEqual(pair.Second.Frame)
            && (pair.First.WireBytes, pair.First.RealtimeNs) == (pair.Second.WireBytes, pair.Second.RealtimeNs)));
    }
}
