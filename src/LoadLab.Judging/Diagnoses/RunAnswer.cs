using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>The run in a few sentences: what happened, by whose doing, what that means and how to fix it; or what of it was not as expected.</summary>
internal static class RunAnswer
{
    private const int Causes = 2;

    public static string Of(Plan plan, Evidence evidence, ImmutableArray<Finding> findings)
    {
        if (plan.Variants.All(variant => variant.Declared.IsSession))
        {
            return Wrong(plan, findings, []) ?? Unfinished(evidence)
                ?? (findings.FirstOrDefault(finding => finding.Outcome == Outcome.Inconclusive) is { } unseen
                    ? $"Not everything could be seen, first \"{unseen.Claim.TrimEnd('.')}\"."
                    : "At each step system call, tables of sockets, segments and counters agreed with the claim.");
        }

        ImmutableArray<VariantAnswer> variants = [.. evidence.Variants.Select(variant => new VariantAnswer(plan, variant))];
        var worst = variants.FirstOrDefault(variant => variant.Lead is { Severity: Severity.Fault }) ?? variants[0];
        var happened = variants.Length == 1 ? worst.Happened
            : $"Of {variants.Length} variants, {string.Join(". ", variants.Select(variant => variant.InShort))}.";
        return string.Join(' ', new[] { happened, Wrong(plan, findings, variants), Unfinished(evidence),
            Means(worst, variants.Length > 1) }.Where(part => part?.Length > 0));
    }

    private static string Means(VariantAnswer answer, bool isOneOfSeveral)
    {
        if (answer.Lead is not { } lead)
        {
            return answer.IsUnseen ? "See the notes for what could not be read." : answer.HasNothing ? "" : "This set-up has room for this load.";
        }

        ImmutableArray<Diagnosed> causes = [.. answer.Diagnoses.Where(one => DiagnosisCatalogue.Explains(one, lead)).Take(Causes)];
        var others = answer.Diagnoses.Where(one => one.Severity == Severity.Fault && one != lead && !causes.Contains(one))
            .Select(one => DiagnosisCatalogue.Find(one.Id)!.Title).Distinct().ToList();
        string[] parts =
        [
            isOneOfSeveral ? $"'{answer.Name}': {lead.Happened}" : "",
            .. causes.IsEmpty ? [lead.Means, lead.Cure] : causes.Select(cause => cause.Sentences),
            others.Count == 0 ? "" : $"Beside that: {string.Join("; ", others)}.",
        ];
        return string.Join(' ', parts.Where(part => part.Length > 0));
    }

    private static string? Unfinished(Evidence evidence) =>
        evidence.Unfinished is { } unfinished ? $"The run did not finish ({unfinished.TrimEnd('.')}), so this is only what was observed before that." : null;

    // A value that the scenario states is its author's, not the kernel's rules'.
    private static string? Wrong(Plan plan, ImmutableArray<Finding> findings, ImmutableArray<VariantAnswer> variants)
    {
        ImmutableArray<Finding> broken = [.. findings.Where(finding => finding.Outcome == Outcome.Broken)];
        if (broken.IsEmpty)
        {
            return null;
        }

        var first = broken[0];
        var isStated = plan.Variants.SelectMany(variant => variant.Expectations).Any(one => one.Id == first.Id && one.Rule == first.Rule && one.IsStated);
        var whose = isStated ? "That is not what the scenario states" : "That is not what the kernel's rules predict";
        var said = $"{whose}: {TextFormat.Count(broken.Length, "expectation")} of {findings.Length} {TextFormat.Are(broken.Length)} broken, first "
            + $"\"{first.Claim.TrimEnd('.')}\" (expected {UnitText.Of(first.Predicted, first.Unit)}, {HowBroken(first)}).";
        return string.Join(' ', variants.Where(variant => variant.Name == first.Variant).SelectMany(variant => variant.Diagnoses)
            .Where(one => Moved(one, first)).Select(one => one.Happened).Prepend(said));
    }

    // The witness is right, and what it counts is more than its name says.
    private static bool Moved(Diagnosed one, Finding broken) =>
        Wrong(broken) is { Term: { } term } && term.Asked.Any(asked => DiagnosisCatalogue.Find(one.Id)!.Moves.Contains(asked.Witness));

    private static WitnessValue? Wrong(Finding broken) =>
        broken.Witnesses.FirstOrDefault(witness => witness.Value is { } value && !broken.Predicted.Contains(value));

    private static string HowBroken(Finding broken) =>
        Wrong(broken) is { Value: { } wrong } witness
            ? $"{witness.Name} saw {UnitText.Of(wrong, broken.Unit)}"
            : broken.Observed is null ? "but it never came" : "but its witnesses disagree";
}
