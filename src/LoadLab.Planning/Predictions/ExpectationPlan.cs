using LoadLab.Model;
using LoadLab.Planning.Checks;
using LoadLab.Scenarios;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Planning.Predictions;

/// <summary>Puts numbers into one expectation, and witnesses where it names none.</summary>
internal sealed class ExpectationPlan
{
    /// <summary>Why what timers decide is predicted as a range.</summary>
    public const string TimingReason = "timers fire within a window and phases last a little longer than asked; the earliest and the latest give the range";

    private readonly Expectation expectation;
    private readonly PredictionList predictions;
    private readonly PlanCheck check;
    private readonly Place at;
    private readonly QuantityRef? quantity;
    private readonly string? phase;

    private ExpectationPlan(Expectation expectation, PredictionList predictions, PlanCheck check)
    {
        (this.expectation, this.predictions, this.check) = (expectation, predictions, check);
        at = new Place(check.Scenario.Path, expectation.Line);
        phase = expectation.At ?? expectation.Quantity?.Phase;
        quantity = expectation.Quantity?.At(phase);
    }

    /// <summary>The expectation with its numbers; null and an error, or a note, when it cannot be asked.</summary>
    public static PlannedExpectation? Resolve(Expectation expectation, PredictionList predictions, PlanCheck check) =>
        new ExpectationPlan(expectation, predictions, check).Resolve();

