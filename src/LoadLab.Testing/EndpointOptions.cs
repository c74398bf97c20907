using System.Net.Sockets;
using System.Text;

namespace LoadLab.Testing;

/// <summary>What endpoints have in common. Every value has a default that suits most tests.</summary>
public sealed record EndpointOptions
{
    /// <summary>
    /// The answer of an endpoint that answers, unless told otherwise: <c>HTTP/1.1 200 OK</c> with the body <c>ok</c>; the connection stays open.
    /// </summary>
    public static ReadOnlyMemory<byte> HttpOk { get; } = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok");

    /// <summary>IPv4, at 127.0.0.1, or <see cref="AddressFamily.InterNetworkV6"/>, at ::1.</summary>
    public AddressFamily AddressFamily { get; init; } = AddressFamily.InterNetwork;

    /// <summary>
    /// The backlog given to listen(2), in connections; the kernel takes the smaller of it and net.core.somaxconn, and its queue holds one more.
    /// </summary>
    /// <remarks>Null: 1 for a queue that is to be full, 128 else. From 0 to 65,535.</remarks>
    public int? Backlog { get; init; }

    /// <summary>What an endpoint that answers sends for each HTTP/1.1 request it has read. Empty: nothing, it only reads.</summary>
    public ReadOnlyMemory<byte> Answer { get; init; } = HttpOk;
}
