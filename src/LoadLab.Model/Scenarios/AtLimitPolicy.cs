using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>What an accept loop does when accept() says EMFILE or ENFILE.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<AtLimitKind>))]
public enum AtLimitKind
{
    /// <summary>Calls accept() again at once.</summary>
    Spin,

    /// <summary>Waits for a fixed time.</summary>
    Sleep,

    /// <summary>Waits, each time twice as long, up to a longest time.</summary>
    Backoff,

    /// <summary>Does not look at the listener until one of its connections has been closed, or a time has passed.</summary>
    Pause,

    /// <summary>Has one descriptor in reserve: gives it up, accepts with it, closes the connection, takes it back.</summary>
    Shed,
}

/// <summary>What an accept loop does at the fd limit: <c>spin</c>, <c>sleep 100ms</c>, <c>backoff 5ms 1s</c>, <c>pause 1s</c>, <c>shed</c>.</summary>
/// <param name="Kind">Which.</param>
/// <param name="First">The wait of <c>sleep</c>, the first of <c>backoff</c>, the longest of <c>pause</c>.</param>
/// <param name="Longest">The longest wait of <c>backoff</c>.</param>
/// <remarks>In JSON: the text.</remarks>
[JsonConverter(typeof(AtLimitPolicyJsonConverter))]
public sealed record AtLimitPolicy(AtLimitKind Kind, Nanoseconds First = default, Nanoseconds Longest = default)
{
    /// <summary>What the five forms look like, for messages.</summary>
    public const string Forms = "spin | sleep TIME (sleep 100ms) | backoff FIRST LONGEST (backoff 5ms 1s) | pause LONGEST (pause 1s) | shed";

    /// <summary>5 ms doubling to 1 s, as Go's net/http does.</summary>
    public static AtLimitPolicy Default { get; } = new(AtLimitKind.Backoff, Nanoseconds.FromMilliseconds(5), Nanoseconds.FromSeconds(1));

    /// <summary>Reads one of <see cref="Forms"/>.</summary>
    public static bool TryParse(string? text, out AtLimitPolicy policy)
    {
        policy = Default;
        var words = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || !EnumWords<AtLimitKind>.TryParse(words[0], out var kind))
        {
            return false;
        }

        Nanoseconds first = default, longest = default;
        var isWellFormed = kind switch
        {
            AtLimitKind.Spin or AtLimitKind.Shed => words.Length == 1,
            AtLimitKind.Sleep or AtLimitKind.Pause => words.Length == 2 && IsTime(words[1], out first),
            AtLimitKind.Backoff => words.Length == 3 && IsTime(words[1], out first) && IsTime(words[2], out longest) && longest >= first,
        };
        policy = new AtLimitPolicy(kind, first, longest);
        return isWellFormed;
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        AtLimitKind.Spin => "spin",
        AtLimitKind.Sleep => $"sleep {First.ExactText}",
        AtLimitKind.Backoff => $"backoff {First.ExactText} {Longest.ExactText}",
        AtLimitKind.Pause => $"pause {First.ExactText}",
        AtLimitKind.Shed => "shed",
    };

    private static bool IsTime(string text, out Nanoseconds time) => Nanoseconds.TryParse(text, out time) && time > Nanoseconds.Zero;
}

internal sealed class AtLimitPolicyJsonConverter : JsonConverter<AtLimitPolicy>
{
    public override AtLimitPolicy Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        AtLimitPolicy.TryParse(reader.GetString(), out var policy) ? policy
            : throw new JsonException($"'{reader.GetString()}' is no policy at the fd limit: {AtLimitPolicy.Forms}");

    public override void Write(Utf8JsonWriter writer, AtLimitPolicy value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
