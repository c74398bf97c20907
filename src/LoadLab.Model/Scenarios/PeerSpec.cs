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
