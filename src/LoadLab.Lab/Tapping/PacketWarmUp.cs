using System.Buffers.Binary;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>
/// Does once, without recording it, what is done for each packet: the first time costs what the just-in-time compiler takes, and that would be taken from the
/// load.
/// </summary>
internal static class PacketWarmUp
{
    private const int Port = 80;

    // The runtime compiles a method anew, and well, when it was called thirty times.
    private const int Rounds = 40;

    public static void Run()
    {
        var tracker = new RetransmitTracker(PortRange.One(Port));
        var tally = new SegmentTally(PortRange.One(Port));
        var frame = new byte[54];
        for (var i = 0; i < Rounds; i++)
        {
            foreach (var (fromServer, flags, sequence, acknowledgement) in new (bool, TcpFlags, uint, uint)[]
            {
                (false, TcpFlags.Syn, 100, 0), (true, TcpFlags.Syn | TcpFlags.Ack, 500, 101), (false, TcpFlags.Ack, 101, 501),
                    (true, TcpFlags.Fin | TcpFlags.Ack, 501, 101), (false, TcpFlags.Rst, 101, 0),
            })
            {
                Write(frame, fromServer, flags, sequence, acknowledgement);
                if (TcpSegment.TryParse(frame, frame.Length, out var segment))
                {
                    tally.Add(segment, Nanoseconds.Zero);
                    _ = tracker.See(new Nanoseconds(i), segment);
                }
            }

            tracker.Forget(new Nanoseconds(i));
        }

        _ = tally.Counts();
    }

    private static void Write(Span<byte> frame, bool fromServer, TcpFlags flags, uint sequence, uint acknowledgement)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], 0x0800);
        var ip = frame[14..];
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], 40);
        ip[9] = 6;
        var tcp = ip[20..];
        BinaryPrimitives.WriteUInt16BigEndian(tcp[(fromServer ? 0 : 2)..], Port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[(fromServer ? 2 : 0)..], Port + 1);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], acknowledgement);
        tcp[12] = 5 << 4;
        tcp[13] = (byte)flags;
    }
}
