using System.Text.Json;

namespace LoadLab.Adversary.Tests;

/// <summary>Standard output and standard error that are full, closed or abandoned cost what was to be written there, and nothing else.</summary>
public sealed class StandardStreamTests
{
    private const string Run = "run accept-queue/backlog-overflow --set hold=100ms";

    private static readonly string[] Streams = [">/dev/full", "2>/dev/full", ">/dev/full 2>&1", ">&-", "2>&-", "<&- >&- 2>&-", "| true; exit ${PIPESTATUS[0]}"];

    private static readonly int Share = TestSet.IsWhole ? 1 : 3;

    // Their exit status is an answer by itself, or says that they could not be asked.
    private static readonly (string Words, int Status)[] Verbs =
    [
        ("ask 127.0.0.1:9", 3), ("report /nonexistent", 2), ("merge /nonexistent", 2), ("compare /nonexistent /nonexistent", 2), ("bench nope",
            2), ("swarm --target nowhere", 2), ("textbook no-such-claim", 2), ("nonsense", 2),
    ];

    [SandboxFact]
    public void ARunsVerdictSurvivesInItsFolderAndInTheExitStatus()
    {
        foreach (var streams in Streams)
        {
            using var folder = new TemporaryFolder();
            Shell.Ended(Shell.Run(folder, $"$L {Run} {streams}"), 0);
            var written = Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "results"), "run.json", SearchOption.AllDirectories));
            using var run = JsonDocument.Parse(File.ReadAllText(written));
            Assert.Equal(("held", true), (run.RootElement.GetProperty("verdict").GetString(), run.RootElement.GetProperty("finished").GetBoolean()));
        }
    }

    [Fact]
    public void EveryOtherVerbKeepsItsExitStatus()
    {
        // Every verb writes by the same code: each meets every third of the streams, and all of them in the whole set.
        using var folder = new TemporaryFolder();
        foreach (var (at, (words, status)) in Verbs.Index())
        {
            foreach (var streams in Streams.Where((_, other) => (at + other) % Share == 0))
            {
                Shell.Ended(Shell.Run(folder, $"$L {words} {streams}"), status);
            }
        }
    }

    [Theory]
    [InlineData("list")]
    [InlineData("results")]
    [InlineData("--version")]
    [InlineData("--help")]
    [InlineData("list --json")]
    public void AVerbThatOnlyPrintsSaysThatItCouldNot(string words)
    {
        using var folder = new TemporaryFolder();
        var full = Shell.Run(folder, $"$L {words} >/dev/full");
        Shell.Ended(full, 3);
        Assert.Contains("standard output did not take everything", full.Error, StringComparison.Ordinal);
        foreach (var streams in Streams.Where(streams => !streams.StartsWith(">/dev/full", StringComparison.Ordinal)))
        {
            Shell.Ended(Shell.Run(folder, $"$L {words} {streams}"), 0);
        }
    }
}
