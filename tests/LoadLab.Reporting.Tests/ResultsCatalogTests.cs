using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

/// <summary>What is listed, and what may be removed: only what LoadLab made, and nothing that goes on.</summary>
public sealed class ResultsCatalogTests : IDisposable
{
    private readonly string results = Directory.CreateTempSubdirectory("loadlab-results-").FullName;

    public void Dispose() => Directory.Delete(results, recursive: true);

    [Fact]
    public void TheNewestComesFirst()
    {
        Run(1);
        Run(3);
        Run(2);
        Assert.Equal([3, 2, 1], ResultsCatalog.List(results).Select(one => one.Started.Second));
        Assert.All(ResultsCatalog.List(results),
            one => Assert.Equal((Outcome.Broken, "accept-queue/backlog-overflow", false, ""), (one.Verdict, one.Scenario, one.IsGoingOn, one.Words)));
    }

    [Fact]
    public void ARunThatGoesOnIsSaidSoAndNeverSuperfluous()
    {
        using var folder = ResultsFolder.Create(results, At(1), Stored.Run() with { Finished = false });
        var one = Assert.Single(ResultsCatalog.List(results));
        Assert.True(one.IsGoingOn);
        Assert.Null(one.Verdict);
        Assert.Empty(ResultsCatalog.Superfluous([one], keep: 0));
        Assert.Equal("it goes on", ResultsCatalog.Obstacle(one));
    }

    [Fact]
    public void ARunThatWasKilledIsUnfinishedAndMayGo()
    {
        ResultsFolder.Create(results, At(1), Stored.Run() with { Finished = false, Unfinished = "still running or killed", Verdict = Outcome.Inconclusive })
            .Dispose();
        var one = Assert.Single(ResultsCatalog.List(results));
        Assert.Equal((false, "unfinished: still running or killed"), (one.IsGoingOn, one.Words));
        Assert.Null(ResultsCatalog.Obstacle(one));
    }

    [Fact]
    public void AComparisonWithItsRunsIsOneResult()
    {
        var comparison = Comparison(5);
        var one = Assert.Single(ResultsCatalog.List(results));
        Assert.Equal(ResultKind.Comparison, one.Kind);
        Assert.Equal("comparison, 2 runs, unfinished", one.Words);
        using (ResultsCatalog.MarkGoingOn(comparison))
        {
            Assert.True(Assert.Single(ResultsCatalog.List(results)).IsGoingOn);
        }

        ResultsCatalog.Remove(Assert.Single(ResultsCatalog.List(results)));
        Assert.Empty(Directory.GetFileSystemEntries(results));
    }

    [Fact]
    public void ATextbookWithItsRunsIsOneResult()
    {
        var textbook = Path.Combine(results, FolderNames.Of(At(5).Host.Started, "textbook", 7));
        Run(5, textbook);
        Assert.Equal((ResultKind.Textbook, null, "textbook, 1 runs, unfinished"), Seen());
        using (ResultsCatalog.MarkGoingOn(textbook))
        {
            Assert.Equal("it goes on", ResultsCatalog.Obstacle(Assert.Single(ResultsCatalog.List(results))));
        }

        StoredTextbook.Write(textbook, TextbookReportTests.Document);
        Assert.Equal((ResultKind.Textbook, TextbookReportTests.Document.Verdict, "3 claims: 1 held, 1 held, with a nuance, 1 broken"), Seen());
        ResultsCatalog.Remove(Assert.Single(ResultsCatalog.List(results)));
        Assert.Empty(Directory.GetFileSystemEntries(results));

        (ResultKind Kind, Outcome? Verdict, string Words) Seen() =>
            Assert.Single(ResultsCatalog.List(results)) is var one ? (one.Kind, one.Verdict, one.Words) : default;
    }

    [Fact]
    public void ATextbookWithSomebodysFilesInItStays()
    {
        var textbook = Path.Combine(results, FolderNames.Of(At(5).Host.Started, "textbook", 7));
        var run = Run(5, textbook);
        File.WriteAllText(Path.Combine(run, "notes.txt"), "mine");
        Assert.Equal($"it has {Path.GetFileName(run)}/notes.txt, which is not LoadLab's", ResultsCatalog.Obstacle(Assert.Single(ResultsCatalog.List(results))));
    }

