using System.Net;
using System.Net.Sockets;

namespace LoadLab.Server;

/// <summary>The UDP socket beside a server's listeners, of the same address and port number.</summary>
internal sealed class ConsentSocket : IDisposable
{
    private ConsentSocket(Socket udp, int port) => (Udp, Port) = (udp, port);

    /// <summary>The socket.</summary>
    public Socket Udp { get; }

    /// <summary>Its port, and that of the listeners.</summary>
    public int Port { get; }

    /// <summary>Opens it; null and a sentence when the port is taken.</summary>
    public static ConsentSocket? TryOpen(string address, int port, out string? refusal)
    {
        var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            udp.Bind(new IPEndPoint(IPAddress.Parse(address), port));
            refusal = null;
            return new ConsentSocket(udp, port);
        }
        catch (SocketException e)
        {
            udp.Dispose();
            refusal = $"UDP port {port} on {address}, where swarms ask for consent, is not available ({e.Message}): "
                + "take another --port, or --consent false, and no swarm will load it";
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Udp.Dispose();
}
