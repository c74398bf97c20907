using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>Consecutive TCP ports, both ends included: <c>20000-20099</c>, or one port alone.</summary>
/// <remarks>In JSON: the text.</remarks>
[JsonConverter(typeof(PortRangeJsonConverter))]
public readonly record struct PortRange(int First, int Last)
{
    /// <summary>The address of the server whose ports these are, an IPv4 one as ::ffff:a.b.c.d; null: not known, or all addresses. Not in JSON.</summary>
    public UInt128? Host { get; init; }

    /// <summary>How many ports.</summary>
    public int Count => Last - First + 1;

    /// <summary>A range of one.</summary>
    public static PortRange One(int port) => new(port, port);

    /// <summary>True for a port of the range.</summary>
    public bool Contains(int port) => First <= port && port <= Last;

    /// <summary>True for an end that is the server's. A client of another address may have the very port that the server listens on.</summary>
    /// <param name="address">This end's address.</param>
    /// <param name="port">Its port.</param>
    /// <param name="otherPort">The other end's.</param>
    public bool IsServer(UInt128 address, int port, int otherPort) => Contains(port) && (Host is not { } host || !Contains(otherPort) || address == host);

    /// <summary>True when all of another range lies in this one.</summary>
    public bool Contains(PortRange other) => First <= other.First && other.Last <= Last;

    /// <summary>True when the two have a port in common.</summary>
    public bool Overlaps(PortRange other) => First <= other.Last && other.First <= Last;

    /// <summary>How many ports the two have in common.</summary>
    public int Common(PortRange other) => Math.Max(0, Math.Min(Last, other.Last) - Math.Max(First, other.First) + 1);

    /// <summary>What IP_LOCAL_PORT_RANGE leaves of it: each end counts where it lies inside, and one that does not is ignored.</summary>
    /// <remarks>Kernel: net/ipv4/inet_connection_sock.c inet_sk_get_local_port_range, since 6.3.</remarks>
    public PortRange Narrowed(PortRange asked) => new(Contains(asked.First) ? asked.First : First, Contains(asked.Last) ? asked.Last : Last);

    /// <summary>Reads a list as the kernel writes net.ipv4.ip_local_reserved_ports: <c>8080,9000-9010</c>; what is no port is passed over.</summary>
    public static IEnumerable<PortRange> List(string? text) => (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(part => TryParse(part, out var range) ? range : (PortRange?)null).OfType<PortRange>();

    /// <summary>Reads one port or two with a hyphen between them, 1 to 65535.</summary>
    public static bool TryParse(string? text, out PortRange range)
    {
        range = default;
        var ends = (text ?? "").Split('-', StringSplitOptions.TrimEntries);
        if (ends.Length > 2 || !TryPort(ends[0], out var first) || !TryPort(ends[^1], out var last) || last < first)
        {
            return false;
        }

        range = new PortRange(first, last);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;
}

internal sealed class PortRangeJsonConverter : JsonConverter<PortRange>
{
    public override PortRange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PortRange.TryParse(reader.GetString(), out var range) ? range : throw new JsonException($"'{reader.GetString()}' is no port range");

    public override void Write(Utf8JsonWriter writer, PortRange value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
