using System.Globalization;
using System.Text;
using LoadLab.Model;
using static LoadLab.Reporting.MarkdownText;

namespace LoadLab.Reporting;

/// <summary>A suite as Markdown: a row for each scenario, then what is not as predicted.</summary>
public static class SuiteMarkdown
{
    /// <summary>The text.</summary>
    public static string Of(SuiteResult suite)
    {
        ArgumentNullException.ThrowIfNull(suite);
        var document = suite.Document;
        var verdict = EnumWords<Outcome>.Of(document.Verdict);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"### {MarkdownReport.Sign(document.Verdict)} {document.Runs.Length} scenarios: {verdict}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{document.Tally}, in {document.DurationS:0.#} s.");
        text.Append(document.Finished ? "\n" : " Interrupted: the verdict covers what was observed before that.\n");
        text.Append("\n| | scenario | seconds | what happened |\n|---|---|---|---|\n");
        foreach (var run in document.Runs)
        {
            var word = run.NotRun is null ? EnumWords<Outcome>.Of(run.Verdict) : "not run";
            var seconds = run.NotRun is null ? run.DurationS.ToString("0.#", CultureInfo.InvariantCulture) : "";
            text.Append(CultureInfo.InvariantCulture,
                $"| {MarkdownReport.Sign(run.Verdict)} {word} | {Plain(run.Scenario)} | {seconds} | {Plain(run.NotRun ?? run.Summary)} |\n");
        }

        foreach (var (entry, planned) in suite.All.Where(one => one is { Entry.Verdict: not Outcome.Held, Planned: not null }))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n#### {Plain(entry.Scenario)}\n");
            if (!planned!.Run.Finished)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n**Unfinished**: {Plain(planned.Run.Unfinished ?? "the run did not get to its end")}\n");
            }

            foreach (var finding in SuiteResult.Differing(planned.Run))
            {
                text.Append(CultureInfo.InvariantCulture, $"\n**{EnumWords<Outcome>.Of(finding.Outcome)}**: {Plain(finding.Sentence)}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"\nAgain:\n\n    {Line(planned.Plan.Command)}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\nAll again:\n\n    {Line(document.Command)}\n\n");
        return Document(text);
    }
}
