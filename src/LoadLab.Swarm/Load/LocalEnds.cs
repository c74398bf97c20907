using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>What a connect binds to.</summary>
internal enum BindKind
{
    /// <summary>Nothing: the kernel picks address and port.</summary>
    None,

    /// <summary>An address; the kernel picks the port.</summary>
    Address,

    /// <summary>An address, and bind() itself picks the port.</summary>
    AddressFirst,

    /// <summary>An address and a port.</summary>
    AddressAndPort,
}

/// <summary>The local end of each connect: a pure function of its index, so that no two workers of one wave ask for the same port.</summary>
/// <remarks>
/// Planned ports go round the sources first, then up the range; used up, they start again from the low end, and the kernel's answer to that (EADDRINUSE while
/// the port is held) is the result. <c>Offset</c> is the number of planned connects in earlier waves, so that a later wave goes on where they ended.
/// </remarks>
internal sealed class LocalEnds
{
    private readonly AddressRange sources;
    private readonly long offset;
    private readonly int low;
    private readonly int ports;

    public LocalEnds(SwarmSpec spec, SwarmTarget target, int portRangeLow, int portRangeHigh, long offset)
    {
        Binds = (spec.Ports, spec.LiveBind) switch
        {
            (PortStrategy.Planned, _) => BindKind.AddressAndPort,
            (PortStrategy.Kernel, BindWay.None) => BindKind.None,
            (PortStrategy.Kernel, BindWay.First) => BindKind.AddressFirst,
            (PortStrategy.Kernel, BindWay.NoPort) => BindKind.Address,
        };

        // Without a source the port is planned on loopback, where the kernel would connect from too; elsewhere on 0.0.0.0, and it picks the address.
        sources = spec.Sources ?? (spec.Ports == PortStrategy.Planned && target.Address >> 24 == 127 ? AddressRange.Loopback : default);
        low = portRangeLow;
        ports = portRangeHigh - portRangeLow + 1;
        this.offset = offset;
    }

    /// <summary>What is bound before connect().</summary>
    public BindKind Binds { get; }

    /// <summary>The source address of a connect.</summary>
    public uint Address(long index) => sources[offset + index];

    /// <summary>The planned port of a connect.</summary>
    public int Port(long index) => low + (int)((offset + index) / sources.Count % ports);
}
