using System.Globalization;
using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>A plan on one screen: what would be run, for how long, and what is expected of it.</summary>
internal static class BriefPlan
{
    private const int MostLines = 25;
    private const int Gap = 2;
    private const int LeastClaim = 20;
    private const int MostNotes = 2;
    private const int MostBands = 4;
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    public static void Write(IAnsiConsole console, Plan plan) => ConsoleReport.Lines(console, Lines(console, plan));

    private static IEnumerable<ReportLine> Lines(IAnsiConsole console, Plan plan)
    {
        var width = console.Profile.Width;
        var lasts = plan.Lasts.Seconds >= 0.05 ? $"at most {plan.Lasts.Seconds.ToString("0.#", CultureInfo.InvariantCulture)} s" : "over at once";
        List<ReportLine> top =
        [
            .. ReportLine.Labelled("plan", $"{plan.Scenario}, {lasts}; nothing was run", width, Bold),
            .. ReportLine.Labelled("claim", plan.Claim, width),
            .. Set(plan, width),
            ReportLine.Empty,
        ];
        List<ReportLine> bands = plan.Variants.Length > 1 ? [] : [.. BandRows.Of(console, plan.Variants[0].Bands, MostBands)];
        List<ReportLine> end =
        [
            .. bands.Count == 0 ? bands : [ReportLine.Empty, .. bands],
            ReportLine.Empty,
            .. plan.Variants.SelectMany(variant => variant.Notes).Distinct().Take(MostNotes).SelectMany(note => ReportLine.Labelled("note", note, width)),
            .. ReportLine.Labelled("run it", TypedCommand.Of(plan.Command), width),
            .. ReportLine.Labelled("more", "-v: settings, every prediction with its rule, witnesses", width),
        ];
        var list = Expected(console, plan).ToList();
        var most = Math.Max(4, MostLines - top.Count - end.Count);
        return [.. top, .. list.Count <= most ? list
            : [.. list.Take(most - 1), ReportLine.Soft($"{ReportParts.Ellipsis(console)} and {list.Count - most + 1} more")], .. end];
    }

    // Of several variants the first stands for all: they differ in settings, which are in the claims' figures.
    private static IEnumerable<ReportLine> Set(Plan plan, int width)
    {
        var first = plan.Variants[0];
        if (plan.Variants.Length > 1)
        {
            foreach (var line in ReportLine.Labelled("variants", string.Join(", ", plan.Variants.Select(variant => variant.Name)), width))
            {
                yield return line;
            }
        }
        else if (!first.Declared.IsSession && ReportParts.Live(first, null) is { } live)
        {
            foreach (var line in ReportLine.Labelled("live", live, width))
            {
                yield return line;
            }
        }

        foreach (var line in first.Declared.Phases.SelectMany(phase => ReportLine.Labelled("phase", $"{phase.Name}: {SpecWords.Phase(phase)}", width)))
        {
            yield return line;
        }
    }

    private static IEnumerable<ReportLine> Expected(IAnsiConsole console, Plan plan)
    {
        var rows = plan.Variants.SelectMany(variant => variant.Expectations.Select(one => (Variant: variant.Name, Expectation: one)))
            .GroupBy(one => (one.Expectation.Id, one.Expectation.Claim))
            .Select(group => (group.Key.Claim, Values: Values(plan, [.. group])))
            .ToList();
        if (rows.Count == 0)
        {
            yield break;
        }

        var heading = plan.Variants.Length > 1 ? string.Join(" / ", plan.Variants.Select(variant => variant.Name)) : "predicted";
        var (width, ellipsis) = (console.Profile.Width, ReportParts.Ellipsis(console));
        var valueWidth = Math.Min(width - LeastClaim - Gap, Math.Max(TextLines.Cells(heading), rows.Max(row => TextLines.Cells(row.Values))));
        var claimWidth = width - valueWidth - Gap;
        yield return new ReportLine((TextLines.Pad("expected", claimWidth + Gap) + TextLines.Fit(heading, valueWidth, ellipsis), Bold));
        foreach (var (claim, values) in rows)
        {
            var text = TextLines.Fit(VisibleText.OfLine(claim).TrimEnd('.'), claimWidth, ellipsis);
            yield return ReportLine.Plain(TextLines.Pad(text, claimWidth + Gap) + TextLines.Fit(values, valueWidth, ellipsis));
        }
    }

    private static string Values(Plan plan, IReadOnlyList<(string Variant, PlannedExpectation Expectation)> expectations)
    {
        List<string> values = [.. plan.Variants.Select(variant => expectations.FirstOrDefault(one => one.Variant == variant.Name).Expectation)
            .Select(one => one is null ? "-" : one.Predicted.IsExact ? UnitText.Of(one.Predicted.Low, one.Unit) : $"{one.Predicted}")];
        var unit = expectations[0].Expectation.Unit is "errno" or "state" ? "" : expectations[0].Expectation.Unit;
        return $"{string.Join(" / ", values.Distinct().Count() == 1 ? [values[0]] : values)} {unit}".TrimEnd();
    }
}
