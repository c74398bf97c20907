using LoadLab.Model;
using LoadLab.Scenarios;

namespace LoadLab.Planning.Tests;

public sealed class TapTests
{
    private const string Minimal = "claim: x\nserver: {backlog: 4, accept: never}\nswarm: {connections: 20}\n";

    [Fact]
    public void EveryRunWithATapIsHeldToTheKernelsCounters()
    {
        var expectations = Given.Plan(Minimal, Given.Host618).Variants[0].Expectations;
        Assert.Equal(["tap-agrees", "tap-agrees-syn"], expectations.Select(expectation => expectation.Id));
        // 15 of 20 clients wait, and each has sent its SYN again or not when the run ends after a second.
        Assert.Equal([new PredictedRange(0, 15), PredictedRange.AtLeast(0)], expectations.Select(expectation => expectation.Predicted));
        Assert.All(expectations, expectation => Assert.True(expectation.WitnessesMustAgree));
        Assert.All(expectations.SelectMany(expectation => expectation.Witnesses), witness => Assert.Equal("packets", witness.Unit));
    }

    [Theory]
    [InlineData("trace", "false")]
    [InlineData("sandbox", "host")]
    public void WithoutATapOrBesideOtherTrafficItIsNot(string name, string value) =>
        Assert.Empty(Given.Plan(Minimal, Given.Host618, (name, value)).Variants[0].Expectations);

    [Fact]
    public void AScenariosOwnExpectationOfThatNameStands()
    {
        var expectations = Given.Plan(Minimal + "expect: [{id: tap-agrees, claim: b, predicted: 0, witnesses: packets.retransmits.DATA}]\n", Given.Host618)
            .Variants[0].Expectations;
        Assert.Equal(["packets.retransmits.DATA"],
            Assert.Single(expectations, expectation => expectation.Id == "tap-agrees").Witnesses.Select(witness => witness.ToString()));
    }

    [Theory]
    [InlineData("packets.retransmits.SYN", "packets")]
    [InlineData("packets.retransmits.SYN+SYN-ACK", "packets")]
    [InlineData("packets.retransmits.all@hold", "packets")]
    [InlineData("packets.schedule.SYN.2.median", "s")]
    [InlineData("packets.schedule.SYN-ACK.12.max", "s")]
    [InlineData("packets.client.SYN", "packets")]
    [InlineData("packets.server.SYN-ACK", "packets")]
    [InlineData("sock_diag.synack-retransmits", "packets")]
    public void WitnessesOfPacketsHaveTheirUnit(string witness, string unit)
    {
        Assert.Equal(unit, WitnessTerm.TryParse(witness)?.Unit);
    }

    [Theory]
    [InlineData("packets.retransmits.SYNACK", "packets.retransmits.SYN-ACK")]
    [InlineData("packets.retransmits.SYN+", "packets.retransmits.SYN")]
    [InlineData("packets.schedule.SYN.0.median", "packets.schedule.SYN.1.median")]
    [InlineData("packets.schedule.SYN.1.mean", "packets.schedule.SYN.1.median")]
    [InlineData("packets.servers.RST", "packets.server.RST")]
    public void AMistypedOneIsToldItsNeighbour(string witness, string near) =>
        
        Assert.Contains($"'{near}'", Assert.Single(Given.Errors(Minimal + $"expect: [{{id: a, claim: b, predicted: 0, witnesses: {witness}}}]\n")).Text,
            StringComparison.Ordinal);

    [Fact]
    public void TraceAndSamplingAreSettings()
    {
        var scenario = Given.Plan(Minimal, Given.Host618, ("trace", "false"), ("sampling", "false")).Variants[0].Declared;
        Assert.Equal((false, false), (scenario.Trace, scenario.Sampling));
        Assert.Contains("true or false", Assert.Single(Given.Errors(Minimal, ("trace", "maybe"))).Text, StringComparison.Ordinal);
    }
}
