using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

/// <summary>A comparison on a console.</summary>
public sealed class CompareReportTests
{
    [Fact]
    public void TheVerdictIsTheFirstLineAndOnlyWhatDiffersIsShown()
    {
        var text = Report(Compared.Document, isWhole: false);
        Assert.StartsWith("verdict    metrics: 1 better, 1 no difference seen\n", text, StringComparison.Ordinal);
        Assert.Contains("connect.max", text, StringComparison.Ordinal);
        Assert.DoesNotContain("drops ", text, StringComparison.Ordinal);
        Assert.Contains("-v: 1 further metric,", text, StringComparison.Ordinal);
    }

    [Fact]
    public void AConditionThatFailedComesFirst() => Assert.StartsWith(
        "failed     'drops > 0': a has 44\n", Report(Compared.Document with { Failed = ["'drops > 0': a has 44"] }, isWhole: false), StringComparison.Ordinal);

    [Fact]
    public void WhereNothingDiffersTheMetricsAreShownAllTheSame()
    {
        var none = Compared.Document with { Differences = [.. Compared.Document.Differences.Select(one => one with { Outcome = Difference.NotSeen })] };
        var text = Report(none, isWhole: false);
        Assert.StartsWith("verdict    metrics: 2 no difference seen\n", text, StringComparison.Ordinal);
        Assert.Contains("drops ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ItFitsEightyColumnsAndOneScreen(bool isWhole)
    {
        var lines = Report(Compared.Document, isWhole).TrimEnd().Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.InRange(lines.Length, 5, 25);
    }

    [Fact]
    public void TheWholeOneHasEveryMetric() => Assert.Contains("drops ", Report(Compared.Document, isWhole: true), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"unit\":\"s\",", "")]
    [InlineData("\"settings\":", "\"other\":")]
    [InlineData("\"metric\":", "\"other\":")]
    public void ADocumentWithAPartThatIsMissingIsNone(string part, string instead)
    {
        var folder = Directory.CreateTempSubdirectory("loadlab-test-").FullName;
        try
        {
            var whole = System.Text.Json.JsonSerializer.Serialize(Compared.Document, ModelJson.Default.ComparisonDocument);
            File.WriteAllText(Path.Combine(folder, FolderNames.Comparison), whole);
            Assert.NotNull(StoredComparison.TryOpen(folder, out _));
            Assert.Contains(part, whole, StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder, FolderNames.Comparison), whole.Replace(part, instead, StringComparison.Ordinal));
            Assert.Null(StoredComparison.TryOpen(folder, out _));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Report(ComparisonDocument comparison, bool isWhole)
    {
        using var writer = new StringWriter();
        CompareReport.Write(ReportConsole.Create(writer, isTerminal: false, isPlain: false), comparison, "results/x", isWhole);
        return writer.ToString();
    }
}
