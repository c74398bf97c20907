using static LoadLab.Model.Units;

namespace LoadLab.Model;

/// <summary>What the packet tap sees on the wire.</summary>
public static class PacketWitnesses
{
    private static readonly WitnessGroup Group = new(Sampler.Tap, WitnessFamily.Wire, "net/packet/af_packet.c tpacket_rcv");

    /// <summary>Retransmissions.</summary>
    public static Witness<RetransmitKinds> Retransmits { get; } = Group.Add(
        "packets.retransmits.KIND", Parameters.Kinds, Packets,
        "Segments of this kind that carry what their sender had sent before; those of the scripted peer are not among them.", by: Sampler.Flows,
        source: "net/ipv4/tcp_output.c __tcp_retransmit_skb, tcp_rtx_synack");

    /// <summary>Median time of a retransmission.</summary>
    public static Witness<RetransmitStep> Median { get; } = Schedule("median", "the median of all connections");

    /// <summary>Earliest time of a retransmission.</summary>
    public static Witness<RetransmitStep> Earliest { get; } = Schedule("min", "the earliest of all connections");

    /// <summary>Latest time of a retransmission.</summary>
    public static Witness<RetransmitStep> Latest { get; } = Schedule("max", "the latest of all connections");

    /// <summary>Time between SYNs.</summary>
    public static Witness SynGap { get; } = Group.Add("packets.client.SYN.gap.p50", Seconds, "Median time from one client's SYN to the next in this phase.");

    /// <summary>Segments that clients sent.</summary>
    public static Witness<string> Client { get; } = Group.Add(
        "packets.client.SEGMENT", Parameters.Segment, Packets, "Segments of this kind that clients sent, the scripted peer's included.");

    /// <summary>Segments that the server sent.</summary>
    public static Witness<string> Server { get; } = Group.Add(
        "packets.server.SEGMENT", Parameters.Segment, Packets, "Segments of this kind that the server sent.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Witness> All => Group.Rows;

    private static Witness<RetransmitStep> Schedule(string which, string of) => Group.Add(
        $"packets.schedule.KIND.N.{which}", Parameters.KindStep, Seconds, $"When this retransmission came, since the first transmission: {of}.",
        by: Sampler.Flows, source: "net/ipv4/tcp_timer.c tcp_retransmit_timer; net/ipv4/inet_connection_sock.c reqsk_timer_handler");
}
