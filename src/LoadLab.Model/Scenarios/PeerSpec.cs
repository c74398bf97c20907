using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>What the scripted peer is told to send.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<PeerSegment>))]
public enum PeerSegment
{
    /// <summary>A SYN from each of so many new flows; the SYN-ACK is not awaited.</summary>
    Syn,

    /// <summary>The final ACK of half-open flows (or the same ACK once more, for flows that had sent it).</summary>
    Ack,

    /// <summary>SYN, and at its SYN-ACK the final ACK: whole handshakes.</summary>
    Connect,

    /// <summary>Data on flows whose final ACK was sent; sent once, and repeated only when told again.</summary>
    Data,

    /// <summary>FIN.</summary>
    Fin,

    /// <summary>RST.</summary>
    Rst,
}

/// <summary>The scripted peer as declared: a raw IP client in 198.18.0.0/15 that answers nothing unless it is told to.</summary>
public sealed record PeerSpec
{
    /// <summary>Source addresses, used in turn.</summary>
    public AddressRange Sources { get; init; } = AddressRange.Benchmark;

    /// <summary>Whether its SYNs offer timestamps; without them a SYN cookie has nowhere to keep window scale and SACK (net/ipv4/syncookies.c).</summary>
    public bool Timestamps { get; init; } = true;
}

/// <summary>The settings of the scripted peer.</summary>
public static class PeerSettings
{
    private static readonly SettingGroup<PeerSpec> Group = new("peer.", new PeerSpec(), scenario => scenario.Peer,
        (scenario, peer) => scenario with { Peer = peer }) { WhyNoOption = "the scripted peer only works in a sandbox" };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting<PeerSpec>> Rows => Group.Rows;

    /// <summary>Source addresses.</summary>
    public static ValueSetting<PeerSpec, AddressRange> Sources { get; } = Group.Add(
        "sources", Forms.PeerSources, "Source addresses, used in turn, one after the other with each port", peer => peer.Sources,
        (peer, value) => peer with { Sources = value }, standard: "all of 198.18.0.0/15", isAlwaysShown: true, applies: HasPeer);

    /// <summary>Whether its SYNs offer timestamps.</summary>
    public static ValueSetting<PeerSpec, bool> Timestamps { get; } = Group.Add(
        "timestamps", Forms.Boolean, "Whether its SYNs offer timestamps, in which a SYN cookie keeps window scale and SACK", peer => peer.Timestamps,
        (peer, value) => peer with { Timestamps = value }, isAlwaysShown: true, applies: HasPeer);

    private static bool HasPeer(Scenario scenario) => scenario.Has<PeerAction>();
}
