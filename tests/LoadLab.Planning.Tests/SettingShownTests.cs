using LoadLab.Model;

namespace LoadLab.Planning.Tests;

public sealed class SettingShownTests
{
    [Theory]
    [InlineData("server: {accept-threads: 2}", "server.accept-threads", "2")]
    [InlineData("server: {port: 7001}", "server.port", "7001")]
    [InlineData("server: {connection: echo}\nswarm: {exchange: 10}", "swarm.exchange", "10")]
    [InlineData("swarm: {shape: ramp, to: 9/s}", "swarm.to", "9/s")]
    [InlineData("swarm: {sources: 127.0.0.1-127.0.0.9}", "swarm.bind", "no-port")]
    [InlineData("trace: false", "trace", "false")]
    [InlineData("limits: {server: {nofile: 99}}", "limits.server.nofile", "99")]
    public void WhatIsSetIsInThePlansTable(string yaml, string name, string value) =>
        Assert.Equal(value, Given.Plan($"claim: x\n{yaml}\n", Given.Host618).Variants[0].Settings[name]);

    [Theory]
    [InlineData("server.port")]
    [InlineData("swarm.rate")]
    [InlineData("swarm.to")]
    [InlineData("trace")]
    [InlineData("peer.sources")]
    [InlineData("subject.command")]
    public void WhatHasNoMeaningOrIsTheDefaultIsNot(string name) =>
        Assert.DoesNotContain(name, Given.Plan("claim: x\n", Given.Host618).Variants[0].Settings.Keys);

    [Fact]
    public void ANegativeBacklogIsToldWithWhatItMeans()
    {
        var plan = Given.Plan("claim: x\nserver: {backlog: -1}\n", Given.Host618).Variants[0];
        Assert.Contains("unsigned", plan.Predictions.Single(prediction => prediction.Name == "live-backlog").Rule, StringComparison.Ordinal);
        Assert.Equal("-1 (unsigned for the kernel, so net.core.somaxconn applies)", plan.Declared.Server.BacklogText);
        Assert.Equal("-1", plan.Settings["server.backlog"]);
    }
}
