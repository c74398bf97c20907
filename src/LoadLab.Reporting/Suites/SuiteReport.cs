using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>A suite for people: one verdict, a line for each scenario, and everything about what is not as predicted.</summary>
public static class SuiteReport
{
    private const int Gap = 2;
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    /// <summary>Writes it.</summary>
    /// <param name="console">See <see cref="ReportConsole"/>.</param>
    /// <param name="suite">The suite.</param>
    /// <param name="folder">Where its results are.</param>
    /// <param name="detail">How much of it.</param>
    public static void Write(IAnsiConsole console, SuiteResult suite, string folder, ReportDetail detail)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(suite);
        if (detail == ReportDetail.Quiet)
        {
            // Past the console, which would break the line at its width.
            console.Profile.Out.Writer.WriteLine(VisibleText.OfLine($"{Verdict(console, suite.Document)}, {folder}"));
            return;
        }

        ConsoleReport.Lines(console, Of(console, suite, folder));
    }

    /// <summary>A run that is over, while others go on.</summary>
    public static string Line(IAnsiConsole console, int number, int of, RunDocument run)
    {
        ArgumentNullException.ThrowIfNull(console);
        return $"{number} of {of}  {VerdictLines.Line(console, run, null)}";
    }

    private static IEnumerable<ReportLine> Of(IAnsiConsole console, SuiteResult suite, string folder)
    {
        var width = console.Profile.Width;
        var document = suite.Document;
        var style = Style.Parse($"bold {ReportParts.Colour(document.Verdict)}");
        return
        [
            .. ReportLine.Labelled("verdict", Verdict(console, document), width, style),
            ReportLine.Empty,
            .. Table(console, suite),
            ReportLine.Empty,
            .. suite.All.SelectMany(one => Differing(console, one.Entry, one.Planned)),
            .. document.Finished ? [] : ReportLine.Labelled("unfinished", "interrupted: the verdict covers what was observed before that", width),
            .. ReportLine.Labelled("results", $"{folder}/{FolderNames.Index}", width),
            .. ReportLine.Labelled("again", TypedCommand.Of(document.Command), width),
            .. Next(document, folder) is { } next ? ReportLine.Labelled("next", TypedCommand.Of(next), width) : [],
        ];
    }

    private static string Verdict(IAnsiConsole console, SuiteDocument document) =>
        $"{ReportParts.Sign(console, document.Verdict)} {EnumWords<Outcome>.Of(document.Verdict)} ({document.Tally}), {document.Runs.Length} scenarios, "
        + $"{document.DurationS:0.#} s";

    private static IEnumerable<ReportLine> Table(IAnsiConsole console, SuiteResult suite)
    {
        var width = console.Profile.Width;
        List<(Outcome Outcome, string Name, string Words, string Seconds)> rows =
        [
            .. suite.All.Select(one => (one.Entry.Verdict, VisibleText.OfLine(one.Entry.Scenario), Words(one.Entry, one.Planned),
                one.Entry.NotRun is null ? $"{one.Entry.DurationS:0.0} s" : "")),
        ];
        var seconds = rows.Max(row => row.Seconds.Length);
        var words = Math.Min(width / 2, rows.Max(row => TextLines.Cells(row.Words)));
        var name = Math.Max(1, Math.Min(rows.Max(row => TextLines.Cells(row.Name)), width - words - seconds - (2 * Gap) - 2));
        var ellipsis = ReportParts.Ellipsis(console);
        foreach (var row in rows)
        {
            yield return new ReportLine(
                ($"{ReportParts.Sign(console, row.Outcome)} ", Style.Parse(ReportParts.Colour(row.Outcome))),
                (TextLines.Pad(TextLines.Fit(row.Name, name, ellipsis), name + Gap), row.Outcome == Outcome.Held ? Style.Plain : Bold),
                (TextLines.Pad(TextLines.Fit(row.Words, words, ellipsis), words + Gap), Style.Plain),
                (row.Seconds.PadLeft(seconds), Style.Plain));
        }
    }

    private static string Words(SuiteRun entry, PlannedRun? planned) =>
        entry.NotRun is not null ? "not run"
        : planned is { Run.Findings.IsEmpty: false } ? VerdictLines.Tally(planned.Run.Findings.Concat(planned.Run.Checked.Differing))
        : EnumWords<Outcome>.Of(entry.Verdict);

    private static IEnumerable<ReportLine> Differing(IAnsiConsole console, SuiteRun entry, PlannedRun? planned)
    {
        var width = console.Profile.Width;
        if (entry.Verdict == Outcome.Held)
        {
            return [];
        }

        ReportLine[] heading = [.. TextLines.Wrap(VisibleText.OfLine(entry.Scenario), width).Select(line => new ReportLine((line, Bold)))];
        return entry.NotRun is { } reason ? [.. heading, .. ReportLine.Labelled("not run", reason, width), ReportLine.Empty]
            : planned is null ? [.. heading, .. ReportLine.Labelled("answer", entry.Summary, width), ReportLine.Empty]
            :
            [
                .. heading,
                .. planned.Run.Finished ? [] : ReportLine.Labelled("unfinished", planned.Run.Unfinished ?? "the run did not get to its end", width),
                .. ReportLine.Labelled("answer", planned.Run.Summary, width),
                ReportLine.Empty,
                .. DifferingFindings.Of(console, planned.Run),
            ];
    }

    private static string? Next(SuiteDocument document, string folder) =>
        document.Runs.FirstOrDefault(run => run is { Verdict: not Outcome.Held, Folder: not null }) is { } first
            ? $"loadlab report {ShellWord.Quoted($"{folder}/{first.Folder}")}" : null;
}
