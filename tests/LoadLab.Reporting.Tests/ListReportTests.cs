namespace LoadLab.Reporting.Tests;

/// <summary>The short list of scenarios.</summary>
public sealed class ListReportTests
{
    private static readonly (string, string)[] Scenarios =
    [
        ("accept-queue/backlog-zero", "A backlog of 0 still takes one connection."),
        ("accept-queue/reuseport", "Listeners that share a port by SO_REUSEPORT have a queue each, which is a long sentence; and more."),
        ("tcp-session/refused", "Where no socket listens the SYN is answered with RST."),
        ("tcp-session/reset", "A RST ends the connection at once."),
    ];

    [Fact]
    public void EachGroupHasItsNameAndEachScenarioALine()
    {
        var lines = Written().Split('\n');
        Assert.Equal("accept-queue/", lines[0]);
        Assert.Equal("  backlog-zero  A backlog of 0 still takes one connection", lines[1]);
        Assert.StartsWith("  reuseport     Listeners that share a port", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("…", lines[2], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void ClaimsOfTheTextbookAreCounted()
    {
        Assert.Contains("tcp-session/  2 claims of the textbook", Written(), StringComparison.Ordinal);
        Assert.DoesNotContain("refused", Written(), StringComparison.Ordinal);
    }

    private static string Written()
    {
        using var writer = new StringWriter();
        ListReport.Write(ReportConsole.Create(writer, isTerminal: false, isPlain: false), Scenarios);
        return writer.ToString();
    }
}
