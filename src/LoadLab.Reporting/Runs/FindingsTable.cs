using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>Findings with the witnesses and the rule of each.</summary>
internal static class FindingsTable
{
    private static readonly Style Dim = new(decoration: Decoration.Dim);

    public static void Write(IAnsiConsole console, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
        {
            return;
        }

        var table = ReportParts.Table("", "claim, witnesses, rule", "predicted", "observed");
        table.Columns[0].NoWrap().Width(1);
        foreach (var finding in findings)
        {
            var unit = finding.Unit.Length == 0 ? "" : $"\n{finding.Unit}";
            table.AddRow(
                new Text(ReportParts.Sign(console, finding.Outcome), Style.Parse(ReportParts.Colour(finding.Outcome))),
                new Rows(new Text(finding.Claim), new Text(FindingText.Witnesses(finding), Dim), new Text($"rule: {FindingText.Rule(finding)}", Dim)),
                new Text($"{FindingText.Predicted(finding)}{unit}"),
                new Text(FindingText.Observed(finding)));
        }

        console.Write(table);
    }
}
