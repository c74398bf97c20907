using System.Globalization;
using System.Text;
using LoadLab.Model;
using Spectre.Console;
using static LoadLab.Reporting.MarkdownText;

namespace LoadLab.Reporting;

/// <summary>Several tunings side by side, for people: on a console, and as Markdown for a pull request.</summary>
public static class CompareReport
{
    private const string NoRun = "-";

    /// <summary>Writes it to a console.</summary>
    /// <param name="console">See <see cref="ReportConsole"/>.</param>
    /// <param name="comparison">The comparison.</param>
    /// <param name="folder">Where the runs are; null when it is not shown.</param>
    /// <param name="isWhole">False: one screen, with what differs.</param>
    public static void Write(IAnsiConsole console, ComparisonDocument comparison, string? folder, bool isWhole)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(comparison);
        if (!isWhole)
        {
            BriefComparison.Write(console, comparison, folder);
            return;
        }

        ReportParts.Heading(console, $"{comparison.Scenario}, {comparison.Tunings.Length} tunings, kernel {comparison.Kernel}");
        foreach (var tuning in comparison.Tunings)
        {
            console.Write(new Text($"{tuning.Name}: {Asked(tuning)}"));
            console.WriteLine();
        }

        WriteTable(console, comparison, Rows(comparison));
        var end = ReportParts.Labelled();
        end.Row(
            "how read",
            "median (least..greatest of the runs); x is the ratio of medians with its 95 % interval, where runs vary. "
                + "'No difference seen' does not say that there is none.");
        foreach (var failed in comparison.Failed)
        {
            end.Row("failed", failed);
        }

        foreach (var line in Diagnoses(comparison))
        {
            end.Row("diagnosis", line);
        }

        foreach (var note in comparison.Notes)
        {
            end.Row("note", note);
        }

        if (folder is not null)
        {
            end.Row("results", folder);
        }

        console.Write(end);
    }

    internal static void WriteTable(IAnsiConsole console, ComparisonDocument comparison, IEnumerable<MetricRow> rows)
    {
        var first = comparison.Tunings[0].Name;
        var headings = Others(comparison).Select(other => comparison.Tunings.Length == 2 ? "difference" : $"{other} against {first}");
        var table = ReportParts.Table(["metric", .. comparison.Tunings.Select(tuning => tuning.Name), .. headings]);
        table.Columns[0].NoWrap();
        foreach (var row in rows)
        {
            table.AddRow([.. row.Cells.Select((cell, column) => new Text(cell, StyleOf(row, column - comparison.Tunings.Length - 1)))]);
        }

        console.Write(table);
    }

    private static Style StyleOf(MetricRow row, int difference) => difference < 0 ? Style.Plain : Style.Parse(Colour(row.Outcomes[difference]));

    // Meaning and remedy of a diagnosis are the same for every tuning: they are given with the first.
    private static List<string> Diagnoses(ComparisonDocument comparison)
    {
        HashSet<string> told = [];
        return comparison.Tunings.SelectMany(tuning => tuning.Diagnoses.Where(one => one.Diagnosis.Severity is Severity.Fault or Severity.Risk).Select(one =>
        {
            var variant = one.Variant.Length == 0 ? "" : $" [{one.Variant}]";
            var all = tuning.Verdicts.Values.Sum();
            var runs = one.Runs == all ? "" : $" (in {one.Runs} of {all} runs)";
            return $"{tuning.Name}{variant}{runs}: {(told.Add(one.Diagnosis.Id) ? one.Diagnosis.Sentences : one.Diagnosis.Happened)}";
        })).ToList();
    }

    /// <summary>The same as Markdown.</summary>
    public static string Markdown(ComparisonDocument comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"### {Plain(comparison.Scenario)}: {string.Join(" / ", comparison.Tunings.Select(tuning => Plain(tuning.Name)))}\n\nkernel "
            + $"{comparison.Kernel}\n\n");
        foreach (var tuning in comparison.Tunings)
        {
            text.Append(CultureInfo.InvariantCulture, $"- **{Plain(tuning.Name)}**: {Plain(Asked(tuning))}\n");
        }

        string[] headings = ["metric", .. comparison.Tunings.Select(tuning => tuning.Name),
            .. Others(comparison).Select(other => $"{other} against {comparison.Tunings[0].Name}")];
        text.Append(CultureInfo.InvariantCulture, $"\n| {string.Join(" | ", headings.Select(Plain))} |\n|{string.Concat(headings.Select(_ => "---|"))}\n");
        foreach (var row in Rows(comparison))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row.Cells.Select(Plain))} |\n");
        }

        foreach (var line in comparison.Failed.Select(failed => $"**failed** {Plain(failed)}").Concat(Diagnoses(comparison).Select(Plain)).Concat(
            comparison.Notes.Select(Plain)))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{line}\n");
        }

        return Document(text);
    }

    private static IEnumerable<string> Others(ComparisonDocument comparison) => comparison.Tunings.Skip(1).Select(tuning => tuning.Name);

    internal static string Asked(TuningResult tuning)
    {
        var settings = tuning.Settings.IsEmpty ? "as the scenario is" : string.Join(", ", tuning.Settings);
        var verdicts = string.Join(", ", tuning.Verdicts.Select(pair => $"{pair.Value} {pair.Key}"));
        return $"{(tuning.About.Length > 0 ? $"{tuning.About.TrimEnd('.')}: " : "")}{settings} ({verdicts})";
    }

    // What is the same everywhere says nothing, unless nothing differs at all.
    internal static IEnumerable<MetricRow> Rows(ComparisonDocument comparison)
    {
        foreach (var name in comparison.Tunings.SelectMany(tuning => tuning.Metrics.Keys).Distinct())
        {
            MetricDifference?[] differences =
            [
                .. Others(comparison).Select(other => comparison.Differences.FirstOrDefault(difference => difference.Metric == name && difference.B == other)),
            ];
            var isIdle = comparison.Tunings.All(tuning => tuning.Metrics.GetValueOrDefault(name) is null or { Low: 0, High: 0 });
            if (!isIdle)
            {
                yield return new MetricRow(
                    [
                        name,
                        .. comparison.Tunings.Select(tuning => Value(tuning.Metrics.GetValueOrDefault(name))),
                        .. differences.Select(difference => difference?.Words ?? NoRun),
                    ],
                    [.. differences.Select(difference => difference?.Outcome ?? Difference.NotSeen)]);
            }
        }
    }

    private static string Value(MetricValues? values)
    {
        if (values is null)
        {
            return NoRun;
        }

        string One(double value) => values.Unit == "s" ? SpecWords.Seconds(value) : $"{value:0.###}";
        return values.Low == values.High ? One(values.Median) : $"{One(values.Median)} ({One(values.Low)}..{One(values.High)})";
    }

    private static string Colour(Difference outcome) => outcome switch
    {
        Difference.Better => "green",
        Difference.Worse => "red",
        Difference.Other => "yellow",
        Difference.Same or Difference.NotSeen => "default",
    };

    /// <summary>A metric: its name, a value for each tuning, a difference for each but the first.</summary>
    /// <param name="Cells">As text.</param>
    /// <param name="Outcomes">Of the differences.</param>
    internal sealed record MetricRow(string[] Cells, Difference[] Outcomes)
    {
        private static readonly Difference[] Weights = [Difference.Worse, Difference.Better, Difference.Other, Difference.NotSeen];

        /// <summary>The outcome that is named first.</summary>
        public Difference Worst => Weights.Where(Outcomes.Contains).Append(Difference.Same).First();
    }
}
