using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab.Tests;

/// <summary>Segments of one flow as the tap gives them, and what the tracker says of each.</summary>
internal sealed class Wire
{
    public const int ServerPort = 80;
    private double seconds;

    public RetransmitTracker Tracker { get; } = new(PortRange.One(ServerPort));

    /// <summary>The client's segment, a moment later.</summary>
    public Retransmission? Client(TcpFlags flags, uint sequence, uint acknowledgement = 0, int bytes = 0, int port = 40_000, double at = -1) =>
        See(at, Segment(fromServer: false, flags, sequence, acknowledgement, bytes, port));

    /// <summary>The server's segment, a moment later.</summary>
    public Retransmission? Server(TcpFlags flags, uint sequence, uint acknowledgement = 0, int bytes = 0, int port = 40_000, double at = -1) =>
        See(at, Segment(fromServer: true, flags, sequence, acknowledgement, bytes, port));

    /// <summary>A whole handshake: the client's sequence numbers begin at 1,001, the server's at 5,001.</summary>
    public void Handshake(int port = 40_000)
    {
        Assert.Null(Client(TcpFlags.Syn, 1000, port: port));
        Assert.Null(Server(TcpFlags.Syn | TcpFlags.Ack, 5000, 1001, port: port));
        Assert.Null(Client(TcpFlags.Ack, 1001, 5001, port: port));
    }

    public static TcpSegment Segment(bool fromServer, TcpFlags flags, uint sequence, uint acknowledgement, int bytes, int port)
    {
        var (client, server) = (TcpSegment.Mapped(0x7F000002), TcpSegment.Mapped(0x7F000001));
        return fromServer
            ? new TcpSegment(server, client, ServerPort, port, sequence, acknowledgement, flags, bytes)
            : new TcpSegment(client, server, port, ServerPort, sequence, acknowledgement, flags, bytes);
    }

    private Retransmission? See(double at, TcpSegment segment)
    {
        seconds = at >= 0 ? at : seconds + 0.001;
        return Tracker.See(Nanoseconds.FromSeconds(seconds), segment);
    }
}
