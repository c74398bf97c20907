using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>Source addresses of the swarm, used in turn: <c>127.0.0.1</c> or <c>127.1.0.1-127.1.0.9</c>.</summary>
/// <remarks>IPv4; both ends belong to it. In JSON: the text.</remarks>
[JsonConverter(typeof(AddressRangeJsonConverter))]
public readonly record struct AddressRange(uint First, uint Last)
{
    /// <summary>The loopback address alone.</summary>
    public static AddressRange Loopback => new(0x7F000001, 0x7F000001);

    /// <summary>198.18.0.1-198.19.255.254: RFC 2544's benchmark range, which a sandbox routes to its loopback interface and where no host answers.</summary>
    public static AddressRange Benchmark => new(0xC6120001, 0xC613FFFE);

    /// <summary>How many addresses.</summary>
    public long Count => (long)Last - First + 1;

    /// <summary>True when each address is in 127.0.0.0/8 or 198.18.0.0/15 (RFC 2544), the only ones that load may come from or go to.</summary>
    public bool IsHarmless => IsHarmlessAddress(First) && IsHarmlessAddress(Last) && (First >> 24 == Last >> 24);

    /// <summary>True for 127.0.0.0/8 and 198.18.0.0/15.</summary>
    public static bool IsHarmlessAddress(uint address) => address >> 24 == 127 || address >> 17 == 0xC612 >> 1;

    /// <summary>True when an address is one of these.</summary>
    public bool Contains(uint address) => First <= address && address <= Last;

    /// <summary>The i-th address, round robin.</summary>
    public uint this[long index] => (uint)(First + (index % Count));

    /// <summary>Reads one address or a range of two.</summary>
    public static bool TryParse(string? text, out AddressRange range)
    {
        range = default;
        var parts = (text ?? "").Split('-', StringSplitOptions.TrimEntries);
        if (parts.Length is 0 or > 2 || !TryAddress(parts[0], out var first) || !TryAddress(parts[^1], out var last) || last < first)
        {
            return false;
        }

        range = new AddressRange(first, last);
        return true;
    }

    /// <summary>The number of a dotted address.</summary>
    public static bool TryAddress(string text, out uint address)
    {
        address = 0;
        if (!IPAddress.TryParse(text, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetwork || text.Count(c => c == '.') != 3)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[4];
        _ = parsed.TryWriteBytes(bytes, out _);
        address = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return true;
    }

    /// <summary>The dotted form.</summary>
    public static string Dotted(uint address) => $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}";

    /// <inheritdoc/>
    public override string ToString() => First == Last ? Dotted(First) : $"{Dotted(First)}-{Dotted(Last)}";
}

internal sealed class AddressRangeJsonConverter : JsonConverter<AddressRange>
{
    public override AddressRange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        AddressRange.TryParse(reader.GetString(), out var range) ? range : throw new JsonException($"'{reader.GetString()}' is no address range");

    public override void Write(Utf8JsonWriter writer, AddressRange value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
