using System.Buffers.Binary;
using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

/// <summary>A packet trace as a run writes it, made of segments that a test names.</summary>
internal sealed class Wire
{
    public const int ServerPort = 8080;
    private readonly List<byte> file = [];
    private long realtimeNs = 1_700_000_000_000_000_000;

    public Wire()
    {
        Block(0x0A0D0D0A, [.. Number(0x1A2B3C4D), 1, 0, 0, 0, .. Number(uint.MaxValue), .. Number(uint.MaxValue)]);
        Block(1, [1, 0, 0, 0, .. Number(256)]);
    }

    public byte[] Bytes => [.. file];

    public Wire After(double milliseconds)
    {
        realtimeNs += (long)(milliseconds * 1e6);
        return this;
    }

    public Wire Client(int port, TcpFlags flags, uint sequence, uint acknowledgement = 0, int payload = 0) =>
        Add(port, ServerPort, flags, sequence, acknowledgement, payload);

    public Wire Server(int port, TcpFlags flags, uint sequence, uint acknowledgement = 0, int payload = 0) =>
        Add(ServerPort, port, flags, sequence, acknowledgement, payload);

    /// <summary>A handshake of a client whose first sequence number is 100, with a server whose first is 900.</summary>
    public Wire Handshake(int port) => Client(port, TcpFlags.Syn, 100).After(0.01).Server(port, TcpFlags.Syn | TcpFlags.Ack, 900, 101).After(0.01)
        .Client(port, TcpFlags.Ack, 101, 901);

    private Wire Add(int from, int to, TcpFlags flags, uint sequence, uint acknowledgement, int payload)
    {
        var frame = new byte[14 + 20 + 20];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x0800);
        var ip = frame.AsSpan(14);
        (ip[0], ip[9]) = (0x45, 6);
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(40 + payload));
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], 0x7F000001);
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], 0x7F000001);
        var tcp = ip[20..];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)from);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], (ushort)to);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], acknowledgement);
        (tcp[12], tcp[13]) = (0x50, (byte)flags);
        Block(6, [.. Number(0), .. Number((uint)(realtimeNs >> 32)), .. Number((uint)realtimeNs), .. Number((uint)frame.Length),
            .. Number((uint)(frame.Length + payload)), .. frame, 0, 0]);
        return this;
    }

    private void Block(uint type, byte[] body)
    {
        file.AddRange(Number(type));
        file.AddRange(Number((uint)(body.Length + 12)));
        file.AddRange(body);
        file.AddRange(Number((uint)(body.Length + 12)));
    }

    private static byte[] Number(uint value) => BitConverter.GetBytes(value);
}
