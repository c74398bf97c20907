using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>The question and the answer, in words.</summary>
internal static class Answer
{
    public static IEnumerable<XElement> Heading(Plan plan, RunDocument run) =>
    [
        Element("h1", run.Scenario),
        Classed("p", "soft", $"kernel {run.Kernel}, sandbox {EnumWords<SandboxKind>.Of(run.Sandbox)}, {run.Started.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, ", Parts.Time("duration_s", run.DurationS, $"{run.DurationS:0.###} s"), plan.Variants.Length > 1 ? $", {plan.Variants.Length} variants" : null),
    ];

    public static XElement Of(Plan plan, RunDocument run)
    {
        var word = EnumWords<Outcome>.Of(run.Verdict);
        return Parts.Section(
            "answer",
            "Question and answer",
            Element("p", Element("strong", "Claim: "), run.Claim),
            plan.About.Length == 0 ? null : Element("p", plan.About.Trim()),
            Classed(
                "div",
                $"answer {word}",
                Element("p", Is("class", $"verdict {word}"), $"{Parts.Sign(run.Verdict)} {word}{Tally(run)}"),
                Element("p", run.Summary),
                run.Finished ? null : Element("p", Element("strong", "Unfinished: "), $"{run.Unfinished ?? "the run did not get to its end"}. The figures are those seen until then.")),
            run.Notes.IsEmpty ? null : new[] { Element("h3", "Notes"), Element("ul", run.Notes.Select(note => Element("li", note))) });
    }

    private static string Tally(RunDocument run)
    {
        var counts = run.Findings.CountBy(finding => finding.Outcome).OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {EnumWords<Outcome>.Of(pair.Key)}");
        return run.Findings.IsEmpty ? "" : $": {string.Join(", ", counts)}";
    }
}
