using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using LoadLab.Model;
using LoadLab.Reporting.Html;

namespace LoadLab.Reporting;

/// <summary>A run as CI systems read test results: a test case for each finding, a failure for a broken one, skipped for an inconclusive one.</summary>
/// <remarks>
/// There is no one JUnit schema; this is valid by the two that are used most, Apache Ant's (which demands most) and that of Jenkins' xUnit plugin.
/// </remarks>
public static class JUnitReport
{
    /// <summary>Of runs: a test suite each.</summary>
    /// <param name="runs">Each with its plan. An unfinished one has an error of its own.</param>
    public static string Of(IEnumerable<(Plan Plan, RunDocument Run)> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        return Write(runs.Select((one, i) => Suite(one.Plan, one.Run, i)));
    }

    /// <summary>Of a suite: a test suite for each scenario; one that was not run has a test case that was skipped, with the reason.</summary>
    public static string Of(SuiteResult suite)
    {
        ArgumentNullException.ThrowIfNull(suite);
        return Write(suite.All.Select((one, i) => one.Planned is { } planned ? Suite(planned.Plan, planned.Run, i) : Missing(suite.Document, one.Entry, i)));
    }

    /// <summary>Of a comparison: a test case for each condition that was to hold.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="conditions">Every condition that was asked for, in its own words.</param>
    /// <param name="started">When it began.</param>
    public static string Of(ComparisonDocument comparison, IEnumerable<string> conditions, DateTimeOffset started)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        ArgumentNullException.ThrowIfNull(conditions);
        var suite = comparison.Scenario.Replace('/', '.');
        var cases = conditions.Select(condition =>
        {
            // A sentence of what failed begins with the condition in quotes.
            var failed = comparison.Failed.Where(sentence => sentence.StartsWith($"'{condition}'", StringComparison.Ordinal)).ToList();
            return Case($"{suite}.compare", $"not {condition}", failed.Count == 0 ? null
                : new XElement("failure", Text("message", string.Join("; ", failed)), Text("type", "condition"), string.Join('\n', failed)));
        }).ToList();
        var words = string.Join('\n', comparison.Differences.Select(
            difference => $"{difference.Metric}, {difference.B} against {difference.A}: {difference.Words}"));
        return Write([Suite(0, $"{suite}.compare", started, 0, cases, words,
            [("kernel", $"{comparison.Kernel}"), ("tunings", string.Join(", ", comparison.Tunings.Select(tuning => tuning.Name)))])]);
    }

    /// <summary>Of a sizing: one test case, that a value is enough and its neighbour is not.</summary>
    public static string Of(SizingDocument sizing)
    {
        ArgumentNullException.ThrowIfNull(sizing);
        var suite = $"{sizing.Scenario.Replace('/', '.')}.size";
        var outcome = sizing.Verdict switch
        {
            Outcome.Held => null,
            Outcome.Broken => new XElement("failure", Text("message", sizing.Answer), Text("type", EnumWords<SizingEnd>.Of(sizing.End)),
                Markup.Clean(string.Join('\n', sizing.Evidence))),
            Outcome.Inconclusive => new XElement("skipped", Text("message", sizing.Answer)),
        };
        var test = Case(suite, $"{sizing.Setting}: {string.Join(" and ", sizing.Conditions)}", outcome);
        return Write([Suite(0, suite, sizing.Started, sizing.DurationS, [test], string.Join('\n', [sizing.Answer, .. sizing.Evidence, .. sizing.Notes]),
            [("kernel", $"{sizing.Kernel}"), ("again", sizing.Command)])]);
    }

    private static XElement Suite(Plan plan, RunDocument run, int number)
    {
        var suite = run.Scenario.Replace('/', '.');
        var cases = run.Findings.Concat(run.Checked.Differing).Select(
            finding => Case(finding.Variant.Length == 0 ? suite : $"{suite}.{finding.Variant}", finding)).ToList();
        if (!run.Finished)
        {
            cases.Add(Case(suite, "The run gets to its end.",
                new XElement("error", Text("message", run.Unfinished ?? "the run did not get to its end"), Text("type", "unfinished"))));
        }

        return Suite(number, suite, run.Started, run.DurationS, cases, run.Summary,
            [("verdict", EnumWords<Outcome>.Of(run.Verdict)), ("kernel", $"{run.Kernel}"), ("sandbox", EnumWords<SandboxKind>.Of(run.Sandbox)),
            ("again", plan.Command)]);
    }

    private static XElement Missing(SuiteDocument suite, SuiteRun entry, int number)
    {
        var name = entry.Scenario.Replace('/', '.');
        var skipped = Case(name, "The scenario can be run here.", new XElement("skipped", Text("message", entry.NotRun ?? entry.Summary)));
        return Suite(number, name, suite.Started, 0, [skipped], entry.NotRun ?? entry.Summary, [("verdict", EnumWords<Outcome>.Of(entry.Verdict))]);
    }

    private static XElement Case(string suite, Finding finding)
    {
        var evidence = $"{finding.Sentence}\nrule: {finding.Rule} ({finding.KernelSource})";
        return Case(suite, finding.Claim, finding.Outcome switch
        {
            Outcome.Held => null,
            Outcome.Broken => new XElement("failure", Text("message", finding.Sentence), Text("type", "broken"), Markup.Clean(evidence)),
            Outcome.Inconclusive => new XElement("skipped", Text("message", finding.Sentence)),
        });
    }

    private static XElement Case(string suite, string name, XElement? outcome) =>
        new("testcase", Text("name", name), Text("classname", suite), Text("time", "0"), outcome);

    private static XElement Suite(int number, string name, DateTimeOffset started, double seconds, List<XElement> cases, string words,
        (string Name, string Value)[] properties) => new(
        "testsuite",
        Text("name", name),
        Text("package", "loadlab"),
        Text("id", Count(number)),
        Text("timestamp", started.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)),
        Text("hostname", "localhost"),
        Text("tests", Count(cases.Count)),
        Text("failures", Count(cases.Count(one => one.Element("failure") is not null))),
        Text("errors", Count(cases.Count(one => one.Element("error") is not null))),
        Text("skipped", Count(cases.Count(one => one.Element("skipped") is not null))),
        Text("time", seconds.ToString("0.###", CultureInfo.InvariantCulture)),
        new XElement("properties", properties.Select(property => new XElement("property", Text("name", property.Name), Text("value", property.Value)))),
        cases,
        new XElement("system-out", Markup.Clean(words)),
        new XElement("system-err"));

    private static string Write(IEnumerable<XElement> suites)
    {
        var text = new StringWriterUtf8();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, Encoding = Encoding.UTF8 }))
        {
            new XElement("testsuites", suites).Save(writer);
        }

        return $"{text}\n";
    }

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static XAttribute Text(string name, string value) => new(name, Markup.Clean(value));

    // The declaration names the writer's encoding, which a StringWriter says is UTF-16.
    private sealed class StringWriterUtf8() : StringWriter(CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;
    }
}
