using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>How many a second: connects of the swarm, accepts of the server.</summary>
/// <remarks>Unit: events per second; in scenario files and JSON <c>200/s</c> (a bare number means the same).</remarks>
[JsonConverter(typeof(RateJsonConverter))]
public readonly record struct Rate(double PerSecond)
{
    // One in eleven days: what is slower is none in any run.
    private const double LeastPerSecond = 1e-6;
    private const double MostNumber = 10_000_000;
    private const string AllDigits = "F30";

    /// <summary>Reads <c>200/s</c>, <c>0.5/s</c>, <c>6000/min</c>, <c>200</c>. From one in a million seconds to ten million a second.</summary>
    public static bool TryParse(string? text, out Rate rate)
    {
        rate = default;
        var span = text.AsSpan().Trim();
        var slash = span.IndexOf('/');
        var number = slash < 0 ? span : span[..slash].TrimEnd();
        var per = (slash < 0 ? "s" : span[(slash + 1)..].Trim().ToString()) switch { "s" => 1.0, "min" or "m" => 60.0, _ => 0.0 };
        if (per == 0 || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            || !(value / per >= LeastPerSecond && value <= MostNumber))
        {
            return false;
        }

        rate = new Rate(value / per);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        // Plans and orders have it in this form, so what is rounded for people must be the same rate; else it has all of its digits.
        var rounded = string.Create(CultureInfo.InvariantCulture, $"{PerSecond:0.######}/s");
        if (PerSecond == 0 || (TryParse(rounded, out var same) && same == this))
        {
            return rounded;
        }

        var shortest = PerSecond.ToString("R", CultureInfo.InvariantCulture);
        return $"{(shortest.Contains('E', StringComparison.Ordinal) ? PerSecond.ToString(AllDigits, CultureInfo.InvariantCulture).TrimEnd('0') : shortest)}/s";
    }
}

internal sealed class RateJsonConverter : JsonConverter<Rate>
{
    public override Rate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Rate.TryParse(reader.GetString(), out var rate) ? rate : default;

    public override void Write(Utf8JsonWriter writer, Rate value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
