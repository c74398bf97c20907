using System.Xml.Linq;
using LoadLab.Model;
using LoadLab.Reporting.Html;

namespace LoadLab.Reporting.Tests;

public sealed class CompareHtmlReportTests
{
    [Fact]
    public void WhatIsSeenToDifferComesFirstAndInWords()
    {
        var page = Parsed(Compared.Document);
        Assert.Equal(["answer", "better", "not-seen", "tunings"], page.Descendants("section").Select(section => (string)section.Attribute("id")!));
        Assert.Contains("connect.max, b: better, x 0.0115 (0.011..0.035)", page.Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void AConditionThatFailedIsInTheAnswer() =>
        Assert.Contains("✗ failed: 'drops > 0': a has 44", Parsed(Compared.Document with { Failed = ["'drops > 0': a has 44"] }).Root!.Value,
            StringComparison.Ordinal);

    [Fact]
    public void EachRunIsLinkedByAPathThatABrowserTakes()
    {
        var page = XDocument.Parse(Body(CompareHtmlReport.Of(Compared.Document, ["a b#1/x?", "<i>/y"])));
        Assert.Equal(["a%20b%231/x%3F/report.html", "%3Ci%3E/y/report.html"],
            page.Descendants("section").Single(section => (string?)section.Attribute("id") == "runs").Descendants("a")
            .Select(link => (string)link.Attribute("href")!));
    }

    private static XDocument Parsed(ComparisonDocument comparison) => XDocument.Parse(Body(CompareHtmlReport.Of(comparison, [])));

    private static string Body(string page) => page[page.IndexOf('\n', StringComparison.Ordinal)..];
}
