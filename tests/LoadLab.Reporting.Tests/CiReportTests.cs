using System.Xml.Linq;
using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

/// <summary>What CI systems read: JUnit and Markdown.</summary>
public sealed class CiReportTests
{
    private static readonly RunDocument Mixed = Stored.Run(Stored.Finding(Outcome.Held, 5), Stored.Finding(Outcome.Broken, 4) with { Claim = "Second." },
        Stored.Finding(Outcome.Inconclusive, null) with { Claim = "Third.", Variant = "large" });

    [Fact]
    public void AFindingIsATestCaseThatFailsWhenBrokenAndIsSkippedWhenInconclusive()
    {
        var suite = Suite(Mixed);
        Assert.Equal(("3", "1", "0", "1"), ((string)suite.Attribute("tests")!, (string)suite.Attribute("failures")!, (string)suite.Attribute("errors")!,
            (string)suite.Attribute("skipped")!));
        var cases = suite.Elements("testcase").ToList();
        Assert.Empty(cases[0].Elements());
        Assert.Equal(Mixed.Findings[1].Sentence, (string?)Assert.Single(cases[1].Elements("failure")).Attribute("message"));
        Assert.Equal(Mixed.Findings[2].Sentence, (string?)Assert.Single(cases[2].Elements("skipped")).Attribute("message"));
        Assert.Equal(["accept-queue.backlog-overflow", "accept-queue.backlog-overflow", "accept-queue.backlog-overflow.large"],
            cases.Select(one => (string)one.Attribute("classname")!));
    }

    [Fact]
    public void ItHasAllThatTheStricterSchemaAsksForAndInItsOrder()
    {
        // Apache Ant's form: these attributes are required, the time stamp has no zone, and both streams close the suite.
        var suite = Suite(Mixed);
        Assert.Empty(suite.Parent!.Attributes());
        Assert.Equal(["errors", "failures", "hostname", "id", "name", "package", "skipped", "tests", "time", "timestamp"],
            suite.Attributes().Select(attribute => attribute.Name.LocalName).Order(StringComparer.Ordinal));
        Assert.Equal("2026-01-02T03:04:05", (string?)suite.Attribute("timestamp"));
        Assert.Equal(["properties", "testcase", "testcase", "testcase", "system-out", "system-err"],
            suite.Elements().Select(element => element.Name.LocalName));
        Assert.All(suite.Elements("testcase"), one =>
            Assert.Equal(["classname", "name", "time"], one.Attributes().Select(attribute => attribute.Name.LocalName).Order(StringComparer.Ordinal)));
        Assert.All(suite.Descendants("failure"), one => Assert.NotNull(one.Attribute("type")));
    }

    [Fact]
    public void SeveralRunsAreSeveralSuites()
    {
        var suites = XDocument.Parse(JUnitReport.Of([(Stored.Plan, Mixed), (Stored.Plan, Mixed)])).Root!.Elements("testsuite");
        Assert.Equal(["0", "1"], suites.Select(suite => (string)suite.Attribute("id")!));
    }

    [Fact]
    public void AnUnfinishedRunIsAnError()
    {
        var suite = Suite(Stored.Run() with { Finished = false, Unfinished = "interrupted" });
        Assert.Equal("1", (string?)suite.Attribute("errors"));
        Assert.Equal("interrupted", (string?)suite.Descendants("error").Single().Attribute("message"));
    }

    [Fact]
    public void NoNameBreaksTheXml()
    {
        const string Evil = "]]></testcase>\"'<&\0\u001b[31m\ud800";
        var suite = Suite(Stored.Run(Stored.Finding(Outcome.Broken, 4) with { Claim = Evil, Sentence = Evil }) with { Summary = Evil, Scenario = Evil });
        Assert.Equal("]]></testcase>\"'<&\uFFFD\uFFFD[31m\uFFFD", (string?)suite.Element("testcase")!.Attribute("name"));
    }

    [Fact]
    public void EachConditionOfAComparisonIsATestCase()
    {
        var comparison = Compared.Document with { Failed = ["'connect.p99 > 1.1x a': b has 2 s, and the bound is 1.1"] };
        var suite = XDocument.Parse(JUnitReport.Of(comparison, ["connections.failed > 0", "connect.p99 > 1.1x a"], Stored.Plan.Host.Started))
            .Root!.Element("testsuite")!;
        Assert.Equal([false, true], suite.Elements("testcase").Select(one => one.Element("failure") is not null));
    }

    [Fact]
    public void MarkdownHasTheVerdictAndARowForEachFinding()
    {
        var lines = MarkdownReport.Of(Stored.Plan, Mixed).Split('\n');
        Assert.Equal("### ? accept-queue/backlog-overflow: inconclusive", lines[0]);
        Assert.Equal(3, lines.Count(line => line.StartsWith("| ✓ held", StringComparison.Ordinal) || line.StartsWith("| ✗ broken", StringComparison.Ordinal)
            || line.StartsWith("| ? inconclusive", StringComparison.Ordinal)));
        Assert.Contains("    ./loadlab run accept-queue/backlog-overflow", lines);
    }

    [Fact]
    public void NoNameBreaksATable()
    {
        var row = MarkdownReport.Of(Stored.Plan, Stored.Run(Stored.Finding(Outcome.Held, 5) with { Claim = "a | b\n<script>`x` [y](z)" })).Split('\n')
            .Single(line => line.StartsWith("| ✓", StringComparison.Ordinal));
        Assert.Contains(@"a \| b &lt;script>\`x\` \[y\](z)", row, StringComparison.Ordinal);
    }

    private static XElement Suite(RunDocument run) => XDocument.Parse(JUnitReport.Of([(Stored.Plan, run)])).Root!.Element("testsuite")!;
}