    private PlannedExpectation? Resolve()
    {
        if (Terms() is not { } terms)
        {
            return null;
        }

        // The value is that of another quantity where the author says so; the quantity's own prediction must not contradict it.
        var named = expectation.Expected is { } said ? said.Quantity : quantity;
        var made = named is null ? null : predictions.Find(named);
        var prediction = made ?? (named is null || named != quantity ? null : predictions.FindAfterRun(named));
        var awaitsRun = made != prediction;
        if (named is not null && prediction is null)
        {
            LeaveOut($"the prediction '{named}'", named.Quantity.NotPredicted is { } why ? $"it is not predicted: {why}; state a value with expected"
                : predictions.WhyNot(named), $"'{named}' cannot be predicted ({predictions.WhyNot(named)})");
            return null;
        }

        // A bound that no witness measures, such as what a queue takes, is seen only where it is reached, and the model is not asked here whether it is.
        if (check.IsOverridden && named?.Quantity.NotWitnessed is not null && ModelPredictions.WhyNot(check.Scenario) is { } unknown)
        {
            LeaveOut($"the prediction '{named}'", unknown, $"whether '{named}' is reached cannot be predicted ({unknown})");
            return null;
        }

        var own = quantity is null ? null : predictions.Find(quantity);
        var kind = prediction?.Quantity.Quantity.Kind ?? terms[0].Kind;
        var isTime = kind.IsTime() || expectation.Expected is { IsTime: true };
        if (isTime != terms[0].Kind.IsTime())
        {
            var text = expectation.Expected?.Text ?? $"{quantity}";
            check.Error(at,
                $"expectation '{expectation.Id}' compares {text} ({(isTime ? Units.Seconds : prediction?.Unit ?? terms[0].Unit)}) with {terms[0]} "
                + $"({terms[0].Unit}); one is a time and the other is none");
            return null;
        }

        var exact = expectation.Expected is not { } stated ? prediction!.Range : prediction is null ? stated.Literal : stated.With(prediction.Range);
        var range = expectation.Within is { } within ? within.Widen(exact, !kind.IsTime()) : exact;
        if (expectation.Expected is not null && own is not null && !own.Range.Overlaps(range))
        {
            Contradicted(own);
            return null;
        }

        // A value that a file states is its author's claim: the run tells whether it is true. With other settings a claim applies only where no witness
        // contradicts it by the rules, and one that may or may not be outside is not asked.
        var isAuthorsClaim = prediction is null && !check.IsOverridden;
        var seen = terms.Distinct().ToDictionary(term => term, term => WitnessFigures.Of(term, check.Scenario, check.Sysctls.RunsMade));
        WitnessTerm[] others = isAuthorsClaim ? [] : [.. terms.Where(term => seen[term] is { } figure && !figure.CanBear(range))];
        if (others.Length > 0 && !(prediction is not null && IsStillAsked(others, terms.Except(others))))
        {
            NotTheSame(others[0], seen[others[0]]!.Value, range);
            return null;
        }

        terms = Without(others, terms, seen, range);
        if (check.IsOverridden && terms.All(term => WitnessFigures.SeesNothing(term, check.Scenario, check.Sysctls.RunsMade)))
        {
            check.Note($"expectation '{expectation.Id}' does not apply with these settings: by the rules nothing is dropped");
            return null;
        }

        // A count or a ratio that a file states is so with the file's own numbers, and where no rule gives it, nothing says what it is with others. That
        // something never happens is a claim about the kernel, and stays; that nothing is left at one moment is none.
        if (prediction is null && !check.Contradicted.IsEmpty && terms.All(term => seen[term] is null)
            && (range is not { Low: 0, High: 0 } || terms.Any(term => term.First.Witness.IsPresent)))
        {
            check.Note($"expectation '{expectation.Id}' is left out: it states {expectation.Expected?.Text} for the file's own settings, and "
                + $"{string.Join(", ", check.Contradicted)} {(check.Contradicted.Length == 1 ? "has" : "have")} another value now");
            return null;
        }

        WitnessTerm[] open = check.IsOverridden ? [.. terms.Where(term => seen[term] is { } figure && !figure.Bears(range))] : [];
        if (open.Length == terms.Count)
        {
            NotTheSame(open[0], seen[open[0]]!.Value, range);
            return null;
        }

        terms = Without(open, terms, seen, range);
        return new PlannedExpectation
        {
            Id = expectation.Id,
            Claim = expectation.Claim,
            Predicted = range,
            Unit = prediction?.Unit ?? terms[0].Unit,
            Quantity = quantity,
            Witnesses = terms,
            AwaitsRun = awaitsRun,
            WitnessesMustAgree = !awaitsRun && kind.MustAgree() && terms[0].Kind.MustAgree()
                && terms.Select(term => seen[term]).OfType<WitnessFigure>().Distinct().Count() < 2
                && (exact.IsExact || terms.All(term => seen[term] is null || seen[term]!.Value.Range == exact))
                && !(prediction is not null && (Circumstances.MayDiffer(check.Scenario, check.Sysctls, prediction.Range, terms)
                    || Circumstances.IsMoving(check.Scenario, prediction.Quantity, prediction.Range))),
            DependsOnTime = expectation.DependsOnTime || prediction is { DependsOnTime: true },
            IsStated = prediction is null,
            Because = expectation.Because ?? (range.IsExact ? null : awaitsRun ? ClosedLoads.Why : TimingReason),
            Rule = prediction is null
                ? $"the scenario states {(terms[0].Unit is Units.State or Units.ErrnoNumber ? UnitText.Of(range, terms[0].Unit) : expectation.Expected!.Text)}"
                : expectation.Expected is { Literal.Low: not 0 } offset ? $"{offset.Text}; {prediction.Rule}" : prediction.Rule,
            KernelSource = expectation.KernelSource ?? prediction?.KernelSource ?? quantity?.Quantity.KernelSource ?? terms[0].First.Witness.KernelSource,
            Place = $"{PlaceName(check.Scenario)}:{expectation.Line}",
        };
    }

    // Who was connected need not be in that state any more: then the state is not asked, and who counted the quantity itself still is. A witness of another
    // kind is part of the claim: other errnos of the same failures would not show it to be true.
    private bool IsStillAsked(IEnumerable<WitnessTerm> gone, IEnumerable<WitnessTerm> left) => check.IsOverridden && quantity is not null
        && gone.All(term => term.Second is null && term.First.Witness.IsPresent)
        && quantity.Witnesses(Circumstances.Of(check.Scenario, check.Sysctls, phase), phase).Intersect(left).Any();

