using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>How an expectation, or a whole run, came out.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<Outcome>))]
public enum Outcome
{
    /// <summary>As predicted, and the witnesses agree.</summary>
    Held,

    /// <summary>Not as predicted, or the witnesses contradict each other.</summary>
    Broken,

    /// <summary>Could not be seen.</summary>
    Inconclusive,
}

/// <summary>What one witness said; <see cref="Value"/> is null when it could not see.</summary>
public sealed record WitnessValue(string Name, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? Value)
{
    /// <summary>Who in the kernel keeps the figures behind it.</summary>
    public ImmutableArray<WitnessFamily> Families { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>What was asked; null where it is read back from a file.</summary>
    [JsonIgnore]
    public WitnessTerm? Term { get; private init; }

    /// <summary>What a witness said.</summary>
    public static WitnessValue Of(WitnessTerm term, decimal? value)
    {
        ArgumentNullException.ThrowIfNull(term);
        return new WitnessValue(term.ToString(), value) { Families = [.. term.Families], Term = term };
    }
}

/// <summary>One expectation with what was seen.</summary>
public sealed record Finding
{
    /// <summary>The expectation's id.</summary>
    public required string Id { get; init; }

    /// <summary>The variant; "" for the only one.</summary>
    public required string Variant { get; init; }

    /// <summary>Its sentence.</summary>
    public required string Claim { get; init; }

    /// <summary>What was predicted.</summary>
    public required PredictedRange Predicted { get; init; }

    /// <summary>What the first witness that could see saw; null when none could.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required decimal? Observed { get; init; }

    /// <summary>connections, packets, s …</summary>
    public required string Unit { get; init; }

    /// <summary>How it came out.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>Each witness.</summary>
    public required ImmutableArray<WitnessValue> Witnesses { get; init; }

    /// <summary>The families of its witnesses that confirm each other; one alone is one witness, whatever the number of readings.</summary>
    public ImmutableArray<WitnessFamily> Families { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>File and function of the kernel behind the prediction.</summary>
    public required string KernelSource { get; init; }

    /// <summary>The rule behind the prediction.</summary>
    public required string Rule { get; init; }

    /// <summary>Why the prediction is a range; null when it is not.</summary>
    public string? Because { get; init; }

    /// <summary>One exact sentence: place, expected, actual, evidence.</summary>
    public required string Sentence { get; init; }
}

/// <summary>The judge's answer to a whole run.</summary>
/// <param name="Outcome">Broken when one finding is, else inconclusive when one is or the run did not finish, else held.</param>
/// <param name="Findings">Each expectation.</param>
/// <param name="Summary">What happened and what it means: two sentences for a person.</param>
public sealed record Verdict(Outcome Outcome, ImmutableArray<Finding> Findings, string Summary)
{
    /// <summary>Further quantities.</summary>
    public CheckedQuantities Checked { get => field ?? CheckedQuantities.None; init; } = CheckedQuantities.None;
}
