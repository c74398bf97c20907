using LoadLab.Model;

namespace LoadLab.Reporting.Traces;

/// <summary>The two ends of a connection, whichever of them sent: the lower port first.</summary>
internal readonly record struct EndpointPair(UInt128 Low, UInt128 High, int LowPort, int HighPort)
{
    /// <summary>Of a segment.</summary>
    public static EndpointPair Of(in TcpSegment segment) =>
        segment.SourcePort < segment.DestinationPort || (segment.SourcePort == segment.DestinationPort && segment.Source <= segment.Destination)
            ? new(segment.Source, segment.Destination, segment.SourcePort, segment.DestinationPort)
            : new(segment.Destination, segment.Source, segment.DestinationPort, segment.SourcePort);

    /// <summary>Spreads neighbouring ports and addresses, which load comes from, and costs little: it is asked for each packet.</summary>
    public override int GetHashCode() =>
        (int)((((ulong)Low ^ ((ulong)High << 7) ^ ((ulong)LowPort << 32) ^ ((ulong)HighPort << 48)) * 0x9E3779B97F4A7C15) >> 32);
}
