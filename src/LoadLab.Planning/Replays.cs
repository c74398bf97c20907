using System.Collections.Immutable;
using LoadLab.KernelModel;
using LoadLab.KernelModel.Rules;
using LoadLab.Model;
using LoadLab.Planning.Predictions;

namespace LoadLab.Planning;

/// <summary>When the connects of one load of a variant were really made; empty where none was recorded.</summary>
/// <param name="variant">The variant's name.</param>
/// <param name="load">Which load of the run.</param>
/// <param name="due">When each connect is to start, since the load's begin; null: in shape churn, where nobody planned that.</param>
public delegate ImmutableArray<SeenConnect> ConnectsOfLoad(string variant, int load, Func<long, Nanoseconds>? due);

/// <summary>What the phases of a variant really were, and the accept() calls in them; empty where these were not all recorded.</summary>
/// <param name="variant">The variant.</param>
public delegate ImmutableArray<SeenPhase> PhasesOfVariant(VariantPlan variant);

/// <summary>How long after its load began the first connect of a variant was really made; null where that was not recorded.</summary>
/// <param name="variant">The variant.</param>
public delegate Nanoseconds? FirstConnectOfVariant(VariantPlan variant);

/// <summary>The model's second run of a scenario: with the delays that the real run was seen to have, and the descriptors that were free in it.</summary>
/// <remarks>
/// Where its connects were recorded, each is made when it really was; where its accept() calls were, each takes its connection when it really did.
/// The first run allows a machine what an idle one takes (<see cref="RunConditions.Planned"/>). On a busy one a burst takes longer, so that more of it is
/// accepted meanwhile; the rules are the same, and they say how much more. A load in shape churn is predicted by the replay alone.
/// A value that the scenario states itself is its author's claim, and stays as it is.
/// </remarks>
public static class Replays
{
    /// <summary>The plan with what the rules give for each variant that was seen to be delayed; the same plan where none was.</summary>
    /// <param name="plan">The plan as it was before the run.</param>
    /// <param name="seen">What a variant was seen to take beyond what a plan allows; null where it kept to that.</param>
    /// <param name="connects">The single connects that were recorded; null: none, and each is taken to be made when it is due.</param>
    /// <param name="phases">The phases and the accept() calls that were recorded; null: none, and the server follows its policy.</param>
    /// <param name="first">When the first connect was made; null: at once.</param>
    public static Plan Of(Plan plan, Func<VariantPlan, RunConditions?> seen, ConnectsOfLoad? connects = null, PhasesOfVariant? phases = null,
        FirstConnectOfVariant? first = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(seen);
        var replayed = plan.Variants
            .Select(variant => CanBeReplayed(variant) ? Of(variant, plan.Host, seen(variant), connects, phases, first?.Invoke(variant)) : variant)
            .ToImmutableArray();
        return replayed.Zip(plan.Variants).All(pair => ReferenceEquals(pair.First, pair.Second)) ? plan : plan with { Variants = replayed };
    }

    private static bool CanBeReplayed(VariantPlan variant) => variant.Declared.AwaitsRun
        || (!variant.Declared.IsSession && variant.Declared.Subject is null && ModelPredictions.Foreseen(variant.Declared) is not null);

