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

    [Fact]
    public void ItFitsEightyColumns() => Assert.All(Report().Split('\n'), line => Assert.InRange(line.Length, 0, 80));

    private static string Report()
    {
        using var writer = new StringWriter();
        PlanReport.Write(ReportConsole.Create(writer, isTerminal: false, isPlain: false), Stored.Plan);
        return writer.ToString();
    }
}
