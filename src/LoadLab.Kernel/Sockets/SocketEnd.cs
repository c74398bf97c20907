using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>One end of a connection: address and port. An IPv4 address is held as ::ffff:a.b.c.d.</summary>
public readonly record struct SocketEnd(UInt128 Address, int Port)
{
    /// <summary>The loopback address of a family with a port.</summary>
    public static SocketEnd Loopback(SocketFamily family, int port) => new(family == SocketFamily.Ipv4 ? TcpSegment.Mapped(0x7F000001) : 1, port);

    /// <summary>True for no address and no port: what an unbound socket has.</summary>
    public bool IsNone => Port == 0;

    /// <summary>True when it is an IPv4 address.</summary>
    public bool IsIpv4 => (Address >> 32) == 0xFFFF;

    /// <inheritdoc/>
    public override string ToString() => TcpSegment.EndpointText(Address, Port);
}
