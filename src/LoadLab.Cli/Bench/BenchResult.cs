using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LoadLab.Cli;

/// <summary>One round: both sides in turn.</summary>
internal sealed record BenchRound(double Ours, double Reference);

/// <summary>
/// What a bench found: a ratio of medians, or the median of the ratios of pairs, since the machine is shared and only what ran in turn can be
/// compared.
/// </summary>
internal sealed record BenchResult(
    string Bench,
    string Unit,
    double Ours,
    double Reference,
    string ReferenceIs,
    double Ratio,
    ImmutableArray<BenchRound> Rounds,
    int Threads,
    string Kernel)
{
    /// <summary>Samples and packets that our side should have seen and did not, in all rounds; null where the bench is not about seeing.</summary>
    public long? Lost { get; init; }

    /// <summary>
    /// How much more processor time this process took for our side than for the other, as a part of all processors' time; null where both sides are
    /// not the same but for what this process does.
    /// </summary>
    public double? OwnShare { get; init; }

    /// <summary>The 95 % interval of the ratio, low and high; null where it was not asked for.</summary>
    public ImmutableArray<double>? RatioInterval { get; init; }

    /// <summary>Each call by itself, in a bench of system calls; null in any other.</summary>
    public ImmutableArray<BenchCall>? Calls { get; init; }
}

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BenchResult))]
internal sealed partial class BenchJson : JsonSerializerContext;
