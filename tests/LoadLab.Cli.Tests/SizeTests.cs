using System.Text.Json;
using LoadLab.Model;

namespace LoadLab.Cli.Tests;

/// <summary>`loadlab size`: what is asked wrongly is said before anything runs; two runs give a bracket.</summary>
public sealed class SizeTests
{
    [Theory]
    [InlineData("needs --rate and --pause", "accept-queue", "--rate", "2000/s")]
    [InlineData("--pause '300': takes a duration", "accept-queue", "--rate", "2000/s", "--pause", "300")]
    [InlineData("takes 1 to 65535", "accept-queue", "--rate", "1000000/s", "--pause", "1s")]
    [InlineData("did you mean 'syn-drops'", "accept-queue", "--rate", "20/s", "--pause", "1s", "--slo", "sin-drops == 0")]
    [InlineData("the queue never empties", "accept-queue", "--rate", "20/s", "--pause", "1s", "--accept-rate", "20/s")]
    [InlineData("take 60 s to accept", "accept-queue", "--rate", "2/s", "--pause", "75s", "--accept-rate", "2.5/s")]
    [InlineData("takes client", "ports", "--rate", "20/s", "--close", "server")]
    [InlineData("source addresses", "ports", "--rate", "2000/s")]
    [InlineData("needs --connections", "descriptors", "--server")]
    [InlineData("hard RLIMIT_NOFILE", "descriptors", "--connections", "999999")]
    [InlineData("size needs --find", "accept-queue/slow-accept", "--find", "server.backlog")]
    [InlineData("takes LOW..HIGH", "accept-queue/slow-accept", "--find", "server.backlog", "--between", "5..1", "--until", "drops == 0")]
    [InlineData("--variant", "accept-queue/stalled-accept", "--find", "server.backlog", "--between", "1..9", "--until", "drops == 0")]
    [InlineData("server.backlogg", "accept-queue/slow-accept", "--find", "server.backlogg", "--between", "1..9", "--until", "drops == 0")]
    [InlineData("takes 2 to 200", "accept-queue", "--rate", "20/s", "--pause", "1s", "--budget", "1")]
    public void WhatIsAskedWronglyIsSaidBeforeAnythingRuns(string says, params string[] arguments)
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        using var folder = new TemporaryFolder();
        var called = Launcher.Run(["size", .. arguments, "--out", folder.Path]);
        Assert.Equal(2, called.Exit);
        Assert.Contains(says, called.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("--server", 21)]
    [InlineData("--client", 20)]
    public void ALimitIsFoundForEitherEnd(string end, long rule)
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        using var folder = new TemporaryFolder();
        var called = Launcher.Run("size", "descriptors", "--connections", "20", end, "--budget", "2", "--out", folder.Path, "--json");
        Assert.True(called.Exit == 3, called.ToString());
        var sizing = JsonSerializer.Deserialize(called.Output, ModelJson.Default.SizingDocument)!;
        Assert.Equal((rule, rule, rule - 1), (sizing.ClosedForm!.Value, sizing.Enough, sizing.NotEnough));
    }

    [Fact]
    public void TwoRunsGiveABracketThatIsNotConfirmed()
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        using var folder = new TemporaryFolder();
        var called = Launcher.Run("size", "accept-queue", "--rate", "1000/s", "--pause", "30ms", "--budget", "2", "--out", folder.Path, "--json");
        Assert.True(called.Exit == 3, called.ToString());
        var sizing = JsonSerializer.Deserialize(called.Output, ModelJson.Default.SizingDocument)!;
        Assert.Equal((SizingEnd.Unfinished, 2, 29), (sizing.End, sizing.Runs, sizing.ClosedForm!.Value));
        var made = Assert.Single(Directory.GetDirectories(folder.Path));
        Assert.True(File.Exists(Path.Combine(made, "size.json")) && File.Exists(Path.Combine(made, "report.html")));
        Assert.Contains("Not finished", Launcher.Run("report", made).Output, StringComparison.Ordinal);
        Assert.Contains("accept-queue/longest-pause", Launcher.Run("results", "--out", folder.Path).Output, StringComparison.Ordinal);
        Assert.Equal(0, Launcher.Run("results", "prune", "--keep", "0", "--out", folder.Path).Exit);
        Assert.Empty(Directory.GetDirectories(folder.Path));
    }
}