    private IReadOnlyList<WitnessTerm> Without(WitnessTerm[] gone, IReadOnlyList<WitnessTerm> terms, Dictionary<WitnessTerm, WitnessFigure?> seen,
        PredictedRange range)
    {
        Array.ForEach(gone, term => check.Note(
            $"expectation '{expectation.Id}' is checked without {term}: with these settings that is {Words(seen[term]!.Value)}, and it expects {range}"));
        return gone.Length == 0 ? terms : [.. terms.Except(gone)];
    }

    /// <summary>Who is asked; null and why when nobody can be.</summary>
    private IReadOnlyList<WitnessTerm>? Terms()
    {
        if (expectation.Witnesses.Count > 0)
        {
            // The author's choice, each at the phase that it names itself or else at the expectation's.
            var chosen = SubjectPlan.Fit(expectation.Witnesses.Select(term => expectation.At is null || term.First.Phase is not null ? term
                : term.At(expectation.At)), check.Scenario);
            if (chosen.Count == 0)
            {
                check.Note($"expectation '{expectation.Id}' is left out: only LoadLab's own server could say it");
            }

            return chosen.Count == 0 ? null : chosen;
        }

        if (quantity is null || quantity.Quantity.NotWitnessed is { } why && why.Length > 0)
        {
            check.Error(at,
                $"expectation '{expectation.Id}': there is no default witness for '{quantity}', since {quantity?.Quantity.NotWitnessed}; name witnesses");
            return null;
        }

        var right = quantity.Witnesses(Circumstances.Of(check.Scenario, check.Sysctls, phase), phase).Where(term => Circumstances.Has(check.Scenario, term));
        var terms = SubjectPlan.Fit(right, check.Scenario);
        if (terms.Count == 0)
        {
            LeaveOut($"a witness of '{quantity}'", "none of its witnesses is right about it in this scenario; name witnesses",
                $"no witness is right about '{quantity}'");
        }

        return terms.Count == 0 ? null : terms;
    }

    private static string Words(WitnessFigure figure) =>
        figure.IsOpen ? $"{figure.Range} or another value, since clients compete for places" : $"{figure.Range}";

    private void NotTheSame(WitnessTerm other, WitnessFigure figure, PredictedRange range)
    {
        var what = $"expects {range} of {other}";
        var words = Words(figure);
        if (check.IsOverridden)
        {
            check.Note($"expectation '{expectation.Id}' does not apply with these settings: it {what}, and the rules give {words}");
        }
        else
        {
            check.Error(at, $"expectation '{expectation.Id}' {what}, but the rules give {words}");
        }
    }

    private void Contradicted(Prediction own)
    {
        var stated = expectation.Expected!.Text;
        if (check.IsOverridden)
        {
            check.Note($"expectation '{expectation.Id}' does not apply with these settings: it states {stated}, and the rules give {own.Range} ({own.Rule})");
        }
        else
        {
            check.Error(at, $"expectation '{expectation.Id}' states {stated}, but the rules give {own.Range}: {own.Rule}");
        }
    }

    /// <summary>An author's mistake is refused; a command line that goes where no rule does is not, and the run says what it could not predict.</summary>
    private void LeaveOut(string missing, string why, string whyNow)
    {
        if (check.IsOverridden)
        {
            check.Note($"expectation '{expectation.Id}' is left out: with these settings {whyNow}");
        }
        else
        {
            check.Error(at, $"expectation '{expectation.Id}' needs {missing}, which cannot be made: {why}");
        }
    }

    private static string PlaceName(Scenario scenario) => scenario.Name == scenario.Path ? scenario.Path : $"{scenario.Name}.yaml";
}
