using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Predictions;

/// <summary>Predictions while they are made, and why some are not. The first of a quantity counts.</summary>
internal sealed class PredictionList
{
    private readonly Dictionary<QuantityRef, Prediction> byQuantity = [];
    private readonly Dictionary<QuantityRef, string> undetermined = [];
    private readonly Dictionary<QuantityRef, Prediction> afterRun = [];
    private readonly ImmutableArray<Prediction>.Builder made = ImmutableArray.CreateBuilder<Prediction>();

    /// <summary>Why the others cannot be made, as a sentence's end: what the rules do not cover.</summary>
    public string WhyNoOthers { get; set; } = "nothing happens in this scenario that would give it a value";

    /// <summary>All that were made.</summary>
    public ImmutableArray<Prediction> Made => made.ToImmutable();

    /// <summary>The prediction of a quantity; null when it was not made.</summary>
    public Prediction? Find(QuantityRef quantity) => byQuantity.GetValueOrDefault(quantity);

    /// <summary>What the rules will say of a quantity once the run's own connects are known; null when they will not.</summary>
    public Prediction? FindAfterRun(QuantityRef quantity) => afterRun.GetValueOrDefault(quantity);

    /// <summary>Those that were left open, each for a reason of its own.</summary>
    public IEnumerable<(QuantityRef Quantity, string Why)> LeftOpen =>
        undetermined.Where(pair => !byQuantity.ContainsKey(pair.Key)).Select(pair => (pair.Key, pair.Value));

    /// <summary>Why the prediction of a quantity was not made, as a sentence's end.</summary>
    public string WhyNot(QuantityRef quantity) => undetermined.GetValueOrDefault(quantity) ?? WhyNoOthers;

    /// <summary>This one has no value, for a reason of its own.</summary>
    public void Undetermined(QuantityRef quantity, string why) => undetermined.TryAdd(quantity, why);

    /// <summary>This one is predicted by the replay of the run's own connects.</summary>
    public void AfterRun(QuantityRef quantity, string rule, string source) =>
        afterRun.TryAdd(quantity, new Prediction(quantity, PredictedRange.AtLeast(0), rule, source) { DependsOnTime = true });

    /// <summary>One exact number, whenever things happen.</summary>
    public void Exactly(QuantityRef quantity, decimal value, string rule, string source) =>
        Add(new Prediction(quantity, PredictedRange.Exactly(value), rule, source));

    /// <summary>A range that a rule leaves open whenever things happen.</summary>
    public void Within(QuantityRef quantity, decimal low, decimal high, string rule, string source) =>
        Add(new Prediction(quantity, new PredictedRange(low, high), rule, source));

    /// <summary>From the least to the greatest of what different timings gave.</summary>
    public void Between(QuantityRef quantity, IReadOnlyCollection<decimal> values, string rule, string source) =>
        Add(new Prediction(quantity, new PredictedRange(values.Min(), values.Max()), rule, source) { DependsOnTime = true });

    private void Add(Prediction prediction)
    {
        if (byQuantity.TryAdd(prediction.Quantity, prediction))
        {
            made.Add(prediction);
        }
    }
}
