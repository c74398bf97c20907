using static LoadLab.Model.Units;

namespace LoadLab.Model;

/// <summary>What the scripted peer has sent and got. It has no socket of TCP: all that it knows came over the wire.</summary>
public static class PeerWitnesses
{
    private static readonly WitnessGroup Group = new(Sampler.PeerAnswers, WitnessFamily.Wire, "net/packet/af_packet.c packet_rcv");

    /// <summary>Flows begun.</summary>
    public static Witness Flows { get; } = Group.Add("peer.flows", Connections, "Flows that the scripted peer began.", by: Sampler.Peer);

    /// <summary>Flows answered.</summary>
    public static Witness Answered { get; } = Group.Add("peer.answered", Connections, "Flows that got a SYN-ACK.");

    /// <summary>Flows not answered.</summary>
    public static Witness Unanswered { get; } = Group.Add("peer.unanswered", Connections, "Flows that got no SYN-ACK.");

    /// <summary>Flows half-open.</summary>
    public static Witness HalfOpen { get; } = Group.Add("peer.half-open", Connections, "Flows that got a SYN-ACK and have not sent the final ACK.");

    /// <summary>SYN-ACKs.</summary>
    public static Witness SynAcks { get; } = Group.Add("peer.syn-acks", Packets, "SYN-ACKs that came.");

    /// <summary>SYN-ACKs beyond the first of each flow.</summary>
    public static Witness SynAcksAgain { get; } = Group.Add("peer.syn-acks-again", Packets, "SYN-ACKs that came beyond the first of each flow.");

    /// <summary>Flows reset.</summary>
    public static Witness Resets { get; } = Group.Add("peer.resets", Connections, "Flows that got a RST.");

    /// <summary>Flows closed by the server.</summary>
    public static Witness Fins { get; } = Group.Add("peer.fins", Connections, "Flows that got a FIN.");

    /// <summary>Flows acknowledged.</summary>
    public static Witness Acknowledged { get; } = Group.Add("peer.acknowledged", Connections, "Flows whose data the server has acknowledged, all of it.");

    /// <summary>Flows echoed.</summary>
    public static Witness Echoed { get; } = Group.Add("peer.echoed", Connections, "Flows that got as many bytes back as they sent.");

    /// <summary>SYN-ACKs with an option.</summary>
    public static Witness<string> WithOption { get; } = Group.Add("peer.option.OPTION", Parameters.Option, Packets, "SYN-ACKs that carry this TCP option.");

    /// <summary>Segments sent.</summary>
    public static Witness<string> Sent { get; } = Group.Add(
        "peer.sent.SEGMENT", Parameters.PeerSegment, Packets, "Segments of this kind that the scripted peer sent.", by: Sampler.Peer);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Witness> All => Group.Rows;
}
