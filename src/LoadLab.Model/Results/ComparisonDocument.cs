using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>What a difference between two tunings amounts to.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<Difference>))]
public enum Difference
{
    /// <summary>All runs of both have the same value.</summary>
    Same,

    /// <summary>The runs do not show a difference: that is not to say that there is none.</summary>
    NotSeen,

    /// <summary>Better than the first tuning, and the interval shows it.</summary>
    Better,

    /// <summary>Worse than the first tuning, and the interval shows it.</summary>
    Worse,

    /// <summary>Another value, of which neither more nor less is better.</summary>
    Other,
}

/// <summary>compare.json: several tunings of one scenario side by side.</summary>
public sealed record ComparisonDocument
{
    /// <summary>Version of this document's form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>The kernel.</summary>
    public required KernelVersion Kernel { get; init; }

    /// <summary>Each tuning, the first being the one that the others are compared with.</summary>
    public required ImmutableArray<TuningResult> Tunings { get; init; }

    /// <summary>Each metric of each other tuning against the first.</summary>
    public required ImmutableArray<MetricDifference> Differences { get; init; }

    /// <summary>Conditions that were to hold and did not, a sentence each.</summary>
    public ImmutableArray<string> Failed { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>What a person should know beside the figures.</summary>
    public ImmutableArray<string> Notes { get => field.IsDefault ? [] : field; init; } = [];
}

/// <summary>A tuning's runs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="About">What it is for; "" when none is given.</param>
/// <param name="Settings">What it sets, as <c>NAME=VALUE</c>.</param>
/// <param name="Metrics">Each metric by name.</param>
/// <param name="Verdicts">How many runs came out how.</param>
public sealed record TuningResult(string Name, string About, ImmutableArray<string> Settings, ImmutableSortedDictionary<string, MetricValues> Metrics,
    ImmutableSortedDictionary<string, int> Verdicts)
{
    /// <summary>What went wrong in its runs, the worst first.</summary>
    public ImmutableArray<TuningDiagnosis> Diagnoses { get => field.IsDefault ? [] : field; init; } = [];
}

/// <summary>A diagnosis of some of a tuning's runs.</summary>
/// <param name="Runs">In how many.</param>
/// <param name="Variant">In which variant; "" for the only one.</param>
/// <param name="Diagnosis">As the last of these runs has it.</param>
public sealed record TuningDiagnosis(int Runs, string Variant, Diagnosed Diagnosis);

/// <summary>One metric of one tuning.</summary>
/// <param name="Unit">s, connections, packets …</param>
/// <param name="Median">The median of the runs.</param>
/// <param name="Low">The least.</param>
/// <param name="High">The greatest.</param>
/// <param name="Runs">The value of each run, in order.</param>
public sealed record MetricValues(string Unit, double Median, double Low, double High, ImmutableArray<double> Runs)
{
    /// <summary>True when every run of several has the same value; of one run it is not known.</summary>
    [JsonIgnore]
    public bool IsExact => Low == High && Runs.Length > 1;
}

/// <summary>A metric of tuning b against tuning a.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="A">The first tuning.</param>
/// <param name="B">The other.</param>
/// <param name="Ratio">Median of b by median of a; null when that of a is 0.</param>
/// <param name="Low">Low end of the ratio's 95 % confidence interval (bootstrap); null where there is no ratio, or the values are exact.</param>
/// <param name="High">High end.</param>
/// <param name="Outcome">What it amounts to.</param>
/// <param name="Words">The same in words, with the figures.</param>
public sealed record MetricDifference(string Metric, string A, string B, double? Ratio, double? Low, double? High, Difference Outcome, string Words);