    [Fact]
    public void OnlyTheOldestGo()
    {
        for (var second = 1; second <= 5; second++)
        {
            Run(second);
        }

        Assert.Equal([3, 2, 1], ResultsCatalog.Superfluous(ResultsCatalog.List(results), keep: 2).Select(one => one.Started.Second));
        Assert.Empty(ResultsCatalog.Superfluous(ResultsCatalog.List(results), keep: 20));
    }

    [Theory]
    [InlineData("notes.txt")]
    [InlineData("trace.pcapng.old")]
    [InlineData(".profile")]
    public void AFolderWithSomebodysFilesInItStays(string file)
    {
        File.WriteAllText(Path.Combine(Run(1), file), "mine");
        Assert.Equal($"it has {file}, which is not LoadLab's", ResultsCatalog.Obstacle(Assert.Single(ResultsCatalog.List(results))));
    }

    [Theory]
    [InlineData("NBomber", null)]
    [InlineData(null, "it has tool, which is not LoadLab's")]
    public void TheReportsOfAToolGoWithTheRunThatItPaced(string? tool, string? obstacle)
    {
        var run = Run(1);
        var variant = Stored.Plan.Variants[0];
        var swarm = variant.Declared.Swarm with { PacedBy = tool };
        var paced = Stored.Plan with { Variants = [variant with { Declared = variant.Declared with { Swarm = swarm } }] };
        File.WriteAllText(Path.Combine(run, FolderNames.Plan), System.Text.Json.JsonSerializer.Serialize(paced, LoadLab.Model.ModelJson.Default.Plan));
        var reports = Directory.CreateDirectory(Path.Combine(run, FolderNames.ToolReports));
        File.WriteAllText(Path.Combine(reports.FullName, "nbomber_report.html"), "of the tool");
        Assert.Equal(obstacle, ResultsCatalog.Obstacle(Assert.Single(ResultsCatalog.List(results))));
    }

    [Fact]
    public void AComparisonWithSomebodysFilesInItStays()
    {
        var comparison = Comparison(5);
        Directory.CreateDirectory(Path.Combine(comparison, "a", "mine"));
        Assert.Equal("it has a/mine, which is not LoadLab's", ResultsCatalog.Obstacle(Assert.Single(ResultsCatalog.List(results))));
    }

    [Fact]
    public void WhatIsNoResultIsNotSeen()
    {
        var outside = Directory.CreateTempSubdirectory("loadlab-outside-").FullName;
        try
        {
            var run = Run(1);
            Directory.Move(run, Path.Combine(outside, "kept"));
            Directory.CreateSymbolicLink(run, Path.Combine(outside, "kept"));
            Directory.CreateDirectory(Path.Combine(results, "20260102T030405Z-empty-0000"));
            Directory.CreateDirectory(Path.Combine(results, "my-photos"));
            File.WriteAllText(Path.Combine(results, "README.md"), "");
            Assert.Empty(ResultsCatalog.List(results));
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Fact]
    public void AFolderThatIsNotThereHasNoResults() => Assert.Empty(ResultsCatalog.List(Path.Combine(results, "nowhere")));

    private static Plan At(int second) => Stored.Plan with { Host = Stored.Plan.Host with { Started = new DateTimeOffset(2026, 1, 2, 3, 4, second,
        TimeSpan.Zero) } };

    private string Run(int second, string? below = null)
    {
        var plan = At(second);
        using var folder = ResultsFolder.Create(below ?? results, plan, Stored.Run());
        folder.Complete(Stored.Run(Stored.Finding(Outcome.Broken, 4)) with { Started = plan.Host.Started });
        return folder.Path;
    }

    private string Comparison(int second)
    {
        var path = Path.Combine(results, FolderNames.Of(At(second).Host.Started, "compare-x", 7));
        Run(second, Path.Combine(path, "a"));
        Run(second, Path.Combine(path, "b"));
        return path;
    }
}
