using LoadLab.KernelModel;
using LoadLab.Model;
using LoadLab.Planning.Predictions;

namespace LoadLab.Planning;

/// <summary>The model's second run of a scenario: with the delays that the real run was seen to have.</summary>
/// <remarks>
/// The first run allows a machine what an idle one takes (<see cref="RunDelays.Planned"/>). On a busy one a burst takes longer, so that more of it is accepted meanwhile; the rules are the same, and they say how much more.
/// A value that the scenario states itself is its author's claim, and stays as it is.
/// </remarks>
public static class Replays
{
    /// <summary>The plan with what the rules give for each variant that was seen to be delayed; the same plan where none was.</summary>
    public static Plan Of(Plan plan, Func<VariantPlan, RunDelays?> seen)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(seen);
        var delayed = plan.Variants.Where(CanBeReplayed).Select(variant => (Variant: variant, Delays: seen(variant))).Where(one => one.Delays is not null).ToDictionary(one => one.Variant.Name, one => one.Delays!.Value);
        return delayed.Count == 0 ? plan : plan with
        {
            Variants = [.. plan.Variants.Select(variant => delayed.TryGetValue(variant.Name, out var delays) ? Of(variant, plan.Host, delays) : variant)],
        };
    }

    private static bool CanBeReplayed(VariantPlan variant) => !variant.Declared.IsSession && variant.Declared.Subject is null && ModelPredictions.WhyNot(variant.Declared) is null;

    private static VariantPlan Of(VariantPlan variant, HostFacts host, RunDelays delays)
    {
        var sysctls = new LiveSysctls(variant.Declared, host) { Delays = delays };
        var replayed = Predictor.For(variant.Declared, sysctls, variant.Workers);
        var before = variant.Predictions.ToDictionary(prediction => prediction.Quantity, prediction => prediction.Range);
        var after = replayed.Made.ToDictionary(prediction => prediction.Quantity, prediction => prediction.Range);
        var open = replayed.LeftOpen.ToDictionary(one => one.Quantity, one => one.Why);
        PlannedExpectation Widened(PlannedExpectation planned) => planned.Quantity is not { } quantity || planned.IsStated || !before.TryGetValue(quantity, out var was) ? planned
            : after.TryGetValue(quantity, out var now) ? Widen(planned, was, now)
            : planned with { OpenWhenReplayed = open.GetValueOrDefault(quantity) };
        return variant with
        {
            Expectations = [.. variant.Expectations.Select(Widened)],
            Further = [.. variant.Further.Select(Widened)],
            Bands = Bands.Of(variant.Declared, sysctls) is { } bands ? bands with { IsReplayed = true } : variant.Bands,
        };
    }

    // What the expectation allows beyond the rules is its own, and is added to what they give now.
    private static PlannedExpectation Widen(PlannedExpectation planned, PredictedRange was, PredictedRange now)
    {
        var range = new PredictedRange(planned.Predicted.Low - Math.Max(0, was.Low - now.Low), planned.Predicted.High + Math.Max(0, now.High - was.High));
        return range == planned.Predicted ? planned : planned with { Replayed = range };
    }
}
