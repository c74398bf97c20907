using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>What makes sense after a run: the commands and pages that a reader of its report wants next.</summary>
internal static class NextSteps
{
    private const string Diagnoses = "docs/reference/diagnoses.md";
    private const string Run = "loadlab run ";
    private const string Backlog = "server.backlog";

    // A queue that is much larger, beside the one of the run.
    private const int TimesLarger = 16;

    /// <summary>One to three lines; none of a run that was not begun by 'run'.</summary>
    public static IEnumerable<string> Of(Plan plan, RunDocument run, string? folder)
    {
        var lead = run.Variants.SelectMany(variant => variant.Diagnoses).FirstOrDefault(one => one.Severity == Severity.Fault);
        if (run.Verdict == Outcome.Broken && folder is not null)
        {
            yield return $"loadlab report {ShellWord.Quoted(folder)} -vv";
        }
        else if (run.Verdict == Outcome.Inconclusive)
        {
            yield return plan.Command;
        }
        else if (Asked(plan) is { } asked)
        {
            if (Tuning(plan, run) is { } tuning && !asked.Contains($"{Backlog}=", StringComparison.Ordinal))
            {
                yield return $"loadlab compare {asked} --tuning {tuning}";
            }
            else if (lead is null)
            {
                yield return $"loadlab plan {asked}";
            }
        }

        if (lead is not null)
        {
            yield return $"{Diagnoses}#{lead.Id}";
        }
    }

    // Scenario and settings, as they were asked for.
    private static string? Asked(Plan plan) => plan.Command.StartsWith(Run, StringComparison.Ordinal) ? plan.Command[Run.Length..] : null;

    // Where packets met a full accept queue of LoadLab's own server: what a larger backlog would have done.
    private static string? Tuning(Plan plan, RunDocument run)
    {
        var planned = plan.Variants[0];
        var isFull = run.DropPath.Path.EndsWith("accept-queue-full", StringComparison.Ordinal);
        return isFull && plan.Variants.Length == 1 && planned.Declared.HasOwnServer && planned.LiveBacklog > 0
            ? $"{Backlog}={planned.LiveBacklog},{planned.LiveBacklog * TimesLarger}"
            : null;
    }
}
