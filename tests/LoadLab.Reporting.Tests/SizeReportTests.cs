using System.Xml.Linq;
using LoadLab.Model;
using LoadLab.Reporting.Html;

namespace LoadLab.Reporting.Tests;

public sealed class SizeReportTests
{
    internal static SizingDocument Document { get; } = new()
    {
        Scenario = "accept-queue/longest-pause",
        Target = "accept-queue",
        Kernel = new KernelVersion(6, 18, 0, "6.18.0"),
        Started = DateTimeOffset.UnixEpoch,
        DurationS = 12,
        Command = "loadlab size accept-queue --rate 2000/s --pause 300ms",
        Setting = "server.backlog",
        Low = 0,
        High = 1200,
        Conditions = ["drops == 0"],
        End = SizingEnd.Exact,
        Enough = 599,
        NotEnough = 598,
        Answer = "backlog 599 is enough, 598 is not.",
        Evidence = ["server.backlog=599: drops == 0 held in 5 of 5 runs"],
        Runs = 10,
        Budget = 30,
        Points = [new(598, 0, 5, 1, [1, 1, 1, 1, 1], "drops 1"), new(599, 5, 0, 0, [0, 0, 0, 0, 0], "")],
        Model = [new(598, 1, 1, false), new(599, 0, 0, true)],
        ClosedForm = new("arrivals - 1", 599, "include/net/sock.h sk_acceptq_is_full", true),
        Paste = [new("nginx", ["listen 80 backlog=599;"])],
    };

    [Fact]
    public void TheAnswerComesFirst()
    {
        Assert.StartsWith("### ✓ backlog 599 is enough, 598 is not.\n", SizeReport.Markdown(Document), StringComparison.Ordinal);
        Assert.Contains("    listen 80 backlog=599;", SizeReport.Markdown(Document), StringComparison.Ordinal);
        Assert.Contains("| 598 | 0 | 5 (and 1 not usable) | 1 | 1 |", SizeReport.Markdown(Document), StringComparison.Ordinal);
    }

    [Fact]
    public void ThePageHasTheCurveOfModelAndKernel()
    {
        var page = SizeHtmlReport.Of(Document);
        Assert.Contains("drops over server.backlog", page, StringComparison.Ordinal);
        Assert.Contains("model, most of the draws", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SizingEnd.Exact, 0, 0)]
    [InlineData(SizingEnd.Interval, 0, 0)]
    [InlineData(SizingEnd.WholeRange, 0, 0)]
    [InlineData(SizingEnd.NotMet, 1, 0)]
    [InlineData(SizingEnd.NonMonotonic, 1, 0)]
    [InlineData(SizingEnd.Unfinished, 0, 1)]
    public void InJUnitItIsOneTest(SizingEnd end, int failures, int skipped)
    {
        var suite = XDocument.Parse(JUnitReport.Of(Document with { End = end })).Descendants("testsuite").Single();
        Assert.Equal(("1", $"{failures}", $"{skipped}"),
            ((string?)suite.Attribute("tests"), (string?)suite.Attribute("failures"), (string?)suite.Attribute("skipped")));
    }

    [Fact]
    public void ItsFolderIsReadBack()
    {
        var folder = Directory.CreateTempSubdirectory("loadlab-test-").FullName;
        try
        {
            ResultsFolder.Write(folder, FolderNames.Sizing, Document, ModelJson.Indented.SizingDocument);
            Assert.Equal(Document.Answer, StoredSizing.TryOpen(folder)?.Answer);
            Assert.Equal(Document.Points[0].Quantity, StoredSizing.TryOpen(folder)!.Points[0].Quantity);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
