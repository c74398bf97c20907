using System.Xml.Linq;
using LoadLab.Model;
using LoadLab.Reporting.Html;

namespace LoadLab.Reporting.Tests;

/// <summary>Several scenarios with one verdict: on a console, for CI, as a page, and read back.</summary>
public sealed class SuiteReportTests : IDisposable
{
    private const string Reason = "this kernel does not have net.ipv4.tcp_rto_max_ms";
    private static readonly RunDocument Held = Stored.Run(Stored.Finding(Outcome.Held, 5));
    private static readonly RunDocument Broken =
        Stored.Run(Stored.Finding(Outcome.Held, 5), Stored.Finding(Outcome.Broken, 4)) with { Scenario = "limits/somaxconn" };
    private readonly string results = Directory.CreateTempSubdirectory("loadlab-suite-").FullName;

    internal static SuiteResult Suite => new(
        new SuiteDocument
        {
            Command = "loadlab run 'accept-queue/*' limits/somaxconn",
            Started = Stored.Plan.Host.Started,
            DurationS = 9.5,
            Parallel = 2,
            Finished = true,
            Runs =
            [
                Entry(Held, "held-folder"), Entry(Broken, "broken-folder"),
                new SuiteRun { Scenario = "retransmit/syn-options", Claim = "x", Verdict = Outcome.Inconclusive, NotRun = Reason },
            ],
        },
        [new PlannedRun(Stored.Plan, Held), new PlannedRun(Stored.Plan, Broken), null]);

    public void Dispose() => Directory.Delete(results, recursive: true);

    [Theory]
    [InlineData(Outcome.Held, true, Outcome.Held)]
    [InlineData(Outcome.Inconclusive, true, Outcome.Held, Outcome.Inconclusive)]
    [InlineData(Outcome.Broken, true, Outcome.Inconclusive, Outcome.Broken, Outcome.Held)]
    [InlineData(Outcome.Inconclusive, false, Outcome.Held)]
    public void TheVerdictIsTheWorst(Outcome verdict, bool finished, params Outcome[] outcomes) => Assert.Equal(
        verdict,
        (Suite.Document with
        {
            Finished = finished,
            Runs = [.. outcomes.Select(outcome => new SuiteRun { Scenario = "x", Claim = "x", Verdict = outcome })],
        }).Verdict);

    [Fact]
    public void TheConsoleHasOneLineForEachAndEverythingAboutWhatDiffers()
    {
        var text = Console(ReportDetail.Brief);
        var lines = text.Split('\n');
        Assert.Equal("verdict    ✗ broken (1 held, 1 broken, 1 not run), 3 scenarios, 9.5 s", lines[0]);
        Assert.Equal(
            [
                "✓ accept-queue/backlog-overflow  1 held            5.2 s",
                "✗ limits/somaxconn               1 held, 1 broken  5.2 s",
                "? retransmit/syn-options         not run",
            ],
            lines[2..5].Select(line => line.TrimEnd()));
        Assert.Contains($"not run    {Reason}", text, StringComparison.Ordinal);
        Assert.Contains("observed   4 connections", text, StringComparison.Ordinal);
        Assert.Contains("results    results/x/index.html", text, StringComparison.Ordinal);
        Assert.Contains("next       loadlab report results/x/broken-folder", text, StringComparison.Ordinal);
        Assert.DoesNotContain("accept-queue/backlog-overflow", lines[5..].Select(line => line.TrimEnd()));
    }

    [Fact]
    public void QuietIsOneLine() => Assert.Equal("✗ broken (1 held, 1 broken, 1 not run), 3 scenarios, 9.5 s, results/x\n", Console(ReportDetail.Quiet));

