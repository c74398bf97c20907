using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>A run for people. The verdict and the answer come first; what is not as predicted is shown in full, however little is asked for.</summary>
public static class ConsoleReport
{
    /// <summary>Writes it.</summary>
    /// <param name="console">See <see cref="ReportConsole"/>.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="run">The result.</param>
    /// <param name="folder">Where the artefacts are; null when there are none.</param>
    /// <param name="detail">How much of it.</param>
    public static void Write(IAnsiConsole console, Plan plan, RunDocument run, string? folder, ReportDetail detail = ReportDetail.Brief)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(run);
        if (detail == ReportDetail.Quiet)
        {
            // Past the console, which would break the line at its width.
            console.Profile.Out.Writer.WriteLine(VerdictLines.Line(console, run, folder));
            return;
        }

        if (detail == ReportDetail.Brief)
        {
            BriefReport.Write(console, plan, run, folder);
            return;
        }

        var answer = ReportLine.Paragraph(run.Summary, console.Profile.Width);
        Lines(console, [.. VerdictLines.Of(console, run), ReportLine.Empty, .. answer, ReportLine.Empty, .. DifferingFindings.Of(console, run)]);
        foreach (var result in run.Variants)
        {
            Write(console, plan, run, result, detail);
        }

        Lines(console, [.. Ending.Of(plan, run, folder, detail, console.Profile.Width)]);
    }

    internal static void Lines(IAnsiConsole console, IEnumerable<ReportLine> lines)
    {
        foreach (var line in lines)
        {
            line.Write(console);
        }
    }

    private static void Write(IAnsiConsole console, Plan plan, RunDocument run, VariantResult result, ReportDetail detail)
    {
        if (run.Variants.Length > 1)
        {
            ReportParts.Heading(console, $"variant {result.Name}");
        }

        if (detail == ReportDetail.All)
        {
            RunFigures.Write(console, plan.Variants.FirstOrDefault(variant => variant.Name == result.Name) ?? plan.Variants[0], result);
        }

        FindingsTable.Write(console, [.. run.Findings.Concat(run.Checked.Differing).Where(finding => finding.Variant == result.Name)]);
    }
}
