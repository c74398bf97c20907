using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>A duration, or a moment counted from the run's start on the monotonic clock.</summary>
/// <remarks>
/// Unit: nanoseconds; in JSON an integer. In scenario files and on the command line a number with a unit: <c>250us</c>, <c>500ms</c>, <c>4s</c>,
/// <c>1.5m</c>, <c>1h</c>.
/// </remarks>
[JsonConverter(typeof(NanosecondsJsonConverter))]
public readonly record struct Nanoseconds(long Value) : IComparable<Nanoseconds>
{
    private static readonly (string Suffix, decimal Factor)[] Units =
        [("ns", 1m), ("us", 1_000m), ("µs", 1_000m), ("ms", 1_000_000m), ("s", 1_000_000_000m), ("min", 60_000_000_000m), ("m", 60_000_000_000m),
            ("h", 3_600_000_000_000m)];

    /// <summary>Nothing.</summary>
    public static Nanoseconds Zero => default;

    /// <summary>In seconds.</summary>
    public double Seconds => Value / 1e9;

    /// <summary>In milliseconds.</summary>
    public double Milliseconds => Value / 1e6;

    /// <summary>From seconds.</summary>
    public static Nanoseconds FromSeconds(double seconds) => new((long)Math.Round(seconds * 1e9));

    /// <summary>From milliseconds.</summary>
    public static Nanoseconds FromMilliseconds(double milliseconds) => new((long)Math.Round(milliseconds * 1e6));

    /// <summary>As the framework's type, rounded down to 100 ns.</summary>
    public TimeSpan ToTimeSpan() => TimeSpan.FromTicks(Value / 100);

    /// <summary>Reads <c>4s</c>, <c>500 ms</c>, <c>0</c>; a number without a unit other than 0 is refused, since its meaning is not clear.</summary>
    public static bool TryParse(string? text, out Nanoseconds value)
    {
        value = default;
        var trimmed = text.AsSpan().Trim();
        var digits = 0;
        while (digits < trimmed.Length && (char.IsAsciiDigit(trimmed[digits]) || trimmed[digits] == '.'))
        {
            digits++;
        }

        if (digits == 0 || !decimal.TryParse(trimmed[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var suffix = trimmed[digits..].Trim().ToString();
        if (suffix.Length == 0)
        {
            return number == 0;
        }

        foreach (var (name, factor) in Units)
        {
            // 100 years bound the product far below long.MaxValue.
            if (name == suffix && number <= 3_155_760_000_000_000_000m / factor)
            {
                value = new Nanoseconds((long)(number * factor));
                return true;
            }
        }

        return false;
    }

    /// <summary>The sum.</summary>
    public static Nanoseconds operator +(Nanoseconds a, Nanoseconds b) => new(a.Value + b.Value);

    /// <summary>The difference.</summary>
    public static Nanoseconds operator -(Nanoseconds a, Nanoseconds b) => new(a.Value - b.Value);

    /// <summary>Earlier or shorter.</summary>
    public static bool operator <(Nanoseconds a, Nanoseconds b) => a.Value < b.Value;

    /// <summary>Later or longer.</summary>
    public static bool operator >(Nanoseconds a, Nanoseconds b) => a.Value > b.Value;

    /// <summary>Not later.</summary>
    public static bool operator <=(Nanoseconds a, Nanoseconds b) => a.Value <= b.Value;

    /// <summary>Not earlier.</summary>
    public static bool operator >=(Nanoseconds a, Nanoseconds b) => a.Value >= b.Value;

    /// <inheritdoc/>
    public int CompareTo(Nanoseconds other) => Value.CompareTo(other.Value);

    /// <summary>The whole value as <see cref="TryParse"/> reads it, where <see cref="ToString"/> rounds: <c>1.2345s</c>.</summary>
    public string ExactText => Size switch
    {
        0 => "0s",
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{Value / 1_000_000_000m:0.#########}s"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{Value / 1_000_000m:0.######}ms"),
        >= 1_000 => string.Create(CultureInfo.InvariantCulture, $"{Value / 1_000m:0.###}us"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Value}ns"),
    };

    // The least number has no negative.
    private ulong Size => (ulong)Int128.Abs(Value);

    /// <summary>In the largest unit that keeps it exact to three places: <c>4 s</c>, <c>12.5 ms</c>.</summary>
    public override string ToString() => Size switch
    {
        0 => "0 s",
        >= 1_000_000_000 => $"{Value / 1e9:0.###} s",
        >= 1_000_000 => $"{Value / 1e6:0.###} ms",
        >= 1_000 => $"{Value / 1e3:0.###} us",
        _ => $"{Value} ns",
    };
}

internal sealed class NanosecondsJsonConverter : JsonConverter<Nanoseconds>
{
    public override Nanoseconds Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, Nanoseconds value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}
