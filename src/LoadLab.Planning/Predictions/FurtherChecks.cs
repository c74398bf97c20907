using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Predictions;

/// <summary>Quantities of each phase's end that are predicted and witnessed and that no expectation names: every run checks them too.</summary>
internal static class FurtherChecks
{
    /// <summary>Each with its witnesses; none for a session, or for a program under test, whose accept loop the rules do not know.</summary>
    public static ImmutableArray<PlannedExpectation> Of(PredictionList predictions, Scenario scenario, LiveSysctls sysctls,
        IEnumerable<PlannedExpectation> named)
    {
        if (scenario.IsSession || scenario.Subject is not null || sysctls.RunsMade.Count == 0)
        {
            return [];
        }

        // The table of files is the whole kernel's: how many of its places are free for the clients is known only once they ask for them (fs/file_table.c
        // alloc_empty_file).
        if (scenario.Sysctls.ContainsKey("fs.file-max"))
        {
            return [];
        }

        var taken = named.Select(one => one.Quantity).OfType<QuantityRef>().Select(one => one.At(PhaseOf(one, scenario))).ToHashSet();
        return
        [
            .. predictions.Made
                .Where(prediction => prediction.Quantity is { Phase: not null, Quantity.NotWitnessed: null } && IsOfKernel(prediction.Quantity.Quantity)
                    && !taken.Contains(prediction.Quantity))
                .Select(prediction => (Prediction: prediction, Terms: Terms(prediction, scenario, sysctls)))
                .Where(one => one.Terms.Count > 0)
                .Select(one => Check(one.Prediction, one.Terms, mayDiffer: Circumstances.MayDiffer(scenario, sysctls, one.Prediction.Range, one.Terms)
                    || Circumstances.IsMoving(scenario, one.Prediction.Quantity, one.Prediction.Range))),
        ];
    }

    /// <summary>Those that the rules leave open here, and why.</summary>
    public static ImmutableArray<UndeterminedQuantity> Open(PredictionList predictions, string variant) =>
        [.. predictions.LeftOpen.Where(one => one.Quantity.Phase is not null && IsOfKernel(one.Quantity.Quantity))
            .Select(one => new UndeterminedQuantity($"{one.Quantity}", one.Why, variant))];

    // A moment that a sampler sees is as late as its look; an expectation that names one says by how much.
    private static bool IsOfKernel(Quantity quantity) => quantity != PhaseQuantities.Emptied;

    private static string? PhaseOf(QuantityRef quantity, Scenario scenario) => quantity.Phase ?? (scenario.Phases.IsEmpty ? null : scenario.Phases[^1].Name);

    // A witness of which the model says something else than of the quantity is of something else in this scenario.
    private static IReadOnlyList<WitnessTerm> Terms(Prediction prediction, Scenario scenario, LiveSysctls sysctls)
    {
        var phase = prediction.Quantity.Phase;
        return
        [
            .. prediction.Quantity.Witnesses(Circumstances.Of(scenario, sysctls, phase), phase)
                .Where(term => Circumstances.Has(scenario, term)
                    && !(HasStraySegments(sysctls) && ListenerWitnesses.Both.Any(by => by.Drops == term.First.Witness)))
                .Where(term => WitnessFigures.Of(term, scenario, sysctls.RunsMade) is not { } figure || figure.Range == prediction.Range),
        ];
    }

    // A connection that is forgotten without TIME-WAIT, or reset while a FIN comes, leaves segments that belong to none: the listener counts them in sk_drops
    // (net/ipv4/tcp_input.c tcp_rcv_state_process, tcp_drop_reason).
    private static bool HasStraySegments(LiveSysctls sysctls) => sysctls.RunsMade.Any(run => run.Last.Stray > 0);

    private static PlannedExpectation Check(Prediction prediction, IReadOnlyList<WitnessTerm> terms, bool mayDiffer) => new()
    {
        Id = $"{prediction.Quantity}",
        Claim = prediction.Quantity.Quantity.Meaning,
        Predicted = prediction.Range,
        Unit = prediction.Unit,
        Quantity = prediction.Quantity,
        Witnesses = terms,
        WitnessesMustAgree = prediction.Quantity.Quantity.Kind.MustAgree() && terms[0].Kind.MustAgree() && !mayDiffer,
        DependsOnTime = prediction.DependsOnTime,
        Rule = prediction.Rule,
        KernelSource = prediction.KernelSource,
        Place = $"phase '{prediction.Quantity.Phase}'",
    };
}
