using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting.Tests;

/// <summary>Reports of stored runs, whole, as they are printed and written. What
/// <c>--help</c> prints is docs/reference/verbs.md (VerbDocumentsTests).</summary>
public sealed class SnapshotTests
{
    private static readonly Diagnosed Diagnosis = new("syn-accept-queue-full", Severity.Fault, "handshakes",
        "75 SYNs met a full accept queue and were dropped.",
        "The server accepts more slowly than clients connect.", "Accept faster, or raise backlog and net.core.somaxconn.",
        "net/ipv4/tcp_input.c tcp_conn_request", null);

    private static readonly RunDocument Held = With(Stored.Run(Stored.Finding(Outcome.Held, 5), Second(Outcome.Held, 15)));
    private static readonly RunDocument Broken = With(Stored.Run(Stored.Finding(Outcome.Broken, 4), Second(Outcome.Held, 15)));
    private static readonly RunDocument Inconclusive = With(Stored.Run(Stored.Finding(Outcome.Inconclusive, null), Second(Outcome.Held, 15)));
    private static readonly RunDocument Killed = Stored.Run() with { Finished = false, Unfinished = "interrupted" };

    public static TheoryData<string> Runs => [.. Documents.Keys];

    private static Dictionary<string, RunDocument> Documents { get; } = new()
    {
        ["held"] = Held, ["broken"] = Broken, ["inconclusive"] = Inconclusive, ["killed"] = Killed,
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void ARunOnTheConsole(string run) => Snapshot.Same($"run-{run}.txt", ConsoleReportTests.Report(Documents[run]));

    [Theory]
    [MemberData(nameof(Runs))]
    public void ARunOnTheConsoleWithWitnesses(string run) => Snapshot.Same($"run-{run}-v.txt", ConsoleReportTests.Report(Documents[run],
        ReportDetail.Witnesses));

    [Theory]
    [MemberData(nameof(Runs))]
    public void ARunOnTheConsoleWithAll(string run) => Snapshot.Same($"run-{run}-vv.txt", ConsoleReportTests.Report(Documents[run], ReportDetail.All));

    [Theory]
    [MemberData(nameof(Runs))]
    public void ARunInOneLine(string run) => Snapshot.Same($"run-{run}-q.txt", ConsoleReportTests.Report(Documents[run], ReportDetail.Quiet));

    [Theory]
    [MemberData(nameof(Runs))]
    public void ARunAsMarkdown(string run) => Snapshot.Same($"run-{run}.md", MarkdownReport.Of(Stored.Plan, Documents[run]));

    [Fact]
    public void RunsAsJUnit() => Snapshot.Same("runs.junit.xml", JUnitReport.Of([.. Documents.Values.Select(run => (Stored.Plan, run))]));

    [Theory]
    [InlineData("", false)]
    [InlineData("-v", true)]
    public void AComparison(string option, bool isWhole) =>
        Snapshot.Same($"compare{option}.txt", On(console => CompareReport.Write(console, Compared.Document, "results/here", isWhole)));

    [Fact]
    public void AComparisonThatFailed() => Snapshot.Same("compare-failed.txt", On(
        console => CompareReport.Write(console, Compared.Document with { Failed = ["'drops > 0': a has 44"] }, "results/here", isWhole: false)));

    [Theory]
    [InlineData("", false)]
    [InlineData("-v", true)]
    public void APlan(string option, bool isWhole) => Snapshot.Same($"plan{option}.txt", On(console => PlanReport.Write(console, Stored.Plan, isWhole)));

    [Fact]
    public void ASizingAsMarkdown() => Snapshot.Same("size.md", SizeReport.Markdown(Sized.Document));

    [Fact]
    public void ThreeResults() => Snapshot.Same("results.txt", On(console => ResultsReport.Write(console,
    [
        Result("accept-queue/backlog-overflow", ResultKind.Run, Outcome.Held, ""),
        Result("accept-queue/backlog-overflow", ResultKind.Comparison, null, "2 of 4 runs"),
        Result("limits/somaxconn", ResultKind.Run, Outcome.Broken, "interrupted"),
    ])));

    [Theory]
    [InlineData("a\nb\n", "a\nb\n", null)]
    [InlineData("a\nb\n", "a\nc\n", "line 2\n  stored: b\n  now:    c")]
    [InlineData("a\n", "a\nb\n", "line 2\n  stored: \n  now:    b")]
    [InlineData("a\nb", "a", "line 2\n  stored: b\n  now:    (no such line)")]
    public void TheFirstLineThatDiffersIsShown(string stored, string now, string? difference) => Assert.Equal(difference, Snapshot.FirstDifference(stored,
        now));

    private static RunDocument With(RunDocument run) => run with { Variants = [Stored.Variant("") with { Diagnoses = [Diagnosis] }] };

    private static Finding Second(Outcome outcome, decimal observed) => Stored.Finding(outcome, observed) with
    {
        Id = "waiting",
        Claim = "The other clients get no answer and wait in SYN-SENT.",
        Predicted = PredictedRange.Exactly(15),
        Witnesses = [new("clients.pending@load", observed), new("sock_diag.state.client.SYN-SENT@load", observed)],
        Rule = "a SYN that meets a full accept queue is dropped without an answer",
        KernelSource = "net/ipv4/tcp_input.c tcp_conn_request",
    };

    private static StoredResult Result(string scenario, ResultKind kind, Outcome? verdict, string words) => new(
        "20260102T030405Z-accept-queue-backlog-overflow-0a1b", "", Stored.Plan.Host.Started, scenario, kind, IsGoingOn: verdict is null, verdict, words, 4096);

    private static string On(Action<IAnsiConsole> write)
    {
        using var writer = new StringWriter();
        write(ReportConsole.Create(writer, isTerminal: false, isPlain: false));
        return writer.ToString();
    }
}
