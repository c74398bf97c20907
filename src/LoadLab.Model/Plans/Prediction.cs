using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>A closed range of exact numbers; one number when both ends are equal.</summary>
/// <remarks>In JSON a number, or <c>[low, high]</c>.</remarks>
[JsonConverter(typeof(PredictedRangeJsonConverter))]
public readonly record struct PredictedRange(decimal Low, decimal High)
{
    /// <summary>True when it is one number.</summary>
    public bool IsExact => Low == High;

    /// <summary>One number.</summary>
    public static PredictedRange Exactly(decimal value) => new(value, value);

    /// <summary>This or more.</summary>
    public static PredictedRange AtLeast(decimal low) => new(low, long.MaxValue);

    /// <summary>True when a value lies in it.</summary>
    public bool Contains(decimal value) => value >= Low && value <= High;

    /// <summary>True when some value lies in both.</summary>
    public bool Overlaps(PredictedRange other) => Low <= other.High && other.Low <= High;

    /// <inheritdoc/>
    public override string ToString() => IsExact ? $"{Low:0.######}" : High == long.MaxValue ? $"{Low:0.######} or more" : $"{Low:0.######}..{High:0.######}";
}

internal sealed class PredictedRangeJsonConverter : JsonConverter<PredictedRange>
{
    public override PredictedRange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        return root.ValueKind == JsonValueKind.Array ? new(root[0].GetDecimal(), root[1].GetDecimal()) : PredictedRange.Exactly(root.GetDecimal());
    }

    public override void Write(Utf8JsonWriter writer, PredictedRange value, JsonSerializerOptions options)
    {
        if (value.IsExact)
        {
            writer.WriteNumberValue(value.Low);
            return;
        }

        writer.WriteStartArray();
        writer.WriteNumberValue(value.Low);
        writer.WriteNumberValue(value.High);
        writer.WriteEndArray();
    }
}

/// <summary>What the kernel's rules say will be seen.</summary>
/// <param name="Quantity">Of what.</param>
/// <param name="Range">The value.</param>
/// <param name="Rule">The rule in half a sentence, with its numbers.</param>
/// <param name="KernelSource">File and function of the kernel that make it so.</param>
public sealed record Prediction([property: JsonPropertyName("name")] QuantityRef Quantity, PredictedRange Range, string Rule, string KernelSource)
{
    /// <summary>The quantity's name.</summary>
    [JsonIgnore]
    public string Name => Quantity.ToString();

    /// <summary>The quantity's unit.</summary>
    public string Unit => Quantity.Quantity.Unit;

    /// <summary>True: what it is depends on when things happen, so that a delayed harness may rightly see another value.</summary>
    public bool DependsOnTime { get; init; }
}

/// <summary>What the rules give for one witness of a run that was replayed.</summary>
/// <param name="Range">The values that it may say.</param>
/// <param name="Open">Why it may say others too; null: it may not.</param>
public sealed record ReplayedWitness(PredictedRange Range, string? Open);

/// <summary>An expectation with its numbers resolved.</summary>
public sealed record PlannedExpectation
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The sentence.</summary>
    public required string Claim { get; init; }

    /// <summary>The value or range.</summary>
    public required PredictedRange Predicted { get; init; }

    /// <summary>
    /// What the rules give with the delays that the run was seen to have, where that is more than <see cref="Predicted"/>; null before the run, and
    /// where it had none.
    /// </summary>
    [JsonIgnore]
    public PredictedRange? Replayed { get; init; }

    /// <summary>True where the rules have said what they give with the delays of the run: a value outside of that is no delay's.</summary>
    [JsonIgnore]
    public bool IsReplayed { get; init; }

    /// <summary>What the rules give for each witness that measures something else than the quantity with the delays of the run; empty before the run.</summary>
    [JsonIgnore]
    public ImmutableDictionary<WitnessTerm, ReplayedWitness> ReplayedWitnesses { get; init; } = ImmutableDictionary<WitnessTerm, ReplayedWitness>.Empty;

    /// <summary>True: it is predicted by the replay of the run's own connects, since a load in shape churn has as many as the server lets it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AwaitsRun { get; init; }

    /// <summary>Why the rules leave the value open with the delays that the run was seen to have; null where they do not.</summary>
    [JsonIgnore]
    public string? OpenWhenReplayed { get; init; }

    /// <summary>Which conditions of this run differ from those that its author states it for, as a sentence; null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotAsStated { get; init; }

    /// <summary>connections, packets, s …</summary>
    public required string Unit { get; init; }

    /// <summary>What is expected of; null where the scenario states a value of its own witnesses.</summary>
    public QuantityRef? Quantity { get; init; }

    /// <summary>What is asked.</summary>
    public required IReadOnlyList<WitnessTerm> Witnesses { get; init; }

    /// <summary>
    /// True: the witnesses must also be equal to each other, not only in the range. So for all that is counted; moments and shares are only held to
    /// the range.
    /// </summary>
    public required bool WitnessesMustAgree { get; init; }

    /// <summary><see cref="Prediction.DependsOnTime"/>; false for a value that the scenario states itself.</summary>
    public bool DependsOnTime { get; init; }

    /// <summary>True: the scenario states the value itself, so it is its author's and not a rule's.</summary>
    public bool IsStated { get; init; }

    /// <summary>Why the range is as wide as it is; null when it is exact.</summary>
    public string? Because { get; init; }

    /// <summary>The rule in half a sentence.</summary>
    public required string Rule { get; init; }

    /// <summary>File and function of the kernel.</summary>
    public required string KernelSource { get; init; }

    /// <summary><c>accept-queue/backlog-overflow.yaml:14</c>.</summary>
    public required string Place { get; init; }
}
