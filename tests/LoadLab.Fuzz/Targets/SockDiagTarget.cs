using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Fuzz;

/// <summary>Netlink answers of sock_diag: sockets, their addresses, counts by state.</summary>
internal static class SockDiagTarget
{
    private const int HeaderBytes = 16, MessageBytes = 72, CookieOffset = HeaderBytes + 44;
    private const ushort Error = 2, Done = 3, ByFamily = 20;
    private static readonly PortRange Ports = new(9000, 9003);

    public static FuzzTarget Target { get; } = new("sock-diag", Take);

    private static void Take(ReadOnlySpan<byte> input)
    {
        var sockets = new List<DiagSocket>();
        var told = new HashSet<ulong>();
        var counts = new StateCounts();
        counts.Begin(Ports);
        bool goesOn;
        try
        {
            goesOn = DiagMessages.Parse(input, body =>
            {
                sockets.Add(DiagMessages.Socket(body));
                counts.Take(body);
                Check(sockets[^1], DiagMessages.Connection(body));
            }, told);
        }
        catch (KernelException)
        {
            // NLMSG_ERROR: the kernel's own answer.
            Invariant.Holds(Expected(input).End == Error);
            return;
        }

        var (end, cookies) = Expected(input);
        Invariant.Same(goesOn, end != Done);
        Invariant.Same(sockets.Count, cookies.Count);
        Invariant.Holds(told.SetEquals(cookies));
        Invariant.Same(counts.Walked, sockets.Count);
        Invariant.Same(counts.Server.Values.Sum(), sockets.LongCount(socket => Ports.Contains(socket.SourcePort)));
        Invariant.Same(counts.Client.Values.Sum(), sockets.LongCount(socket => Ports.Contains(socket.DestinationPort)));
        Invariant.Holds(counts.Requests <= counts.Walked && counts.QueuedClosed <= counts.Walked);
    }

    private static void Check(DiagSocket socket, DiagConnection connection)
    {
        Invariant.Same(socket, connection.Socket);
        Invariant.Holds(socket.SourcePort is >= 0 and <= 65535 && socket.DestinationPort is >= 0 and <= 65535);
        Invariant.Holds(socket is { ReceiveQueue: >= 0, WriteQueue: >= 0, Inode: >= 0, Retransmits: >= 0, Drops: null or >= 0, TimerMs: null or >= 0 });
        Invariant.Same((connection.Local.Port, connection.Remote.Port), (socket.SourcePort, socket.DestinationPort));
        Invariant.Same(Number(connection.Local.Address), socket.Source);
        Invariant.Same(Number(connection.Remote.Address), socket.Destination);
    }

    private static UInt128 Number(IPAddress address) => BinaryPrimitives.ReadUInt128BigEndian(address.MapToIPv6().GetAddressBytes());

    // A second reader of the same form, after rfc3549 and linux/netlink.h alone: what ends the datagram, and each socket's cookie once.
    private static (int End, HashSet<ulong> Cookies) Expected(ReadOnlySpan<byte> input)
    {
        var cookies = new HashSet<ulong>();
        for (var at = 0L; at + HeaderBytes <= input.Length;)
        {
            var message = input[(int)at..];
            var length = MemoryMarshal.Read<uint>(message);
            if (length < HeaderBytes || length > message.Length)
            {
                break;
            }

            switch (MemoryMarshal.Read<ushort>(message[4..]))
            {
                case Done:
                    return (Done, cookies);
                case Error when length >= HeaderBytes + sizeof(int):
                    return (Error, cookies);
                case ByFamily when length >= HeaderBytes + MessageBytes:
                    _ = cookies.Add(MemoryMarshal.Read<ulong>(message[CookieOffset..]));
                    break;
            }

            at += (length + 3) & ~3u;
        }

        return (0, cookies);
    }
}
