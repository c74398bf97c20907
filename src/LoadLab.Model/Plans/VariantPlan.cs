using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>One run in one sandbox: settings with their live values, predictions, expectations.</summary>
public sealed record VariantPlan
{
    /// <summary>"" for the only one.</summary>
    public required string Name { get; init; }

    /// <summary>The scenario with this variant's overrides.</summary>
    public required Scenario Declared { get; init; }

    /// <summary>Settings by name as in the scenario file, with live values beside the declared ones (<c>backlog</c>, <c>live_backlog</c>, sysctls).</summary>
    public required ImmutableSortedDictionary<string, string> Settings { get; init; }

    /// <summary>min(backlog, somaxconn) at the first listen().</summary>
    public required int LiveBacklog { get; init; }

    /// <summary>How many connections one listener's accept queue takes.</summary>
    public required long Capacity { get; init; }

    /// <summary>Swarm worker processes.</summary>
    public required int Workers { get; init; }

    /// <summary>How long its phases last at most.</summary>
    public Nanoseconds Lasts { get; init; }

    /// <summary>Every prediction that could be made.</summary>
    public required ImmutableArray<Prediction> Predictions { get; init; }

    /// <summary>The expectations with their numbers.</summary>
    public required ImmutableArray<PlannedExpectation> Expectations { get; init; }

    /// <summary>
    /// Further quantities of each phase's end that no expectation names, with their witnesses: the judge checks them as well. They follow from
    /// <see cref="Predictions"/> and are not written.
    /// </summary>
    [JsonIgnore]
    public ImmutableArray<PlannedExpectation> Further { get; init; } = [];

    /// <summary>Quantities of a phase's end that the rules leave open, and why.</summary>
    [JsonIgnore]
    public ImmutableArray<UndeterminedQuantity> Open { get; init; } = [];

    /// <summary>What the rules predict over time; null where the model has no rule. It is written to bands.json.</summary>
    [JsonIgnore]
    public TimeBands? Bands { get; init; }

    /// <summary>Every witness that the expectations ask.</summary>
    [JsonIgnore]
    public IEnumerable<WitnessRef> Asked => Expectations.SelectMany(expectation => expectation.Witnesses).SelectMany(term => term.Asked);

    /// <summary>What a person should know before it runs: clamped values, preflight.</summary>
    public required ImmutableArray<string> Notes { get; init; }
}
