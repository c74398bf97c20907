using System.Globalization;
using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

/// <summary>A run on one screen: short where all is as predicted, whole where it is not.</summary>
public sealed class BriefReportTests
{
    private const int MostLines = 25;
    private static readonly string Long = string.Concat(Enumerable.Repeat("The accept queue was full for a while and has room again. ", 30));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(9, 1)]
    [InlineData(13, 1)]
    [InlineData(60, 1)]
    [InlineData(8, 2)]
    [InlineData(8, 9)]
    [InlineData(3, 40)]
    public void AHeldRunTakesAtMostTwentyFiveLines(int findings, int variants)
    {
        var run = Held(findings, variants);
        Assert.All([run, run with { Summary = Long }, run with { Notes = [Long, Long] }, run with { Summary = Long, Notes = [Long] }], one =>
            Assert.InRange(Lines(one).Length, 5, MostLines));
    }

    [Fact]
    public void VerdictAndAnswerComeFirst()
    {
        var lines = Lines(Held(9, 1));
        Assert.Equal("verdict    ✓ held (9 held), accept-queue/backlog-overflow, 5.2 s", lines[0]);
        Assert.StartsWith("The accept queue took 5 connections", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsCutSaysSo()
    {
        var text = ConsoleReportTests.Report(Held(60, 1) with { Summary = Long });
        Assert.Contains("(-v shows more.)", text, StringComparison.Ordinal);
        var shown = Lines(Held(60, 1)).Count(line => line.StartsWith('✓'));
        Assert.Contains($"… and {60 - shown} more as predicted (-v shows all)", ConsoleReportTests.Report(Held(60, 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void EachFindingHasItsFiguresInItsLine()
    {
        var run = Held(7, 1);
        var rows = Lines(run).Where(line => line.StartsWith('✓')).ToArray();
        Assert.Equal(run.Findings.Length, rows.Length);
        Assert.All(rows.Zip(run.Findings), row =>
        {
            Assert.StartsWith($"✓ Claim {row.Second.Id}", row.First, StringComparison.Ordinal);
            var expected = string.Create(CultureInfo.InvariantCulture, $"  {row.Second.Predicted.Low}   ");
            Assert.Contains(expected, row.First, StringComparison.Ordinal);
            Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $"  {row.Second.Observed} connections"), row.First, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(Outcome.Broken)]
    [InlineData(Outcome.Inconclusive)]
    public void WhatDiffersIsWholeHoweverLittleIsAskedFor(Outcome outcome)
    {
        var held = Held(40, 1);
        var differing = Stored.Finding(outcome, 6);
        var run = held with { Verdict = outcome, Findings = held.Findings.Add(differing), Notes = [Long] };
        var text = ConsoleReportTests.Unwrapped(ConsoleReportTests.Report(run));
        string[] parts =
        [
            differing.Claim, differing.Sentence, differing.Rule, differing.KernelSource, "predicted 5 connections", "observed 6 connections",
            "sock_diag.accept-queue.last@load 6, tcp_info.accept-queue.last@load 6, clients.established@load 5", ConsoleReportTests.Unwrapped(Long),
        ];
        Assert.All(parts, part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public void AFurtherQuantityThatDiffersIsWholeToo()
    {
        var differing = Stored.Finding(Outcome.Broken, 6) with { Claim = "A further quantity." };
        var run = Held(3, 1) with { Checked = new CheckedQuantities(4, [differing], []) };
        Assert.Contains("A further quantity.", ConsoleReportTests.Report(run), StringComparison.Ordinal);
        Assert.Contains(differing.Sentence, ConsoleReportTests.Unwrapped(ConsoleReportTests.Report(run)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Outcome.Held)]
    [InlineData(Outcome.Broken)]
    public void AQuietReportIsOneLine(Outcome outcome)
    {
        var text = ConsoleReportTests.Report(Stored.Run(Stored.Finding(outcome, 5)), ReportDetail.Quiet);
        Assert.Equal(1, text.Count(c => c == '\n'));
        Assert.EndsWith("(1 " + EnumWords<Outcome>.Of(outcome) + "), accept-queue/backlog-overflow, 5.2 s, results/here\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void WitnessesAndRulesAreThereWhenAskedFor()
    {
        var run = Stored.Run(Stored.Finding(Outcome.Held, 5));
        Assert.DoesNotContain("tcp_info.accept-queue", ConsoleReportTests.Report(run), StringComparison.Ordinal);
        var text = ConsoleReportTests.Unwrapped(ConsoleReportTests.Report(run, ReportDetail.Witnesses));
        Assert.Contains("tcp_info.accept-queue.last@load 5", text, StringComparison.Ordinal);
        Assert.Contains("rule: live backlog 4 + 1 (include/net/sock.h sk_acceptq_is_full)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("asked server", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ItEndsWithWhatToDoNext()
    {
        var fault = new Diagnosed("syn-accept-queue-full", Severity.Fault, "handshakes", "SYNs were dropped.", "", "", "net/ipv4", null);
        var run = Held(1, 1) with { Variants = [Stored.Variant("") with { Diagnoses = [fault] }] };
        var plan = Stored.Plan with { Command = "loadlab run accept-queue/backlog-overflow --set hold=1s" };
        const string page = "docs/reference/diagnoses.md#syn-accept-queue-full";
        var calm = run with { Variants = [Stored.Variant("") with { DropPath = Stored.Variant("").DropPath with { Path = "none" } }] };
        Assert.Equal(["loadlab compare accept-queue/backlog-overflow --set hold=1s --tuning server.backlog=4,64", page], NextSteps.Of(plan, run, "x"));
        Assert.Equal(["loadlab report 'a b' -vv", page], NextSteps.Of(plan, run with { Verdict = Outcome.Broken }, "a b"));
        Assert.Equal([page], NextSteps.Of(plan with { Command = $"{plan.Command} --set server.backlog=7" }, run, "x"));
        Assert.Equal(["loadlab plan accept-queue/backlog-overflow --set hold=1s"], NextSteps.Of(plan, calm, "x"));
    }

    [Theory]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("abcdefghij k", 4, "abcd|efgh|ij k")]
    [InlineData("漢字漢字", 4, "漢字|漢字")]
    [InlineData("", 4, "")]
    public void TextIsBrokenByTheCellsItTakes(string text, int width, string lines) => Assert.Equal(lines, string.Join('|', TextLines.Wrap(text, width)));

    private static string[] Lines(RunDocument run) => ConsoleReportTests.Report(run).TrimEnd('\n').Split('\n');

    private static RunDocument Held(int findings, int variants)
    {
        string[] names = variants == 1 ? [""] : [.. Enumerable.Range(1, variants).Select(i => $"variant-{i}")];
        var all = names.SelectMany(name => Enumerable.Range(1, findings).Select(i =>
            Stored.Finding(Outcome.Held, i) with
            {
                Id = $"{i}",
                Variant = name,
                Claim = $"Claim {i} has a sentence that is too long to fit into one line of a terminal.",
                Predicted = PredictedRange.Exactly(i),
            }));
        return Stored.Run([.. all]) with
        {
            Variants = [.. names.Select(Stored.Variant)],
            Claim = "An accept queue holds backlog + 1 connections; when it is full, every further SYN is dropped silently.",
        };
    }
}
