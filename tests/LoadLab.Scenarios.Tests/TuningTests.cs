namespace LoadLab.Scenarios.Tests;

public sealed class TuningTests
{
    private const string Minimal = "claim: x\nserver: {backlog: 4, accept: never}\nswarm: {connections: 20}\n";
    private static readonly TuningCatalog Shipped = new(Path.Combine(Given.ScenarioRoot, "tunings"));

    [Fact]
    public void EveryShippedTuningCanBePlannedOnAScenario()
    {
        Assert.Equal(["backlog", "descriptors", "distribution", "kernel-default", "syn-flood", "time-wait", "web"], Shipped.Names);
        foreach (var tuning in Shipped.Resolve(Shipped.Names, []).Value!)
        {
            Assert.NotEmpty(tuning.About);
            var read = ScenarioFile.Parse("some.yaml", "some", Minimal, [], tuning);
            Assert.Empty(read.Errors);
        }
    }

    [Fact]
    public void ATuningIsPutIntoTheScenario()
    {
        var tuning = Assert.Single(Shipped.Resolve(["backlog"], []).Value!);
        var scenario = ScenarioFile.Parse("some.yaml", "some", Minimal, [], tuning).Value!.Base;
        Assert.Equal((65535, "65535"), (scenario.Server.Backlog, scenario.Sysctls["net.core.somaxconn"]));
        Assert.Contains("server.backlog=65535", tuning.Words);
    }

    [Fact]
    public void TwoInlineOptionsMakeAMatrix() => Assert.Equal(
        ["somaxconn=128,backlog=16", "somaxconn=128,backlog=512", "somaxconn=4096,backlog=16", "somaxconn=4096,backlog=512"],
        Shipped.Resolve(["net.core.somaxconn=128,4096", "server.backlog=16,512"], []).Value!.Select(tuning => tuning.Name));

    [Fact]
    public void EachLineOfATuningIsOneByItself()
    {
        var tunings = Shipped.Resolve(["kernel-default"], ["time-wait"]).Value!;
        Assert.Equal(["kernel-default", "net.ipv4.tcp_tw_reuse=1", "net.ipv4.ip_local_port_range=1024 65535"], tunings.Select(tuning => tuning.Name));
    }

    [Theory]
    [InlineData("backlogs", "did you mean 'backlog'?")]
    [InlineData("=5", "takes NAME=VALUE,VALUE")]
    [InlineData("server.backlog=", "takes NAME=VALUE,VALUE")]
    [InlineData("server.backlog=4,4", "is asked for twice")]
    [InlineData("server.backlog=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25", "makes 25 tunings")]
    public void AWrongTuningIsToldInASentence(string option, string words) =>
        Assert.Contains(Shipped.Resolve([option], []).Errors, error => error.Text.Contains(words, StringComparison.Ordinal));

    [Fact]
    public void WhatATuningSaysIsCheckedWithItsOwnPlace()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.yaml");
        File.WriteAllText(file, "about: x\nserver:\n  backlogs: 5\n");
        try
        {
            var tuning = Assert.Single(Shipped.Resolve([file], []).Value!);
            var error = Assert.Single(ScenarioFile.Parse("some.yaml", "some", Minimal, [], tuning).Errors);
            Assert.Equal((file, 3), (error.Path, error.Line));
            Assert.Contains("unknown key server.backlogs", error.Text, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void ATuningAndTheCommandLineMustNotContend()
    {
        var tuning = Assert.Single(Shipped.Resolve(["backlog"], []).Value!);
        Assert.Contains("is set twice", Assert.Single(ScenarioFile.Parse("some.yaml", "some", Minimal, [("server.backlog", "7")], tuning).Errors).Text,
            StringComparison.Ordinal);
    }
}