    private static VariantPlan Of(VariantPlan variant, HostFacts host, RunConditions? conditions, ConnectsOfLoad? connects, PhasesOfVariant? phases,
        Nanoseconds? first)
    {
        ImmutableArray<ImmutableArray<SeenConnect>> made = connects is null ? []
            : [.. variant.Declared.Loads.Select((load, i) =>
                connects(variant.Name, i, load.Swarm.Shape == LoadShape.Churn ? null : index => Arrivals.At(load.Swarm, index)))];
        var seenPhases = phases is null || DescriptorRooms.LimitsServer(variant.Declared) ? [] : phases(variant);
        if (conditions is null && made.All(load => load.IsEmpty) && seenPhases.IsEmpty)
        {
            return variant;
        }

        var awaited = variant.Declared.AwaitsRun;
        var scenario = awaited ? ClosedLoads.AsSeen(variant.Declared, made) : variant.Declared;
        var sysctls = new LiveSysctls(scenario, host)
        {
            Conditions = conditions ?? RunConditions.Planned,
            Connects = made,
            Phases = seenPhases,
            FirstConnect = first ?? Nanoseconds.Zero,
            IsReplay = true,
        };
        var replayed = Predictor.For(scenario, sysctls, variant.Workers);
        var before = variant.Predictions.ToDictionary(prediction => prediction.Quantity, prediction => prediction.Range);
        var after = replayed.Made.ToDictionary(prediction => prediction.Quantity, prediction => prediction.Range);
        var open = replayed.LeftOpen.ToDictionary(one => one.Quantity, one => one.Why);
        // With these delays witnesses may rightly differ that agree on an idle machine: SYNs are more than clients once one was dropped.
        Dictionary<WitnessTerm, WitnessFigure> Figures(PlannedExpectation planned) => planned.Witnesses.Distinct()
            .Select(term => (Term: term, Figure: WitnessFigures.Of(term, scenario, sysctls.RunsMade))).Where(one => one.Figure is not null)
            .ToDictionary(one => one.Term, one => one.Figure!.Value);
        // How many descriptors were free is known now, so the range that the plan left for it is too wide.
        var isRoomSeen = conditions is { } met && (met.ServerRoom ?? met.SwarmRoom) is not null;
        PlannedExpectation Again(PlannedExpectation planned)
        {
            var figures = Figures(planned);
            var again = WithWitnesses(Widened(planned), figures);
            return again with
            {
                WitnessesMustAgree = (planned.AwaitsRun ? again.Quantity!.Quantity.Kind.MustAgree() && again.Witnesses[0].Kind.MustAgree()
                    && figures.Values.All(figure => figure.Range == again.Predicted) : planned.WitnessesMustAgree) && figures.Values.Distinct().Count() < 2,
            };
        }

        PlannedExpectation Widened(PlannedExpectation planned) => planned.AwaitsRun ? AfterAll(planned)
            : planned.Quantity is not { } quantity || planned.IsStated || !before.TryGetValue(quantity, out var was) ? planned
            : after.TryGetValue(quantity, out var now) ? (isRoomSeen ? Moved(planned, was, now) : Widen(planned, was, now)) with { IsReplayed = true }
            : planned with { OpenWhenReplayed = open.GetValueOrDefault(quantity) };

        // What the plan's range allows beyond the quantity itself is the expectation's own.
        PlannedExpectation AfterAll(PlannedExpectation planned) => after.TryGetValue(planned.Quantity!, out var now)
            ? Settled(planned, Moved(planned, PredictedRange.AtLeast(0), now).Replayed ?? now)
            : planned with { OpenWhenReplayed = open.GetValueOrDefault(planned.Quantity!) };
        ImmutableArray<PlannedExpectation> expectations = [.. variant.Expectations.Select(Again)], further = [.. variant.Further.Select(Again)];
        return variant with
        {
            Expectations = expectations,
            Further = awaited ? [.. further, .. AfterRun(scenario, sysctls, replayed, [.. expectations, .. further])] : further,
            Open = awaited ? FurtherChecks.Open(replayed, variant.Name) : variant.Open,
            Bands = Bands.Of(scenario, sysctls) is { } bands ? bands with { IsReplayed = true } : variant.Bands,
        };
    }

    // Of the phases that the plan could not predict.
    private static IEnumerable<PlannedExpectation> AfterRun(Scenario scenario, LiveSysctls sysctls, PredictionList replayed,
        IReadOnlyCollection<PlannedExpectation> known) =>
        FurtherChecks.Of(replayed, scenario, sysctls, known).Where(one => !known.Any(other => other.Id == one.Id))
            .Select(one => Settled(one, one.Predicted));

    private static PlannedExpectation Settled(PlannedExpectation planned, PredictedRange range) => planned with
    {
        Predicted = range,
        IsReplayed = true,
        Because = range.IsExact ? null : ExpectationPlan.TimingReason,
        Rule = $"{planned.Rule}; replayed with the connects that the run made",
    };

    // A witness may say what the rules give for it, also where that is not the quantity any more: SYNs are more than clients once one was dropped.
    private static PlannedExpectation WithWitnesses(PlannedExpectation planned, IReadOnlyDictionary<WitnessTerm, WitnessFigure> figures)
    {
        var range = planned.Replayed ?? planned.Predicted;
        return !planned.IsReplayed ? planned : planned with
        {
            ReplayedWitnesses = figures.Where(pair => pair.Value.IsOpen || !pair.Value.Bears(range)).ToImmutableDictionary(
                pair => pair.Key,
                pair => new ReplayedWitness(
                    new PredictedRange(Math.Min(range.Low, pair.Value.Range.Low), Math.Max(range.High, pair.Value.Range.High)),
                    pair.Value.IsOpen ? ModelPredictions.Contested : null)),
        };
    }

    // What the expectation allows beyond the rules is its own, and is added to what they give now.
    private static PlannedExpectation Widen(PlannedExpectation planned, PredictedRange was, PredictedRange now)
    {
        var range = new PredictedRange(planned.Predicted.Low - Math.Max(0, was.Low - now.Low), planned.Predicted.High + Math.Max(0, now.High - was.High));
        return range == planned.Predicted ? planned : planned with { Replayed = range };
    }

    private static PlannedExpectation Moved(PlannedExpectation planned, PredictedRange was, PredictedRange now)
    {
        var range = new PredictedRange(planned.Predicted.Low + now.Low - was.Low, planned.Predicted.High + now.High - was.High);
        return range == planned.Predicted ? planned : planned with { Replayed = range };
    }
}
