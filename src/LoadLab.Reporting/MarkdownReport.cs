using System.Globalization;
using System.Text;
using LoadLab.Model;
using static LoadLab.Reporting.MarkdownText;

namespace LoadLab.Reporting;

/// <summary>A run as Markdown, for a job summary or a pull request.</summary>
public static class MarkdownReport
{
    /// <summary>Of a run.</summary>
    /// <param name="plan">Its plan.</param>
    /// <param name="run">Its result.</param>
    public static string Of(Plan plan, RunDocument run)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(run);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"### {Sign(run.Verdict)} {Plain(run.Scenario)}: {EnumWords<Outcome>.Of(run.Verdict)}\n\n{Plain(run.Claim)}\n\n{Plain(run.Summary)}\n");
        if (!run.Finished)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n**Unfinished**: {Plain(run.Unfinished ?? "the run did not get to its end")}\n");
        }

        var several = run.Variants.Length > 1;
        if (!run.Findings.IsEmpty)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\n| | {(several ? "variant | " : "")}claim | predicted | observed | witnesses |\n|---|{(several ? "---|" : "")}---|---|---|---|\n");
        }

        foreach (var finding in run.Findings)
        {
            var unit = finding.Unit.Length == 0 ? "" : $" {finding.Unit}";
            var seen = finding.Observed is { } value ? $"{value:0.######}" : "not seen";
            var witnesses = string.Join(", ", finding.Witnesses.Select(witness =>
                $"{witness.Name} {(witness.Value is { } said ? $"{said:0.######}" : "not seen")}"));
            var independent = WitnessText.Independent(finding.Families) is { Length: > 0 } words ? $" ({words})" : "";
            text.Append(CultureInfo.InvariantCulture,
                $"| {Sign(finding.Outcome)} {EnumWords<Outcome>.Of(finding.Outcome)} | "
                + $"{(several ? $"{Plain(finding.Variant)} | " : "")}{Plain(finding.Claim)} | {finding.Predicted}{Plain(unit)} | {seen} | "
                + $"{Plain(witnesses + independent)} |\n");
        }

        foreach (var finding in run.Findings.Where(finding => finding.Outcome != Outcome.Held).Concat(run.Checked.Differing))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n**{EnumWords<Outcome>.Of(finding.Outcome)}**: {Plain(finding.Sentence)}\n");
        }

        if (CheckedWords.Of(run) is { } further)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Plain(further)}\n");
        }

        foreach (var note in run.Notes)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Plain(note)}\n");
        }

        text.Append(CultureInfo.InvariantCulture,
            $"\nkernel {run.Kernel}, sandbox {EnumWords<SandboxKind>.Of(run.Sandbox)}, {run.DurationS:0.#} s. Again:\n\n    {Line(plan.Command)}\n\n");
        return Document(text);
    }

    internal static string Sign(Outcome outcome) => outcome switch { Outcome.Held => "✓", Outcome.Broken => "✗", Outcome.Inconclusive => "?" };
}
