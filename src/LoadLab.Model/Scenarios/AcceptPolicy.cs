using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>When the server calls accept().</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<AcceptPolicyKind>))]
public enum AcceptPolicyKind
{
    /// <summary>Never: what is queued stays queued.</summary>
    Never,

    /// <summary>As soon as a connection is there.</summary>
    Eager,

    /// <summary>At most so many a second.</summary>
    Paced,

    /// <summary>Eager, but for one pause.</summary>
    Stalled,
}

/// <summary>
/// When the server calls accept(): <c>never</c>, <c>eager</c>, <c>paced 40/s</c>, <c>stalled 1s 500ms</c> (after the load has begun by so much, for
/// so long).
/// </summary>
/// <remarks>
/// The clock of <c>paced</c> and <c>stalled</c> starts with the first load or scripted peer of a run; of a server on its own, with the first
/// connection. In JSON: the text.
/// </remarks>
[JsonConverter(typeof(AcceptPolicyJsonConverter))]
public sealed record AcceptPolicy(AcceptPolicyKind Kind, Rate Rate = default, Nanoseconds After = default, Nanoseconds For = default)
{
    /// <summary>What the four forms look like, for messages.</summary>
    public const string Forms = "never | eager | paced RATE (paced 40/s) | stalled AFTER FOR (stalled 1s 500ms)";

    /// <summary>Never accepts.</summary>
    public static AcceptPolicy Never { get; } = new(AcceptPolicyKind.Never);

    /// <summary>Accepts at once.</summary>
    public static AcceptPolicy Eager { get; } = new(AcceptPolicyKind.Eager);

    /// <summary>Reads one of <see cref="Forms"/>.</summary>
    public static bool TryParse(string? text, out AcceptPolicy policy)
    {
        policy = Eager;
        var words = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || !EnumWords<AcceptPolicyKind>.TryParse(words[0], out var kind))
        {
            return false;
        }

        Rate rate = default;
        Nanoseconds after = default, length = default;
        var wellFormed = kind switch
        {
            AcceptPolicyKind.Never or AcceptPolicyKind.Eager => words.Length == 1,
            AcceptPolicyKind.Paced => words.Length == 2 && Rate.TryParse(words[1], out rate),
            AcceptPolicyKind.Stalled => words.Length == 3 && Nanoseconds.TryParse(words[1], out after) && Nanoseconds.TryParse(words[2], out length),
        };
        policy = new AcceptPolicy(kind, rate, after, length);
        return wellFormed;
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        AcceptPolicyKind.Never => "never",
        AcceptPolicyKind.Eager => "eager",
        AcceptPolicyKind.Paced => $"paced {Rate}",
        AcceptPolicyKind.Stalled => $"stalled {After.ExactText} {For.ExactText}",
    };
}

internal sealed class AcceptPolicyJsonConverter : JsonConverter<AcceptPolicy>
{
    public override AcceptPolicy Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        AcceptPolicy.TryParse(reader.GetString(), out var policy) ? policy
            : throw new JsonException($"'{reader.GetString()}' is no accept policy: {AcceptPolicy.Forms}");

    public override void Write(Utf8JsonWriter writer, AcceptPolicy value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
