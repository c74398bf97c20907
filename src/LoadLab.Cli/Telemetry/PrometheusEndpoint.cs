using System.Net;
using System.Net.Sockets;

namespace LoadLab.Cli;

/// <summary>Where Prometheus may fetch the metrics: an address of this host and a port, path <c>/metrics</c>.</summary>
/// <param name="Address">The address; the any address: all of this host.</param>
/// <param name="Port">The port.</param>
internal sealed record PrometheusEndpoint(IPAddress Address, int Port)
{
    /// <summary>What the option takes.</summary>
    public const string Forms = ":PORT (of 127.0.0.1), ADDRESS:PORT, or *:PORT for every address of this host";

    private const int HighestPort = 65535;

    /// <summary>The host as the listener of HTTP spells it.</summary>
    public string Host => Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any) ? "*"
        : Address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Address}]" : Address.ToString();

    /// <summary>Reads one of <see cref="Forms"/>; null: it is none.</summary>
    public static PrometheusEndpoint? TryParse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (!int.TryParse(text.AsSpan(colon + 1), out var port) || port is < 1 or > HighestPort)
        {
            return null;
        }

        var host = colon <= 0 ? "127.0.0.1" : text[..colon].Trim('[', ']');
        return host is "*" ? new(IPAddress.Any, port)
            : host is "localhost" ? new(IPAddress.Loopback, port)
            : IPAddress.TryParse(host, out var address) ? new(address, port) : null;
    }

    /// <summary>Why it cannot be listened on, in one sentence; null: it can.</summary>
    public string? Refusal()
    {
        try
        {
            using var probe = new Socket(Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(Address, Port));
            return null;
        }
        catch (SocketException e)
        {
            var cure = e.SocketErrorCode == SocketError.AddressAlreadyInUse ? $"it is taken; who has it: ss -ltnp 'sport = :{Port}'" : e.Message;
            return $"no metrics for Prometheus on {this}: {cure}";
        }
    }

    /// <summary>Where it is fetched from: another name of the same address is answered with 404.</summary>
    public string Url => $"http://{Host}:{Port}/metrics";

    /// <inheritdoc/>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
