using LoadLab.Model;

namespace LoadLab.Planning.Tests;

public sealed class PeerPlanTests
{
    private const string Flood = "claim: x\nserver: {backlog: 4, accept: never}\nphases: [{name: flood, peer: {send: syn, count: 10}, wait: 300ms}]\n";

    [Fact]
    public void PeerIsReadWithItsDefaults()
    {
        var scenario = Given.Scenario(Flood).Base;
        Assert.Equal((AddressRange.Benchmark, true), (scenario.Peer.Sources, scenario.Peer.Timestamps));
        Assert.Equal(new PeerAction(PeerSegment.Syn, 10, null, 0), scenario.Phases[0].Action);
        Assert.True(scenario.UsesBenchmarkRange);
    }

    [Fact]
    public void CommandLineReachesThePeerAndItsPhases()
    {
        var scenario = Given.Scenario(Flood, ("peer.timestamps", "false"), ("peer.sources", "198.18.0.1-198.18.0.9"), ("phases.flood.peer.count", "3"),
            ("phases.flood.peer.rate", "50/s")).Base;
        Assert.False(scenario.Peer.Timestamps);
        Assert.Equal(9, scenario.Peer.Sources.Count);
        Assert.Equal(new PeerAction(PeerSegment.Syn, 3, new Rate(50), 0), scenario.Phases[0].Action);
    }

    [Theory]
    [InlineData("peer: {sources: 127.0.0.1}", "198.18.0.0/15")]
    [InlineData("peer: {sources: 198.17.0.1-198.18.0.4}", "198.18.0.0/15")]
    [InlineData("peer: {sorces: 198.18.0.1}", "did you mean 'peer.sources'")]
    [InlineData("peer: {timestamps: maybe}", "takes true or false")]
    [InlineData("phases: [{peer: {send: synn}}]", "syn | ack | connect | data | fin | rst")]
    [InlineData("phases: [{peer: {count: 2}}]", "phases[0].peer.send is missing")]
    [InlineData("phases: [{peer: {send: syn, count: 0}}]", "takes a whole number from 1")]
    [InlineData("phases: [{peer: {send: data}}]", "phases[0].peer.bytes is missing")]
    [InlineData("phases: [{peer: {send: data, bytes: 0}}]", "takes a whole number from 1")]
    [InlineData("phases: [{peer: syn}]", "takes a mapping")]
    public void WhatIsNoPeerIsRefusedInASentence(string yaml, string says) =>
        Assert.Contains(Given.Errors($"claim: x\n{yaml}\n"), error => error.Text.Contains(says, StringComparison.Ordinal));

    [Fact]
    public void TheHostSandboxIsNoPlaceForAPeer() =>
        Assert.Contains("forges addresses", Assert.Single(Given.PlanErrors(Flood, Given.Host618, ("sandbox", "host"))).Text, StringComparison.Ordinal);

    [Fact]
    public void APeerThatHasNoFlowYetCannotGoOnWithOne() =>
        Assert.Contains("has no flow yet", Assert.Single(Given.PlanErrors("claim: x\nphases: [{peer: {send: ack}}]\n", Given.Host618)).Text,
            StringComparison.Ordinal);

    [Fact]
    public void MoreFlowsThanAddressesAndPortsAreRefused() =>
        Assert.Contains("has addresses and ports for 64512",
            Assert.Single(Given.PlanErrors(Flood, Given.Host618, ("peer.sources", "198.18.0.1"), ("phases.flood.peer.count", "64513")))
            .Text, StringComparison.Ordinal);

    [Fact]
    public void AScenarioWithoutAPeerNeedsNoRoute() => Assert.False(Given.Scenario("claim: x\n").Base.UsesBenchmarkRange);

    [Fact]
    public void APacedPeerLastsAsLongAsItsRateSays() =>
        Assert.Equal(2.1, Given.Plan(Flood, Given.Host618, ("phases.flood.peer.rate", "5/s")).Lasts.Seconds, 1);

    [Fact]
    public void HalfOpenRequestsOfAFloodAreThoseMeasured()
    {
        var plan = Given.Plan(Flood, Given.Host618, ("sysctl.net.ipv4.tcp_syncookies", "0"));
        Assert.Equal(PredictedRange.Exactly(5), plan.Predicted("syn-queue.half-open@flood"));
        Assert.Equal(PredictedRange.Exactly(5), plan.Predicted("drops"));
        Assert.Equal(PredictedRange.Exactly(5), plan.Predicted("syn-queue.full-drops"));
        var cookies = Given.Plan(Flood, Given.Host618, ("sysctl.net.ipv4.tcp_syncookies", "1"));
        Assert.Equal(PredictedRange.Exactly(5), cookies.Predicted("syn-queue.cookies"));
        Assert.Equal(PredictedRange.Exactly(10), cookies.Predicted("peer.answered"));
        Assert.Equal(PredictedRange.Exactly(0), cookies.Predicted("drops"));
    }

    [Fact]
    public void WhereTheVersionDoesNotTellTheBoundIsARange() =>
        Assert.Equal(new PredictedRange(4, 5), Given.Plan(Flood, Given.Host61, ("sysctl.net.ipv4.tcp_syncookies", "0")).Predicted("syn-queue.capacity"));

    [Fact]
    public void EveryPredictionOfAPeerSaysItsRuleAndKernelSource() =>
        Assert.All(Given.Plan(Flood, Given.Host618).Variants[0].Predictions, prediction =>
        {
            Assert.NotEmpty(prediction.Rule);
            Assert.NotEmpty(prediction.KernelSource);
            Assert.Contains(prediction.Unit, (string[])["connections", "packets", "s", "ports", "bytes"]);
        });

    [Fact]
    public void WhatTheHashOfAGroupDecidesIsNotPredicted()
    {
        const string Yaml = "claim: x\nserver: {backlog: 4, listeners: 2, accept: never}\nphases: [{name: flood, peer: {send: syn, count: 10}, wait: 300ms}]\n";
        Assert.DoesNotContain(Given.Plan(Yaml, Given.Host618).Variants[0].Predictions, prediction => prediction.Name == "syn-queue.half-open@flood");
    }

    // Seen with a backlog of 0: 6 FINs were retransmitted, and 10..15 of five connections predicted.
    [Fact]
    public void FinsOfHandshakesThatDoNotEndAreNotPredicted()
    {
        const string Yaml = "claim: x\nserver: {backlog: 0, connection: close}\nphases: [{name: a, peer: {send: connect, count: 5}, wait: 1100ms}]\n";
        Assert.DoesNotContain(Given.Plan(Yaml, Given.Host618).Variants[0].Further, one => one.Id.StartsWith("fin-retransmits", StringComparison.Ordinal));
        Assert.Contains(Given.Plan(Yaml.Replace("backlog: 0", "backlog: 64", StringComparison.Ordinal), Given.Host618).Variants[0].Further,
            one => one.Id.StartsWith("fin-retransmits", StringComparison.Ordinal));
    }
}
