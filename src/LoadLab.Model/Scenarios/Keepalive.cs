using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>SO_KEEPALIVE with its three times: <c>1s 1s 2</c>.</summary>
/// <remarks>In JSON: the text. Kernel: net/ipv4/tcp_timer.c tcp_keepalive_timer.</remarks>
/// <param name="Idle">TCP_KEEPIDLE: silence of the peer before the first probe.</param>
/// <param name="Interval">TCP_KEEPINTVL: between probes.</param>
/// <param name="Count">TCP_KEEPCNT: probes without an answer before the connection is given up.</param>
[JsonConverter(typeof(KeepaliveJsonConverter))]
public sealed record Keepalive(Nanoseconds Idle, Nanoseconds Interval, int Count)
{
    /// <summary>The longest of both times (MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL are 32767 s; a scenario's longest time is shorter).</summary>
    public const int MostSeconds = 3600;

    /// <summary>The most probes (MAX_TCP_KEEPCNT).</summary>
    public const int MostProbes = 127;

    private const long NsOfSecond = 1_000_000_000;

    /// <summary>Reads <c>IDLE INTERVAL COUNT</c>; both times in whole seconds, as the kernel takes them.</summary>
    public static bool TryParse(string? text, out Keepalive? keepalive)
    {
        keepalive = null;
        var words = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 3 && IsTime(words[0], out var idle) && IsTime(words[1], out var interval)
            && int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MostProbes)
        {
            keepalive = new Keepalive(idle, interval, count);
        }

        return keepalive is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Idle.Value / NsOfSecond}s {Interval.Value / NsOfSecond}s {Count}");

    private static bool IsTime(string text, out Nanoseconds time) =>
        Nanoseconds.TryParse(text, out time) && time.Value % NsOfSecond == 0 && time.Value / NsOfSecond is >= 1 and <= MostSeconds;
}

internal sealed class KeepaliveJsonConverter : JsonConverter<Keepalive>
{
    public override Keepalive Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Keepalive.TryParse(reader.GetString(), out var keepalive) ? keepalive! : throw new JsonException($"'{reader.GetString()}' is not IDLE INTERVAL COUNT");

    public override void Write(Utf8JsonWriter writer, Keepalive value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
