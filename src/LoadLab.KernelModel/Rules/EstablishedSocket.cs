using LoadLab.Model;

namespace LoadLab.KernelModel.Rules;

/// <summary>What of an established connection's socket decides how it retransmits.</summary>
/// <param name="LongestHandshake">The longest time that its peer may have taken to answer in the handshake: the only round-trip time that it has
/// measured.</param>
/// <param name="HasSack">Whether SACK was agreed upon in the handshake.</param>
public sealed record EstablishedSocket(Nanoseconds LongestHandshake, bool HasSack)
{
    /// <summary>True after close(): nobody holds it any more.</summary>
    public bool IsOrphan { get; init; }

    /// <summary>TCP_RTO_MAX_MS; 0: the namespace's.</summary>
    public Nanoseconds RtoMax { get; init; }

    /// <summary>TCP_USER_TIMEOUT; 0: none.</summary>
    public Nanoseconds UserTimeout { get; init; }
}
