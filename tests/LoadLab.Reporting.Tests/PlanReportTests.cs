using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

public class PlanReportTests
{
    [Theory]
    [InlineData("capacity")]
    [InlineData("min(1000, somaxconn 4) + 1")]
    [InlineData("sk_acceptq_is_full")]
    [InlineData("backlog 1000 -> 4")]
    [InlineData("live_backlog")]
    [InlineData("net.ipv4.tcp_rto_max_ms: this kernel does not have it")]
    [InlineData("Nothing was run.")]
    public void ItSaysWhatIsAskedWhatIsPredictedAndWhy(string part) => Assert.Contains(part, ConsoleReportTests.Unwrapped(Report()), StringComparison.Ordinal);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ItFitsEightyColumns(bool isWhole) => Assert.All(Report(isWhole).Split('\n'), line => Assert.InRange(line.Length, 0, 80));

    [Fact]
    public void WithoutAskingForMoreItIsOneScreenThatBeginsWithWhatWouldBeRun()
    {
        var lines = Report(isWhole: false).TrimEnd().Split('\n');
        Assert.InRange(lines.Length, 5, 25);
        Assert.StartsWith("plan       accept-queue/backlog-overflow, at most 4 s; nothing was run", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("live       backlog 1000 -> 4", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("run it     ./loadlab run accept-queue/backlog-overflow", StringComparison.Ordinal));
    }

    [Fact]
    public void ManyExpectationsAreCutAndCounted()
    {
        var many = Enumerable.Range(0, 40).Select(i => new PlannedExpectation
        {
            Id = $"e{i}",
            Claim = $"Claim {i}.",
            Predicted = PredictedRange.Exactly(i),
            Unit = "packets",
            Witnesses = [],
            WitnessesMustAgree = false,
            Rule = "",
            KernelSource = "",
            Place = "",
        });
        var lines = Report(false, Stored.Plan with { Variants = [Stored.Plan.Variants[0] with { Expectations = [.. many] }] }).TrimEnd().Split('\n');
        Assert.InRange(lines.Length, 20, 25);
        Assert.Contains(lines, line => line.StartsWith("Claim 0 ", StringComparison.Ordinal) && line.EndsWith("0 packets", StringComparison.Ordinal));
        Assert.Matches(@"and \d+ more", string.Join('\n', lines));
    }

    private static string Report(bool isWhole = true, Plan? plan = null)
    {
        using var writer = new StringWriter();
        PlanReport.Write(ReportConsole.Create(writer, isTerminal: false, isPlain: false), plan ?? Stored.Plan, isWhole);
        return writer.ToString();
    }
}
