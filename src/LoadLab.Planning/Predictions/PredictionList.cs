using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Predictions;

/// <summary>Predictions while they are made, and why some are not.</summary>
internal sealed class PredictionList
{
    private readonly ImmutableArray<Prediction>.Builder made = ImmutableArray.CreateBuilder<Prediction>();

    /// <summary>Why the others cannot be made, as a sentence's end: what the rules do not cover.</summary>
    public string WhyNoOthers { get; set; } = "nothing happens in this scenario that would give it a value";

    /// <summary>All that were made.</summary>
    public ImmutableArray<Prediction> Made => made.ToImmutable();

    /// <summary>The prediction of a name; null when it was not made.</summary>
    public Prediction? Find(string name) => made.FirstOrDefault(prediction => prediction.Name == name);

    /// <summary>One exact number, whenever things happen.</summary>
    public void Exactly(string name, decimal value, string unit, string rule, string source) => made.Add(new Prediction(name, PredictedRange.Exactly(value), unit, rule, source));

    /// <summary>A range that a rule leaves open whenever things happen.</summary>
    public void Within(string name, decimal low, decimal high, string unit, string rule, string source) => made.Add(new Prediction(name, new PredictedRange(low, high), unit, rule, source));

    /// <summary>From the least to the greatest of what different timings gave.</summary>
    public void Between(string name, IReadOnlyCollection<decimal> values, string unit, string rule, string source) =>
        made.Add(new Prediction(name, new PredictedRange(values.Min(), values.Max()), unit, rule, source) { DependsOnTime = true });
}
