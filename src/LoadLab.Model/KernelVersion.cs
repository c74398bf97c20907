using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>A kernel release as uname(2) reports it; only the first three numbers take part in comparisons.</summary>
/// <remarks>In JSON: the release whole, e.g. "6.12.48+deb13-amd64".</remarks>
[JsonConverter(typeof(KernelVersionJsonConverter))]
public readonly record struct KernelVersion(int Major, int Minor, int Patch, string Release)
{
    /// <summary>Reads "6.18.44-fc-v595"; numbers that are not there are 0.</summary>
    public static KernelVersion Parse(string release)
    {
        ArgumentNullException.ThrowIfNull(release);
        Span<int> numbers = stackalloc int[3];
        var at = 0;
        for (var i = 0; i < 3 && at < release.Length && char.IsAsciiDigit(release[at]); i++)
        {
            for (; at < release.Length && char.IsAsciiDigit(release[at]); at++)
            {
                numbers[i] = Math.Min((numbers[i] * 10) + (release[at] - '0'), 1_000_000);
            }

            if (at < release.Length && release[at] == '.')
            {
                at++;
            }
            else
            {
                break;
            }
        }

        return new KernelVersion(numbers[0], numbers[1], numbers[2], release);
    }

    /// <summary>True from <paramref name="major"/>.<paramref name="minor"/>.<paramref name="patch"/> on.</summary>
    public bool IsAtLeast(int major, int minor, int patch = 0) => (Major, Minor, Patch).CompareTo((major, minor, patch)) >= 0;

    /// <inheritdoc/>
    public override string ToString() => Release;
}

internal sealed class KernelVersionJsonConverter : JsonConverter<KernelVersion>
{
    public override KernelVersion Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        KernelVersion.Parse(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, KernelVersion value, JsonSerializerOptions options) => writer.WriteStringValue(value.Release);
}
