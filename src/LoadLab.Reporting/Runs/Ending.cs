using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>The end of a run's report: what else was checked, what to know beside it, where the results are, what to do next.</summary>
internal static class Ending
{
    private const int MostLinesOfNotes = 2;

    /// <summary>Labelled lines.</summary>
    public static IEnumerable<ReportLine> Of(Plan plan, RunDocument run, string? folder, ReportDetail detail, int width) =>
        Rows(plan, run, folder, detail, width).SelectMany(row => ReportLine.Labelled(row.Label, row.Text, width));

    private static IEnumerable<(string Label, string Text)> Rows(Plan plan, RunDocument run, string? folder, ReportDetail detail, int width)
    {
        if (CheckedWords.Of(run) is { } further)
        {
            yield return ("checked", further);
        }

        if (!run.Finished)
        {
            yield return ("unfinished", run.Unfinished ?? "the run did not get to its end");
        }

        // Notes of a run that held are beside the point, and can be many.
        var isBeside = detail == ReportDetail.Brief && run.Verdict == Outcome.Held;
        if (isBeside && run.Notes.Sum(note => ReportLine.Labelled("", note, width).Count()) > MostLinesOfNotes)
        {
            yield return ("notes", $"{run.Notes.Length} (-v shows them)");
        }
        else
        {
            foreach (var note in run.Notes)
            {
                yield return ("note", note);
            }
        }

        if (detail != ReportDetail.Brief || run.Sandbox != SandboxTraits.Default)
        {
            yield return ("ran on", $"kernel {run.Kernel}, sandbox {EnumWords<SandboxKind>.Of(run.Sandbox)}");
        }

        if (folder is not null)
        {
            yield return ("results", folder);
        }

        if (detail != ReportDetail.Brief)
        {
            yield return ("again", TypedCommand.Of(plan.Command));
        }

        foreach (var (index, step) in NextSteps.Of(plan, run, folder).Index())
        {
            yield return (index == 0 ? "next" : "", TypedCommand.Of(step));
        }
    }
}
