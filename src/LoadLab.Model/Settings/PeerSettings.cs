namespace LoadLab.Model;

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
