using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>A 4-tuple: the client's end first, whichever end sent.</summary>
internal readonly record struct FlowKey(UInt128 Client, UInt128 Server, int ClientPort, int ServerPort)
{
    /// <summary>Of a segment; the server is who has the server's port.</summary>
    public static FlowKey Of(in TcpSegment segment, bool fromServer) => fromServer
        ? new(segment.Destination, segment.Source, segment.DestinationPort, segment.SourcePort)
        : new(segment.Source, segment.Destination, segment.SourcePort, segment.DestinationPort);

    /// <summary>Spreads neighbours well: load comes from neighbouring ports and addresses. No attacker chooses them.</summary>
    public override int GetHashCode()
    {
        var mixed = ((ulong)Client ^ ((ulong)Server << 7) ^ ((ulong)ClientPort << 32) ^ ((ulong)ServerPort << 48)) * 0x9E3779B97F4A7C15;
        return (int)(mixed >> 32);
    }
}
