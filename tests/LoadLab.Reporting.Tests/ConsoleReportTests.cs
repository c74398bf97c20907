using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

public class ConsoleReportTests
{
    [Fact]
    public void ItFitsEightyColumnsWithoutColour()
    {
        var run = Stored.Run(Stored.Finding(Outcome.Held, 5), Stored.Finding(Outcome.Broken, 6), Stored.Finding(Outcome.Inconclusive, null));
        Assert.All([ReportDetail.Brief, ReportDetail.Witnesses, ReportDetail.All], detail =>
        {
            var text = Report(run, detail);
            Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
            Assert.DoesNotContain('\u001b', text);
        });
    }

    [Theory]
    [InlineData(Outcome.Held, "✓ held (1 held)")]
    [InlineData(Outcome.Broken, "✗ broken (1 broken)")]
    [InlineData(Outcome.Inconclusive, "? inconclusive (1 inconclusive)")]
    public void TheVerdictHasItsWordAndSign(Outcome outcome, string expected) =>
        Assert.All(Enum.GetValues<ReportDetail>(),
            detail => Assert.Contains(expected, Report(Stored.Run(Stored.Finding(outcome, 5)), detail), StringComparison.Ordinal));

    [Theory]
    [InlineData("backlog 1000 -> 4: an accept queue takes 5 connections")]
    [InlineData("20 tried: 5 established, 0 failed, 15 pending")]
    [InlineData("net.core.somaxconn = 4")]
    [InlineData("server accept4: EMFILE x 3")]
    [InlineData("after 1.01, 2.04, 3.06 s (one client), 60 in all")]
    [InlineData("syn-accept-queue-full: 75 SYNs met a full accept queue")]
    [InlineData("15 clients are still waiting. Only accept() makes room.")]
    [InlineData("results/here")]
    [InlineData("./loadlab run accept-queue/backlog-overflow")]
    [InlineData("net.core.somaxconn 4 clamps the backlog of 1000")]
    [InlineData("tcp_info.accept-queue.last@load 5")]
    public void ItSaysWhatWasAskedWhatCameOfItAndWhereItIs(string part) =>
        Assert.Contains(part, Unwrapped(Report(Stored.Run(Stored.Finding(Outcome.Held, 5)), ReportDetail.All)), StringComparison.Ordinal);

    [Fact]
    public void ABrokenFindingShowsItsSentenceAndAHeldOneDoesNot()
    {
        Assert.Contains("backlog-overflow.yaml:14: expected", Unwrapped(Report(Stored.Run(Stored.Finding(Outcome.Broken, 6)))), StringComparison.Ordinal);
        Assert.All(Enum.GetValues<ReportDetail>(),
            detail => Assert.DoesNotContain("yaml:14", Report(Stored.Run(Stored.Finding(Outcome.Held, 5)), detail), StringComparison.Ordinal));
    }

    [Fact]
    public void AnUnfinishedRunSaysWhy() =>
        Assert.Contains("the server died", Report(Stored.Run() with { Finished = false, Unfinished = "the server died" }), StringComparison.Ordinal);

    [Fact]
    public void EachVariantHasABlockWithItsOwnFindings()
    {
        var run = Stored.Run(Stored.Finding(Outcome.Held, 5) with { Variant = "small" },
            Stored.Finding(Outcome.Held, 7) with { Variant = "large", Claim = "Seven." });
        var text = Report(run with { Variants = [Stored.Variant("small"), Stored.Variant("large")] }, ReportDetail.Witnesses);
        var (small, large, seven) = (At("variant small"), At("variant large"), At("Seven."));
        Assert.True(0 < small && small < large && large < seven);

        int At(string part) => text.IndexOf(part, StringComparison.Ordinal);
    }

    [Fact]
    public void MarkupInAScenarioIsText() =>
        Assert.Contains("[red]x[/]", Report(Stored.Run() with { Claim = "[red]x[/] [nonsense" }), StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PlainTextHasNoColour(bool isPlain)
    {
        using var writer = new StringWriter();
        var console = ReportConsole.Create(writer, isTerminal: true, isPlain, 80);
        Assert.True(!isPlain || console.Profile.Capabilities.ColorSystem == Spectre.Console.ColorSystem.NoColors);
        Assert.True(!isPlain || !console.Profile.Capabilities.Ansi);
    }

    internal static string Unwrapped(string text) => string.Join(' ', text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    internal static string Report(RunDocument run, ReportDetail detail = ReportDetail.Brief)
    {
        using var writer = new StringWriter();
        ConsoleReport.Write(ReportConsole.Create(writer, isTerminal: false, isPlain: false), Stored.Plan, run, "results/here", detail);
        return writer.ToString();
    }
}
