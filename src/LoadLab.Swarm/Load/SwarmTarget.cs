using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>Whom a swarm connects to: an address of 127.0.0.0/8 or 198.18.0.0/15, since nothing else can become a target, and a port.</summary>
public sealed record SwarmTarget
{
    private SwarmTarget(uint address, int port)
    {
        Address = address;
        Port = port;
    }

    /// <summary>IPv4, in host order.</summary>
    public uint Address { get; }

    /// <summary>True in 127.0.0.0/8, false in 198.18.0.0/15.</summary>
    public bool IsLoopback => Address >> 24 == 127;

    /// <summary>1…65535.</summary>
    public int Port { get; }

    /// <summary>Reads <c>127.0.0.1:8080</c>.</summary>
    /// <returns>null and <paramref name="target"/>, or why not as a sentence.</returns>
    public static string? TryParse(string? text, out SwarmTarget? target)
    {
        target = null;
        var colon = (text ?? "").LastIndexOf(':');
        return colon > 0 && int.TryParse(text.AsSpan(colon + 1), out var port)
            ? TryCreate(text![..colon], port, out target)
            : $"'{text}' is no target: it takes an IPv4 address and a port, like 127.0.0.1:8080.";
    }

    /// <summary>From its two parts.</summary>
    /// <returns>null and <paramref name="target"/>, or why not as a sentence.</returns>
    public static string? TryCreate(string address, int port, out SwarmTarget? target)
    {
        target = null;
        if (!AddressRange.TryAddress(address, out var number))
        {
            return $"'{address}' is no IPv4 address.";
        }

        if (!AddressRange.IsHarmlessAddress(number))
        {
            return $"{address} is refused as a target: load only goes to 127.0.0.0/8 and 198.18.0.0/15 (RFC 2544), so that no other host is loaded by "
                + $"accident.";
        }

        if (port is < 1 or > 65535)
        {
            return $"{port} is no port: it takes 1 to 65535.";
        }

        target = new SwarmTarget(number, port);
        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{AddressRange.Dotted(Address)}:{Port}";
}
