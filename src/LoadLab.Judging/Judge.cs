using System.Collections.Immutable;
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
        ImmutableArray<Finding> findings = [.. evidence.Variants.SelectMany(variant => variant.Planned.Expectations.Select(expectation => Find(variant, expectation)))];
        var outcome = findings.Any(finding => finding.Outcome == Outcome.Broken) ? Outcome.Broken
            : findings.Any(finding => finding.Outcome == Outcome.Inconclusive) || evidence.Unfinished is not null ? Outcome.Inconclusive
            : Outcome.Held;
        return new Verdict(outcome, findings, Summary.Of(plan, evidence, findings));
    }

    private static Finding Find(VariantEvidence evidence, PlannedExpectation expectation)
    {
        Testimony[] all = [.. expectation.Witnesses.Select(name => new Testimony(name, evidence.Ask(name)))];
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
            Witnesses = [.. all.Select(one => new WitnessValue(one.Name, one.Reading.Value))],
            KernelSource = expectation.KernelSource,
            Rule = expectation.Rule,
            Because = expectation.Because,
            Sentence = Sentence(evidence, expectation, all, why),
        };
    }

    private static (Outcome Outcome, string Why) Weigh(VariantEvidence evidence, PlannedExpectation expectation, Testimony[] all)
    {
        Testimony[] seen = [.. all.Where(one => one.Reading.CouldSee)];
        Testimony[] outside = [.. seen.Where(one => IsOutside(expectation, one))];
        if (seen.Length == 0)
        {
            return (Outcome.Inconclusive, "");
        }

        if (all.Select(one => evidence.NotReached(one.Name)).FirstOrDefault(reason => reason is not null) is { } notReached)
        {
            return (Outcome.Inconclusive, $"the run did not get there: {notReached}");
        }

        // While counters move, two witnesses asked one after the other may both be right: then they cannot convict, but neither acquit.
        var speakOfOneMoment = seen.All(one => evidence.IsConsistent(one.Name));
        var late = seen.Any(one => evidence.MayBeLate(one.Name));
        if (outside.Length > 0)
        {
            if (outside.All(one => evidence.MayBeLate(one.Name)))
            {
                return (Outcome.Inconclusive, "the sampler was late, so this may be the sampler's moment and not the kernel's");
            }

            if (expectation.DependsOnTime && outside.Select(one => evidence.LateBy(one.Name)).FirstOrDefault(by => by is not null) is { } by)
            {
                return (Outcome.Inconclusive, $"the lab was {by} late, so this may be what the kernel did meanwhile; run it again on a machine with less to do");
            }

            if (outside.Any(one => (expectation.DependsOnTime || IsOfClients(one.Name)) && evidence.TookSynsTogether(one.Name)))
            {
                return (Outcome.Inconclusive, "the kernel, which has one processor and gets it from its host, took several clients' SYNs before the first final ACK, which the rules of a burst do not cover; run it again");
            }

            return speakOfOneMoment || outside.Length == seen.Length
                ? (Outcome.Broken, "")
                : (Outcome.Inconclusive, "the counters moved while the witnesses were asked");
        }

        if (expectation.WitnessesMustAgree && seen.Select(one => one.Reading).Distinct().Count() > 1)
        {
            return speakOfOneMoment && !late
                ? (Outcome.Broken, "the witnesses disagree")
                : late ? (Outcome.Inconclusive, "the witnesses differ, but the sampler was late")
                : (Outcome.Inconclusive, "the witnesses differ, but the counters moved while they were asked");
        }

        return seen.Length < all.Length ? (Outcome.Inconclusive, "") : (Outcome.Held, "");
    }

    /// <summary>Place, expected, actual, evidence: the witness that convicts comes first.</summary>
    private static string Sentence(VariantEvidence evidence, PlannedExpectation expectation, Testimony[] all, string why)
    {
        var first = all.FirstOrDefault(one => one.Reading.CouldSee && IsOutside(expectation, one))
            ?? all.FirstOrDefault(one => one.Reading.CouldSee)
            ?? all.FirstOrDefault();
        var place = evidence.Name.Length == 0 ? expectation.Place : $"{expectation.Place} [{evidence.Name}]";
        var unit = expectation.Unit.Length == 0 ? "" : $" {expectation.Unit}";
        if (first is null)
        {
            return $"{place}: expected {expectation.Id} {expectation.Predicted}{unit}, but it names no witness";
        }

        var got = first.Reading.CouldSee ? $"got {first.Reading}" : $"not seen ({first.Reading.Blind})";
        var others = string.Join(", ", all.Where(one => one != first).Select(one =>
            one.Reading.CouldSee ? $"{one.Name} {one.Reading}" : $"{one.Name} not seen ({one.Reading.Blind})"));
        string[] parts = [$"{place}: expected {first.Name} {expectation.Predicted}{unit}, {got}", others, why];
        return string.Join("; ", parts.Where(part => part.Length > 0));
    }

    // Who believes to be connected depends on whether the queue was full when the SYN came, not only on how much it takes.
    private static bool IsOfClients(string witness) => witness.StartsWith("clients.", StringComparison.Ordinal) || witness.StartsWith("sock_diag.client.", StringComparison.Ordinal);

    private static bool IsOutside(PlannedExpectation expectation, Testimony one) =>
        one.Reading.IsNever || (one.Reading.Value is { } value && !expectation.Predicted.Contains(value));

    private sealed record Testimony(string Name, Reading Reading);
}
