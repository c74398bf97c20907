using System.Collections.Immutable;
using LoadLab.Judging.Diagnoses;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>Plan and evidence to verdict: is what was predicted what was seen, and do the witnesses agree with each other.</summary>
public static class Judge
{
    /// <summary>Decides over the whole run, or over what was seen of it.</summary>
    public static Verdict Decide(Plan plan, Evidence evidence)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(evidence);
        ImmutableArray<Finding> findings = [.. plan.Variants.SelectMany(variant =>
            variant.Expectations.Select(expectation => Find(evidence.Of(variant.Name), expectation)))];
        var further = Further(plan, evidence);
        var outcome = findings.Concat(further.Differing).Any(finding => finding.Outcome == Outcome.Broken) ? Outcome.Broken
            : findings.Any(finding => finding.Outcome == Outcome.Inconclusive) || evidence.Unfinished is not null || ChecksNothing(plan) ? Outcome.Inconclusive
            : Outcome.Held;
        var summary = RunAnswer.Of(plan, evidence, findings);
        summary = further.Differing.IsEmpty ? summary
            : $"{summary} {TextFormat.Count(further.Differing.Length, "further figure")} not as predicted: {further.Differing[0].Sentence}.";
        return new Verdict(outcome, findings, ChecksNothing(plan)
            ? $"Nothing was checked: with these settings no expectation of the scenario can be predicted, and each was left out (the notes say why). {summary}"
            : summary) { Checked = further };
    }

    /// <summary>The same; where something is not as predicted and the run was seen to be delayed, it is judged by a replay with these delays. So is a run
    /// whose limit of descriptors is a number: how many were free is seen in the run alone. And one with a load in shape churn: how many connects there were.
    /// </summary>
    public static Verdict Decide(Plan plan, Evidence evidence, Replay replay)
    {
        ArgumentNullException.ThrowIfNull(replay);
        var verdict = Decide(plan, evidence);
        if (verdict.Findings.Concat(verdict.Checked.Differing).All(finding => finding.Outcome == Outcome.Held)
            && !plan.Variants.Any(variant => variant.Declared.AwaitsRun || ConditionsSeen.HaveRoom(evidence.Of(variant.Name))))
        {
            return verdict;
        }

        var replayed = replay(plan, variant => ConditionsSeen.Of(evidence.Of(variant.Name)));
        return ReferenceEquals(replayed, plan) ? verdict : Decide(replayed, evidence);
    }

    /// <summary>Checks what no expectation names. A witness that could not see is left out; where none could, or where a late harness leaves it open, the
    /// quantity is undetermined.</summary>
    private static CheckedQuantities Further(Plan plan, Evidence evidence)
    {
        var (agreed, differing, undetermined) = (0, new List<Finding>(), new List<UndeterminedQuantity>());
        foreach (var planned in plan.Variants)
        {
            var variant = evidence.Of(planned.Name);
            undetermined.AddRange(planned.Open);
            foreach (var check in planned.Further)
            {
                var seen = check.Witnesses.Where(term => variant.Ask(term).CouldSee).ToList();
                var finding = Find(variant, check with { Witnesses = seen.Count > 0 ? seen : check.Witnesses });
                if (finding.Outcome == Outcome.Held)
                {
                    agreed++;
                }
                else if (finding.Outcome == Outcome.Broken)
                {
                    differing.Add(finding);
                }
                else
                {
                    undetermined.Add(new UndeterminedQuantity(check.Id, finding.Sentence, variant.Name));
                }
            }
        }

        return new CheckedQuantities(agreed, [.. differing], [.. undetermined]);
    }

    /// <summary>True when the scenario expects something, and nothing of it is in the plan: what was left out has not held.</summary>
    private static bool ChecksNothing(Plan plan) => plan.Variants.Any(variant => !variant.Declared.Expectations.IsDefaultOrEmpty)
        && !plan.Variants.Any(variant => variant.Declared.Expectations.Any(declared => variant.Expectations.Any(planned => planned.Id == declared.Id)));

    private static Finding Find(VariantEvidence evidence, PlannedExpectation expectation)
    {
        Testimony[] all = [.. expectation.Witnesses.Select(term => new Testimony(term, evidence.Ask(term)))];
        var (outcome, why) = Weigh(evidence, expectation, all);
        return new Finding
        {
            Id = expectation.Id,
            Variant = evidence.Name,
            Claim = expectation.Claim,
            Predicted = expectation.Predicted,
            Observed = all.Select(one => one.Reading.Value).FirstOrDefault(value => value is not null),
            Unit = expectation.Unit,
            Outcome = outcome,
            Witnesses = [.. all.Select(one => WitnessValue.Of(one.Term, one.Reading.Value))],
            Families = [.. expectation.Witnesses.Independent()],
            KernelSource = SourceOf(expectation, all),
            Rule = expectation.Rule,
            Because = BecauseOf(expectation, all),
            Sentence = Sentence(evidence, expectation, all, why),
        };
    }

    private static string? BecauseOf(PlannedExpectation expectation, Testimony[] all)
    {
        const string Replayed = "replayed as this run was, the rules give ";
        bool IsNotPredicted(Testimony one) => one.Reading.Value is { } value && !expectation.Predicted.Contains(value);
        var whys = new List<string?> { expectation.Because };
        if (expectation.Replayed is { } replayed && all.Any(one => IsNotPredicted(one) || (one.Reading.Value is { } value && !replayed.Contains(value))))
        {
            whys.Add($"{Replayed}{UnitText.Of(replayed, expectation.Unit)}");
        }

        whys.AddRange(all.Where(IsNotPredicted).Where(one => expectation.ReplayedWitnesses.ContainsKey(one.Term))
            .Select(one => $"{Replayed}{UnitText.Of(RangeOf(expectation, one.Term), expectation.Unit)} for {one.Term}"));
        return whys.TrueForAll(why => why is null) ? null : string.Join("; ", whys.OfType<string>());
    }

    // A value that the scenario states has no rule behind it: what is cited is about the witness that convicts.
    private static string SourceOf(PlannedExpectation expectation, Testimony[] all) =>
        expectation is { IsStated: true, Quantity: null } && Array.Find(all, one => IsOutside(expectation, one)) is { } wrong
            && all.Any(one => one.Term.First.Witness.KernelSource == expectation.KernelSource)
            ? wrong.Term.First.Witness.KernelSource
            : expectation.KernelSource;

    private static (Outcome Outcome, string Why) Weigh(VariantEvidence evidence, PlannedExpectation expectation, Testimony[] all)
    {
        Testimony[] seen = [.. all.Where(one => one.Reading.CouldSee)];
        Testimony[] missed = [.. seen.Where(one => evidence.MissedItsPeak(one.Term, one.Reading, RangeOf(expectation, one.Term)))];
        if (missed.Length > 0 && missed.Length < seen.Length)
        {
            // A peak that a late sampler saw is a bound from below. Who was in time decides.
            (seen, all) = ([.. seen.Except(missed)], [.. all.Except(missed)]);
        }

        if (expectation is { AwaitsRun: true, IsReplayed: false })
        {
            return (Outcome.Inconclusive, expectation.OpenWhenReplayed is { } open ? $"replayed with the connects of this run, the rules leave it open: {open}"
                : "the connects of this run could not be replayed, and without them the rules do not say how many");
        }

        Testimony[] outside = [.. seen.Where(one => IsOutside(expectation, one))];
        if (seen.Length == 0)
        {
            return (Outcome.Inconclusive, "");
        }

        if (all.Select(one => evidence.NotReached(one.Term)).FirstOrDefault(reason => reason is not null) is { } notReached)
        {
            return (Outcome.Inconclusive, $"the run did not get there: {notReached}");
        }

        // While counters move, two witnesses asked one after the other may both be right: then they cannot convict, but neither acquit.
        var speakOfOneMoment = seen.All(one => evidence.IsConsistent(one.Term));
        var late = seen.Any(one => evidence.MayBeLate(one.Term));
        if (outside.Length > 0)
        {
            if (Doubts.Of(evidence, expectation, outside) is { } doubt)
            {
                return (Outcome.Inconclusive, doubt);
            }

            return speakOfOneMoment || outside.Length == seen.Length
                ? (Outcome.Broken, "")
                : (Outcome.Inconclusive, "the counters moved while the witnesses were asked");
        }

        if (expectation.WitnessesMustAgree && seen.Select(one => one.Reading).Distinct().Count() > 1)
        {
            if (Doubts.OfDifference(evidence, seen) is { } doubt)
            {
                return (Outcome.Inconclusive, $"the witnesses differ; {doubt}");
            }

            return speakOfOneMoment && !late
                ? (Outcome.Broken, "the witnesses disagree")
                : late ? (Outcome.Inconclusive, "the witnesses differ, but the sampler was late")
                : (Outcome.Inconclusive, "the witnesses differ, but the counters moved while they were asked");
        }

        return seen.Length < all.Length ? (Outcome.Inconclusive, "") : (Outcome.Held, "");
    }

    // The witness whose value is outside of the prediction, else the first that could see.
    private static Testimony? Deciding(PlannedExpectation expectation, Testimony[] all) =>
        all.FirstOrDefault(one => one.Reading.CouldSee && IsOutside(expectation, one)) ?? all.FirstOrDefault(one => one.Reading.CouldSee);

    /// <summary>Place, expected, actual, evidence: the witness that convicts comes first.</summary>
    private static string Sentence(VariantEvidence evidence, PlannedExpectation expectation, Testimony[] all, string why)
    {
        var first = Deciding(expectation, all) ?? all.FirstOrDefault();
        var place = evidence.Name.Length == 0 ? expectation.Place : $"{expectation.Place} [{evidence.Name}]";
        var expected = UnitText.Of(expectation.Predicted, expectation.Unit);
        if (first is null)
        {
            return $"{place}: expected {expectation.Id} {expected}, but it names no witness";
        }

        string Words(Reading reading) => reading.Value is { } value ? UnitText.Of(value, expectation.Unit) : $"{reading}";
        var got = first.Reading.CouldSee ? $"got {Words(first.Reading)}" : $"not seen ({first.Reading.Blind})";
        var others = string.Join(", ", all.Where(one => one != first).Select(one =>
            one.Reading.CouldSee ? $"{one.Term} {Words(one.Reading)}" : $"{one.Term} not seen ({one.Reading.Blind})"));
        string[] parts = [$"{place}: expected {first.Term} {expected}, {got}", others, why];
        return string.Join("; ", parts.Where(part => part.Length > 0));
    }

    private static bool IsOutside(PlannedExpectation expectation, Testimony one) =>
        one.Reading.IsNever || (one.Reading.Value is { } value && !RangeOf(expectation, one.Term).Contains(value));

    private static PredictedRange RangeOf(PlannedExpectation expectation, WitnessTerm term) =>
        expectation.ReplayedWitnesses.TryGetValue(term, out var own) ? own.Range : expectation.Replayed ?? expectation.Predicted;
}
