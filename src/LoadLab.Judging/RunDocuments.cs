using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>Makes run.json's document from plan, evidence and verdict.</summary>
public static class RunDocuments
{
    private const int ManyLooks = 10;

    /// <summary>Of a run that has just begun: what a folder says of a run that was not finished.</summary>
    public static RunDocument Begun(Plan plan)
    {
        var evidence = new Evidence(plan);
        return Build(plan, evidence, Judge.Decide(plan, evidence), TimeSpan.Zero, finished: false, "still running or killed");
    }

    /// <summary>Of a run that has just ended, judged by all that was seen of it.</summary>
    /// <param name="plan">Its plan.</param>
    /// <param name="evidence">What was seen.</param>
    /// <param name="lasted">From the start of LoadLab's work to now.</param>
    /// <param name="reason">Why it did not come to its end; null when it did.</param>
    /// <param name="replay">Predicts again with the delays that were seen; null: a run without rules for that.</param>
    public static RunDocument Ended(Plan plan, Evidence evidence, TimeSpan lasted, string? reason, Replay? replay = null) =>
        Build(plan, evidence, replay is null ? Judge.Decide(plan, evidence) : Judge.Decide(plan, evidence, replay), lasted, reason is null, reason);

    /// <summary>Of a run that has ended, or of what was seen of it.</summary>
    /// <param name="plan">Its plan.</param>
    /// <param name="evidence">What was seen.</param>
    /// <param name="verdict">The judge's answer to both.</param>
    /// <param name="duration">From the start of LoadLab's work to the verdict.</param>
    /// <param name="finished">False when it was interrupted; a run that by its evidence did not get to its end is unfinished nevertheless.</param>
    /// <param name="reason">Why it did not finish; null: the evidence says.</param>
    public static RunDocument Build(Plan plan, Evidence evidence, Verdict verdict, TimeSpan duration, bool finished, string? reason)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(verdict);
        var unfinished = finished ? evidence.Unfinished : reason ?? evidence.Unfinished ?? "interrupted";
        return new RunDocument
        {
            Scenario = plan.Scenario,
            Claim = plan.Claim,
            Sandbox = plan.Host.Sandbox,
            Kernel = plan.Host.Kernel,
            Version = plan.Host.Version,
            Started = plan.Host.Started,
            DurationS = Math.Round(duration.TotalSeconds, 3),
            Finished = unfinished is null,
            Unfinished = unfinished,
            Findings = verdict.Findings,
            Checked = verdict.Checked,
            Verdict = unfinished is not null && verdict.Outcome == Outcome.Held ? Outcome.Inconclusive : verdict.Outcome,
            Summary = verdict.Summary,
            Notes = Notes(evidence),
            Variants = [.. evidence.Variants.Select(variant => VariantFigures.Of(plan, variant))],
        };
    }

    // Some looks that came late are usual on a busy machine. A finding that they leave open says so itself.
    private static bool IsWorthANote(KeyValuePair<string, (long Count, string Why)> loss) =>
        loss.Key is not (LossSource.Ticks or LossSource.ServerTicks) || loss.Value.Count >= ManyLooks;

    private static ImmutableArray<string> Notes(Evidence evidence) =>
    [
        .. evidence.Variants.SelectMany(variant => variant.Planned.Notes.Concat(variant.Notes).Concat(variant.ToolWords)
            .Concat(variant.Losses.Where(IsWorthANote)
                .Select(loss => $"{TextFormat.Count(loss.Value.Count, "sample")} of {loss.Key} lost: {loss.Value.Why}"))).Distinct(),
    ];
}
