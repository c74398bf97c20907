using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>One end of a connection: an address, IPv4 (as ::ffff:a.b.c.d) or IPv6 alike, and a port; port 0 where none is chosen yet.</summary>
internal readonly record struct Endpoint(UInt128 Address, int Port)
{
    private static readonly UInt128 MappedIPv4 = new(0, 0xFFFF_0000_0000);

    /// <summary>An IPv4 address.</summary>
    public static Endpoint IPv4(uint address, int port) => new(MappedIPv4 | address, port);

    /// <summary>True for 0.0.0.0 and ::, which are all addresses.</summary>
    public bool IsWildcard => Address == 0 || Address == MappedIPv4;

    /// <summary>True for 127.0.0.0/8 and ::1.</summary>
    public bool IsLoopback => Address == UInt128.One || (Address >> 24) == ((MappedIPv4 | 0x7F000000) >> 24);
}

/// <summary>What a client's socket asks for before its first SYN: bind() and connect() together.</summary>
/// <param name="Source">The address it binds to, and for <see cref="PortStrategy.Planned"/> the port; address 0: the kernel picks it at connect() (for a
/// loopback destination that destination's own).</param>
/// <param name="Destination">Whom it connects to.</param>
/// <param name="Bind">How it binds where the kernel picks the port.</param>
/// <param name="LocalPorts">IP_LOCAL_PORT_RANGE; null: none.</param>
internal readonly record struct PortAsk(Endpoint Source, Endpoint Destination, BindWay Bind, PortRange? LocalPorts)
{
    /// <summary>True when the program names the port itself.</summary>
    public bool IsPlanned => Source.Port != 0;

    /// <summary>SO_REUSEADDR.</summary>
    public bool MayShare { get; init; }

    /// <summary>The source address that the connection has; where none is named, that of the loopback interface for a destination on it (measured: 127.0.0.1
    /// for 127.0.0.5), else the destination's own.</summary>
    public Endpoint LiveSource => !Source.IsWildcard ? Source : Destination.IsLoopback && Destination.Address != UInt128.One
        ? Endpoint.IPv4(0x7F000001, Source.Port) : Destination with { Port = Source.Port };
}