    [Fact]
    public void JUnitHasASuiteForEachAndSkipsWhatWasNotRun()
    {
        var suites = XDocument.Parse(JUnitReport.Of(Suite)).Root!.Elements("testsuite").ToList();
        Assert.Equal(["accept-queue.backlog-overflow", "limits.somaxconn", "retransmit.syn-options"],
            suites.Select(suite => (string)suite.Attribute("name")!));
        Assert.Equal(["0", "1", "2"], suites.Select(suite => (string)suite.Attribute("id")!));
        Assert.Equal(["0", "1", "0"], suites.Select(suite => (string)suite.Attribute("failures")!));
        Assert.Equal(Reason, (string?)suites[2].Element("testcase")!.Element("skipped")!.Attribute("message"));
    }

    [Fact]
    public void MarkdownHasARowForEachAndWhatDiffers()
    {
        var text = SuiteMarkdown.Of(Suite);
        Assert.StartsWith("### ✗ 3 scenarios: broken\n\n1 held, 1 broken, 1 not run, in 9.5 s.\n", text, StringComparison.Ordinal);
        Assert.Equal(["| ✓ held ", "| ✗ broken ", "| ? not run "], text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
            .Select(line => line[..line.IndexOf('|', 1)]));
        Assert.Contains("#### limits/somaxconn\n", text, StringComparison.Ordinal);
        Assert.Contains("**broken**: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ThePageLinksToThePageOfEachThatWasRun()
    {
        var page = SuiteHtmlReport.Of(Suite);
        Assert.Contains("<a href=\"held-folder/report.html\">accept-queue/backlog-overflow</a>", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"broken-folder/report.html\">limits/somaxconn</a>", page, StringComparison.Ordinal);
        Assert.Contains(Reason, page, StringComparison.Ordinal);
        Assert.Equal(2, page.Split("/report.html").Length - 1);
    }

    [Fact]
    public void ASuiteWithItsRunsIsOneResultAndIsReadBackWhole()
    {
        var folder = Path.Combine(results, FolderNames.Of(Stored.Plan.Host.Started, FolderNames.SuiteWord, 7));
        string run;
        using (var made = ResultsFolder.Create(folder, Stored.Plan, Stored.Run()))
        {
            made.Complete(Held);
            run = made.Path;
        }

        Assert.Equal((ResultKind.Suite, null, "1 runs, unfinished"), Seen());
        var stored = Suite.Document with { Runs = [Entry(Held, Path.GetFileName(run)), Entry(Broken, "../elsewhere")] };
        ResultsFolder.Write(folder, FolderNames.Suite, stored, ModelJson.Indented.SuiteDocument);
        Assert.Equal((ResultKind.Suite, Outcome.Broken, "2 scenarios: 1 held, 1 broken"), Seen());
        var whole = StoredSuite.TryOpenWhole(folder, out _)!;
        Assert.Equal([Held.Scenario, null], whole.Runs.Select(one => one?.Run.Scenario));
        Assert.Null(ResultsCatalog.Obstacle(Assert.Single(ResultsCatalog.List(results))));
        ResultsCatalog.Remove(Assert.Single(ResultsCatalog.List(results)));
        Assert.Empty(Directory.GetFileSystemEntries(results));

        (ResultKind Kind, Outcome? Verdict, string Words) Seen() =>
            Assert.Single(ResultsCatalog.List(results)) is var one ? (one.Kind, one.Verdict, one.Words) : default;
    }

    private static SuiteRun Entry(RunDocument run, string folder) =>
        new() { Scenario = run.Scenario, Claim = run.Claim, Verdict = run.Verdict, DurationS = run.DurationS, Folder = folder, Summary = run.Summary };

    private static string Console(ReportDetail detail)
    {
        using var writer = new Utf8Writer();
        SuiteReport.Write(ReportConsole.Create(writer, isTerminal: false, isPlain: true), Suite, "results/x", detail);
        return writer.ToString();
    }

    private sealed class Utf8Writer() : StringWriter(System.Globalization.CultureInfo.InvariantCulture)
    {
        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;
    }
}
