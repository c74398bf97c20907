using System.Runtime.InteropServices;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Fuzz;

/// <summary>A block of the packet tap's ring, as the kernel fills it.</summary>
internal static class PacketBlockTarget
{
    private const int PacketCountOffset = 12;

    public static FuzzTarget Target { get; } = new("packet-block", Take) { MostBytes = 8192 };

    private static void Take(ReadOnlySpan<byte> input)
    {
        var (packets, most) = (0, 0);
        var taken = PacketBlock.Walk(input, packet =>
        {
            packets++;
            most = Math.Max(most, packet.Headers.Length);
            Invariant.Holds(packet is { WireBytes: >= 0, RealtimeNs: >= 0 });
            _ = TcpSegment.TryParse(packet.Headers, packet.WireBytes, out _);
        });
        Invariant.Same(taken, packets);
        Invariant.Holds(most <= input.Length);
        Invariant.Holds(taken == 0 || taken <= MemoryMarshal.Read<uint>(input[PacketCountOffset..]));

        // No packet is told twice: each begins after the one before it.
        Invariant.Holds(taken <= input.Length);
    }
}
