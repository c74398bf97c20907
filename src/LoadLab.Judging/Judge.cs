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

    /// <summary>The same; where something is not as predicted and the run was seen to be delayed, it is judged by a replay with these delays.</summary>
    public static Verdict Decide(Plan plan, Evidence evidence, Replay replay)
    {
        ArgumentNullException.ThrowIfNull(replay);
        var verdict = Decide(plan, evidence);
        if (verdict.Findings.Concat(verdict.Checked.Differing).All(finding => finding.Outcome == Outcome.Held))
        {
            return verdict;
        }

        var replayed = replay(plan, variant => DelaysSeen.Of(evidence.Of(variant.Name)));
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

    private const string SynsTogether =
        "the kernel, which has one processor and gets it from its host, took several clients' SYNs before the first final ACK, which the rules of a burst "
            + "do not cover; run it again";

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

    private static string? BecauseOf(PlannedExpectation expectation, Testimony[] all) =>
        expectation.Replayed is { } replayed && Array.Exists(all, one => one.Reading.Value is { } value && !expectation.Predicted.Contains(value))
            ? $"{(expectation.Because is { } because ? $"{because}; " : "")}replayed with this run's delays, the rules give "
            + $"{UnitText.Of(replayed, expectation.Unit)}"
            : expectation.Because;

    // A value that the scenario states has no rule behind it: what is cited is about the witness that convicts.
    private static string SourceOf(PlannedExpectation expectation, Testimony[] all) =>
        expectation is { IsStated: true, Quantity: null } && Array.Find(all, one => IsOutside(expectation, one)) is { } wrong
            && all.Any(one => one.Term.First.Witness.KernelSource == expectation.KernelSource)
            ? wrong.Term.First.Witness.KernelSource
            : expectation.KernelSource;

    private static (Outcome Outcome, string Why) Weigh(VariantEvidence evidence, PlannedExpectation expectation, Testimony[] all)
    {
        Testimony[] seen = [.. all.Where(one => one.Reading.CouldSee)];
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
            if (expectation.OpenWhenReplayed is { } open)
            {
                return (Outcome.Inconclusive, $"with the delays of this run the rules leave it open: {open}");
            }

            if (outside.All(one => evidence.MayBeLate(one.Term)))
            {
                return (Outcome.Inconclusive, "the sampler was late, so this may be the sampler's moment and not the kernel's");
            }

            if (expectation.DependsOnTime && outside.Select(one => evidence.LateBy(one.Term)).FirstOrDefault(by => by is not null) is { } by)
            {
                return (Outcome.Inconclusive,
                    $"the harness was delayed by {by}, so this may be what the kernel did meanwhile; run it again on a machine with less to do");
            }

            if (outside.Select(one => evidence.StoodStill(one.Term, expectation.DependsOnTime)).FirstOrDefault(gap => gap is not null) is { } gap)
            {
                return (Outcome.Inconclusive,
                    $"the {EnumWords<Role>.Of(gap.Role)}'s process stood still for {gap.Lasted}, so this may be what the kernel did meanwhile; run it again "
                    + $"on a machine with less to do");
            }

            if (expectation.Unit == Units.Seconds && outside.All(one => Excess(expectation, one) is { } excess
                && excess <= (decimal)evidence.GapsTogether(one.Term).Seconds))
            {
                var gaps = outside.Select(one => evidence.GapsTogether(one.Term)).Max();
                return (Outcome.Inconclusive, $"the harness was delayed by up to {gaps} on the way to this moment; run it again on a machine with less to do");
            }

            if (outside.Select(one => evidence.DroppedBeforeTcp(one.Term)).Max() is > 0 and var dropped
                && outside.All(one => CouldExplain(dropped, expectation, one)))
            {
                return (Outcome.Inconclusive, LostBeforeTcp(dropped));
            }

            if (outside.Any(one => (expectation.DependsOnTime || IsOfClients(one.Term)) && evidence.TookSynsTogether(one.Term)))
            {
                return (Outcome.Inconclusive, SynsTogether);
            }

            return speakOfOneMoment || outside.Length == seen.Length
                ? (Outcome.Broken, "")
                : (Outcome.Inconclusive, "the counters moved while the witnesses were asked");
        }

        if (expectation.WitnessesMustAgree && seen.Select(one => one.Reading).Distinct().Count() > 1)
        {
            // A SYN that the rules of a burst do not cover is one that its client counts and the listener does not.
            if (seen.Any(one => IsOfClients(one.Term)) && seen.Any(one => evidence.TookSynsTogether(one.Term)))
            {
                return (Outcome.Inconclusive, $"the witnesses differ; {SynsTogether}");
            }

            // So is one that was lost; and neither the listener nor a tap on what is received has seen it.
            decimal[] values = [.. seen.Select(one => one.Reading.Value).OfType<decimal>()];
            if (seen.Select(one => evidence.DroppedBeforeTcp(one.Term)).Max() is > 0 and var lost && values.Max() - values.Min() <= lost)
            {
                return (Outcome.Inconclusive, $"the witnesses differ; {LostBeforeTcp(lost)}");
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

    // Which clients are connected from their own point of view depends on whether the queue was full when the SYN came, not only on how much it takes.
    private static bool IsOfClients(WitnessTerm term) =>
        term.Asked.Any(one => one.Witness.Sampler == Sampler.Clients || one.Witness == KernelWitnesses.ClientState
            || one.Witness == KernelWitnesses.ClientStatePeak);

    private static string LostBeforeTcp(ulong packets) =>
        $"this machine dropped {TextFormat.Count(packets, "packet")} before TCP got them, since a processor's queue of received packets was full "
            + $"(net.core.netdev_max_backlog, /proc/net/softnet_stat)";

    private static bool CouldExplain(ulong lostPackets, PlannedExpectation expectation, Testimony one) => MostChangedBy(expectation.Unit) is not { } each
        || Excess(expectation, one) is not { } excess
        || excess <= lostPackets * each;

    // How far a value is outside of the predicted range; null when the witness says no number.
    private static decimal? Excess(PlannedExpectation expectation, Testimony one) => one.Reading.Value is { } value
        ? Math.Max(expectation.Predicted.Low - value, value - expectation.Predicted.High)
        : null;

    // A lost packet is one connection's, and so one socket's and one port's. It is retransmitted tcp_retries2 times (15) at most, and no packet of loopback
    // holds more than 64 kB.
    // What it costs in time, and in calls that depend on time, has no bound here.
    private static decimal? MostChangedBy(string unit) => unit switch
    {
        Units.Connections or Units.Descriptors or Units.Files or Units.Ports => 1,
        Units.Packets => 16,
        Units.Bytes => 65_536,
        _ => null,
    };

    private static bool IsOutside(PlannedExpectation expectation, Testimony one) =>
        one.Reading.IsNever || (one.Reading.Value is { } value && !(expectation.Replayed ?? expectation.Predicted).Contains(value));

    private sealed record Testimony(WitnessTerm Term, Reading Reading);
}
