using System.Buffers.Binary;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>
/// Room for a sockaddr_in (16 bytes) or a sockaddr_in6 (28), whose first four bytes are alike: family in host order, port in network order (ip(7),
/// ipv6(7)).
/// </summary>
internal unsafe struct SocketAddress
{
    /// <summary>The length that a system call is given.</summary>
    public const uint Bytes = 28;

    private fixed byte bytes[32];

    /// <summary>The address of one end.</summary>
    public SocketAddress(SocketEnd end)
    {
        fixed (byte* start = bytes)
        {
            var span = new Span<byte>(start, 32);
            span.Clear();
            BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)end.Port);
            BitConverter.TryWriteBytes(span, (ushort)(end.IsIpv4 ? AF_INET : AF_INET6));
            if (end.IsIpv4)
            {
                BinaryPrimitives.WriteUInt32BigEndian(span[4..], (uint)end.Address);
            }
            else
            {
                BinaryPrimitives.WriteUInt128BigEndian(span[8..], end.Address);
            }
        }
    }

    /// <summary>The end that is in it.</summary>
    public readonly SocketEnd End
    {
        get
        {
            fixed (byte* start = bytes)
            {
                var span = new ReadOnlySpan<byte>(start, 32);
                var port = BinaryPrimitives.ReadUInt16BigEndian(span[2..]);
                return BitConverter.ToUInt16(span) == AF_INET
                    ? new SocketEnd(TcpSegment.Mapped(BinaryPrimitives.ReadUInt32BigEndian(span[4..])), port)
                    : new SocketEnd(BinaryPrimitives.ReadUInt128BigEndian(span[8..]), port);
            }
        }
    }
}
