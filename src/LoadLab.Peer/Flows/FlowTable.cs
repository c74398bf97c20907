using LoadLab.Model;

namespace LoadLab.Peer;

/// <summary>All flows of the peer, each with an address and port that no other one has.</summary>
/// <remarks>
/// Not thread-safe. Flow i has the i-th source address in turn, and the next port each time the addresses begin again: so it is found by arithmetic.
/// </remarks>
internal sealed class FlowTable(AddressRange sources)
{
    /// <summary>Ports below are for servers.</summary>
    private const int FirstPort = 1024;

    private const int LastPort = 65535;
    private readonly List<Flow> flows = [];

    /// <summary>All, the oldest first.</summary>
    public IReadOnlyList<Flow> All => flows;

    /// <summary>How many there can be.</summary>
    public long Most => sources.Count * (LastPort - FirstPort + 1);

    /// <summary>A new one to a server.</summary>
    public Flow Begin(uint serverAddress, int serverPort)
    {
        var number = flows.Count;
        var flow = new Flow(sources[number], FirstPort + (int)(number / sources.Count), serverAddress, serverPort, InitialSequence(number));
        flows.Add(flow);
        return flow;
    }

    /// <summary>The flow of an own address and port; null when no flow has them.</summary>
    public Flow? Find(UInt128 address, int port)
    {
        if (address < TcpSegment.Mapped(sources.First) || address > TcpSegment.Mapped(sources.Last) || port < FirstPort)
        {
            return null;
        }

        var number = ((port - FirstPort) * sources.Count) + ((uint)address - sources.First);
        return number < flows.Count ? flows[(int)number] : null;
    }

    // Any number will do; these lie far apart, some of them just below the wrap to 0.
    private static uint InitialSequence(int number) => unchecked(0xFFFF_FFF0u + ((uint)number * 0x9E37_79B1u));
}
