using System.Xml.Linq;
using LoadLab.Model;
using LoadLab.Reporting.Html;

namespace LoadLab.Reporting.Tests;

public sealed class SizeReportTests
{
    private static SizingDocument Document => Sized.Document;

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
            Assert.Equal(Document.Answer, StoredSizing.TryOpen(folder, out _)?.Answer);
            Assert.Equal(Document.Points[0].Quantity, StoredSizing.TryOpen(folder, out _)!.Points[0].Quantity);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
