using System.Text.Json;
using LoadLab.Model;

namespace LoadLab.Cli.Tests;

/// <summary><c>loadlab compare</c>, as users run it.</summary>
public sealed class CompareTests
{
    private static readonly string[] Common = ["--set", "hold=200ms", "--repeat", "2"];

    [SandboxFact]
    public void TwoValuesOfASysctlAreRunInTurnAndTheirExactFiguresCompared()
    {
        using var folder = new TemporaryFolder();
        var called = Launcher.Run(["compare", "accept-queue/backlog-overflow", "--tuning", "net.core.somaxconn=2,3", .. Common, "--out", folder.Path,
            "--json"]);
        Assert.True(called.Exit == 0, called.ToString());
        var comparison = JsonSerializer.Deserialize(called.Output, ModelJson.Default.ComparisonDocument)!;
        Assert.Equal(["somaxconn=2", "somaxconn=3"], comparison.Tunings.Select(tuning => tuning.Name));
        Assert.True(comparison.Tunings.All(tuning => tuning.Verdicts["held"] == 2), string.Join('\n', NotHeld(folder.Path)));
        var established = Assert.Single(comparison.Differences, difference => difference.Metric == "connections.established");
        Assert.Equal((Difference.Better, 4 / 3.0), (established.Outcome, established.Ratio!.Value));
        Assert.Matches("(?s)1 of 2  somaxconn=2.*1 of 2  somaxconn=3.*2 of 2  somaxconn=2.*2 of 2  somaxconn=3", called.Error);

        var made = Assert.Single(Directory.GetDirectories(folder.Path, "*-compare-*"));
        Assert.Contains("| connections.established | 3 | 4 |", File.ReadAllText(Path.Combine(made, "compare.md")), StringComparison.Ordinal);
        var again = Launcher.Run("compare", Path.Combine(made, "somaxconn-2"), Path.Combine(made, "somaxconn-3"), "--fail-if",
            "connections.established > 1.2x somaxconn-2");
        Assert.Equal(1, again.Exit);
        Assert.Contains("somaxconn-3 has 4 connections, and the bound is 3.6",
            string.Join(' ', again.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    // Why a run was not held is in its own folder alone.
    private static IEnumerable<string> NotHeld(string folder) => Directory.EnumerateFiles(folder, "run.json", SearchOption.AllDirectories)
        .Select(path => (Path: path, Run: JsonSerializer.Deserialize(File.ReadAllText(path), ModelJson.Default.RunDocument)!))
        .Where(one => one.Run.Verdict != Outcome.Held)
        .Select(one =>
            $"{one.Path}: {one.Run.Verdict}, {one.Run.Unfinished}: "
        + $"{string.Join("; ", one.Run.Findings.Where(finding => finding.Outcome != Outcome.Held).Select(finding => finding.Sentence))} "
        + $"{string.Join("; ", one.Run.Notes)}");

    [Theory]
    [InlineData("needs two tunings or more", "--tuning", "backlog")]
    [InlineData("there is no tuning and no file of this name", "--tuning", "backlogs", "--tuning", "web")]
    [InlineData("no namespace confines it", "--tuning", "fs.file-max=1000,2000")]
    [InlineData("takes METRIC > FACTORx TUNING", "--tuning", "server.backlog=1,2", "--fail-if", "connect.p99")]
    [InlineData("names the tuning 'other'", "--tuning", "server.backlog=1,2", "--fail-if", "connect.p99 > 2x other")]
    public void WhatCannotBeComparedIsRefusedBeforeAnythingRuns(string words, params string[] options)
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        using var folder = new TemporaryFolder();
        var called = Launcher.Run(["compare", "accept-queue/backlog-zero", .. options, "--out", folder.Path]);
        Assert.Equal(2, called.Exit);
        Assert.Contains(words, called.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }
}
