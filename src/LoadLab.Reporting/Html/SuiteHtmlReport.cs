using System.Globalization;
using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>A suite as one HTML file: a row for each scenario with a link to its own page, then what is not as predicted.</summary>
public static class SuiteHtmlReport
{
    /// <summary>Writes index.html into a suite's folder, in place of an older one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string folder, SuiteResult suite) => ResultsFolder.Write(folder, FolderNames.Index, Of(suite));

    /// <summary>The page.</summary>
    public static string Of(SuiteResult suite)
    {
        ArgumentNullException.ThrowIfNull(suite);
        var document = suite.Document;
        return HtmlPage.Of(
            $"{document.Runs.Length} scenarios: {EnumWords<Outcome>.Of(document.Verdict)}",
            [
                Element("h1", $"{document.Runs.Length} scenarios"),
                Classed("p", "soft", string.Create(
                    CultureInfo.InvariantCulture, $"{document.Started.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, {document.DurationS:0.#} s")),
            ],
            Answer(document),
            Scenarios(document),
            Differing(suite),
            Parts.Section("again", "Again", Element("pre", document.Command)));
    }

    private static XElement Answer(SuiteDocument document)
    {
        var word = EnumWords<Outcome>.Of(document.Verdict);
        return Parts.Section("answer", "Verdict", Classed(
            "div",
            $"answer {word}",
            Element("p", Is("class", $"verdict {word}"), $"{Parts.Sign(document.Verdict)} {word}: {document.Tally}"),
            document.Finished ? null : Element("p", Element("strong", "Unfinished: "), "interrupted. The verdict covers what was observed before that.")));
    }

    private static XElement Scenarios(SuiteDocument document) => Parts.Section(
        "scenarios",
        "The scenarios",
        Parts.Table("stack", "Each scenario, with a link to its own page", ["scenario", "verdict", "#seconds", "what happened"], document.Runs.Select(Row)));

    private static object?[] Row(SuiteRun run) =>
    [
        run.Folder is { } folder ? Element("a", Is("href", $"{Uri.EscapeDataString(folder)}/{FolderNames.Report}"), run.Scenario) : run.Scenario,
        run.NotRun is null ? Parts.Of(run.Verdict)
            : Classed("span", $"outcome {EnumWords<Outcome>.Of(run.Verdict)}", $"{Parts.Sign(run.Verdict)} not run"),
        run.NotRun is null ? run.DurationS.ToString("0.0", CultureInfo.InvariantCulture) : "",
        run.NotRun ?? run.Summary,
    ];

    private static XElement? Differing(SuiteResult suite)
    {
        List<XElement> found =
        [
            .. suite.All.Where(one => one is { Entry.Verdict: not Outcome.Held, Planned: not null }).SelectMany(one => new[]
            {
                Element("h3", one.Entry.Scenario),
                Element("ul", SuiteResult.Differing(one.Planned!.Run).Select(finding => Element("li", Parts.Of(finding.Outcome), " ", finding.Sentence))),
            }),
        ];
        return found.Count == 0 ? null : Parts.Section("differing", "Not as predicted, or not seen", found);
    }
}
