using System.Buffers.Binary;
using System.Net;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>An address and a port as two numbers: a key that costs no object.</summary>
/// <param name="Address">The address; an IPv4 one as ::ffff:a.b.c.d.</param>
/// <param name="Port">The port.</param>
public readonly record struct SocketEndPoint(UInt128 Address, int Port)
{
    private static readonly UInt128 AnyIpv4 = TcpSegment.Mapped(0);

    /// <summary>True for an IPv4 address.</summary>
    public bool IsIpv4 => Address >> 32 == AnyIpv4 >> 32;

    /// <summary>The any address of the same family, with the same port.</summary>
    public SocketEndPoint Any => this with { Address = IsIpv4 ? AnyIpv4 : UInt128.Zero };

    /// <summary>The address as text, without the port.</summary>
    public string AddressText => Ip().ToString();

    /// <inheritdoc/>
    public override string ToString() => new IPEndPoint(Ip(), Port).ToString();

    private IPAddress Ip()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new IPAddress(IsIpv4 ? bytes[12..] : bytes);
    }
}
