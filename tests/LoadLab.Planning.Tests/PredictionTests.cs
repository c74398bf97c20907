using LoadLab.Model;

namespace LoadLab.Planning.Tests;

public sealed class PredictionTests
{
    private static string Overflow(string hold) => $"claim: x\nserver: {{backlog: 4, accept: never}}\nswarm: {{connections: 20}}\nhold: {hold}\n";

    [Theory]
    [InlineData("100ms", 15)]
    [InlineData("1500ms", 30)]
    [InlineData("3500ms", 60)]
    [InlineData("7700ms", 105)]
    public void DropsOfTwentyClientsAtBacklogFourAreThoseMeasuredOn618(string hold, int drops)
    {
        var plan = Given.Plan(Overflow(hold), Given.Host618);
        Assert.Equal(PredictedRange.Exactly(drops), plan.Predicted("drops"));
        Assert.Equal(PredictedRange.Exactly(drops - 15), plan.Predicted("syn-retransmits"));
        Assert.Equal(PredictedRange.Exactly(5), plan.Predicted("established"));
        Assert.Equal(PredictedRange.Exactly(15), plan.Predicted("waiting"));
        Assert.Equal(PredictedRange.Exactly(5), plan.Predicted("queue"));
        Assert.InRange(plan.Predicted("first-overflow").High, 0, 0.001m);
    }

    [Fact]
    public void PhasesHavePredictionsOfTheirOwn()
    {
        var plan = Given.Plan(Overflow("1500ms"), Given.Host618);
        Assert.Equal(PredictedRange.Exactly(15), plan.Predicted("drops@load"));
        Assert.Equal(PredictedRange.Exactly(30), plan.Predicted("drops@hold"));
        Assert.Equal(PredictedRange.Exactly(4), plan.Predicted("live-backlog@hold"));
    }

    [Fact]
    public void DeadClientsKeepTheirSlotsAndLivingOnesGetInAfterAccept()
    {
        var plan = Given.Plan(File.ReadAllText(Path.Combine(Given.ScenarioRoot, "accept-queue/closed-clients-hold-slots.yaml")), Given.Host618);
        Assert.Equal(PredictedRange.Exactly(5), plan.Predicted("queue@reset"));
        Assert.Equal(PredictedRange.Exactly(10), plan.Predicted("drops@new-clients"));
        Assert.Equal(PredictedRange.Exactly(10), plan.Predicted("established"));
        Assert.Equal(PredictedRange.Exactly(0), plan.Predicted("queue"));
    }

    [Fact]
    public void LiveBacklogFollowsTheCallAndNotTheSysctl()
    {
        var plan = Given.Plan(File.ReadAllText(Path.Combine(Given.ScenarioRoot, "accept-queue/resized-live.yaml")), Given.Host618);
        Assert.Equal([16m, 2, 2, 32, 64, 64, 100], plan.Variants[0].Declared.Phases.Select(phase => plan.Predicted($"live-backlog@{phase.Name}").Low));
        Assert.Equal(PredictedRange.Exactly(10), plan.Predicted("queue@shrink"));
        Assert.Equal(PredictedRange.Exactly(3), plan.Predicted("drops@new-clients"));
        Assert.Equal(PredictedRange.Exactly(13), plan.Predicted("established@grow"));
    }

    [Fact]
    public void SlowAcceptOverflowsWhenArrivalsHaveOutrunAcceptsByTheCapacity()
    {
        var plan = Given.Plan(File.ReadAllText(Path.Combine(Given.ScenarioRoot, "accept-queue/slow-accept.yaml")), Given.Host618);
        var overflow = plan.Predicted("first-overflow");
        Assert.InRange(overflow.Low, 0.26m, 0.30m);
        Assert.InRange(overflow.High, 0.26m, 0.30m);
        Assert.Equal(160, plan.Predicted("connections").Low);
        Assert.Equal(PredictedRange.Exactly(80), plan.Predicted("established@patient"));
        Assert.Equal(PredictedRange.Exactly(0), plan.Predicted("gave-up@patient"));
        Assert.Equal(plan.Predicted("established"), plan.Predicted("accepted"));
        Assert.InRange(plan.Predicted("gave-up").Low, 28, 33);
        Assert.InRange(plan.Predicted("latency.max").High, 1.0m, 1.1m);
    }

    [Fact]
    public void BatchOfResentSynsThatMeetsLessRoomThanItNeedsEndsThePredictions()
    {
        var plan = Given.Plan("claim: x\nserver: {backlog: 16, accept: paced 40/s}\nswarm: {shape: rate, rate: 100/s, for: 3s}\n", Given.Host618);
        Assert.DoesNotContain(plan.Variants[0].Predictions, prediction => prediction.Name is "established" or "drops@load" or "latency.p50");
        Assert.Contains(plan.Variants[0].Predictions, prediction => prediction.Name == "first-overflow");
    }

    [Fact]
    public void ExpectationThatACommandLineMakesUnpredictableIsLeftOutWithANote()
    {
        const string Yaml = "claim: x\nserver: {backlog: 4, accept: never}\nswarm: {connections: 9}\nexpect: [{id: a, claim: b, predicted: first-overflow, "
            + "witnesses: sock_diag.drops.first-seen}]\n";
        Assert.Single(Given.Plan(Yaml, Given.Host618).Variants[0].Expectations, expectation => expectation.Id == "a");
        var variant = Given.Plan(Yaml, Given.Host618, ("swarm.connections", "5")).Variants[0];
        Assert.DoesNotContain(variant.Expectations, expectation => expectation.Id == "a");
        Assert.Contains("expectation 'a' is left out", Assert.Single(variant.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void SharedPortFillsEveryQueueOnlyFarAboveItsCapacity()
    {
        const string Yaml = "claim: x\nserver: {backlog: 8, listeners: 4, accept: never}\nswarm: {connections: 150}\n";
        var plan = Given.Plan(Yaml, Given.Host618);
        Assert.Equal(PredictedRange.Exactly(36), plan.Predicted("established"));
        Assert.Equal(PredictedRange.Exactly(36), plan.Predicted("total-capacity"));
        Assert.Equal(PredictedRange.Exactly(114), plan.Predicted("waiting"));
        Assert.DoesNotContain(Given.Plan(Yaml, Given.Host618, ("swarm.connections", "40")).Variants[0].Predictions,
            prediction => prediction.Name == "established");
    }

    [Fact]
    public void EagerServerUnderABurstIsPredictedAsARangeAndNotAsAGuess()
    {
        var plan = Given.Plan("claim: x\nserver: {backlog: 4}\nswarm: {connections: 20}\nhold: 500ms\n", Given.Host618);
        Assert.Equal(new PredictedRange(0, 15), plan.Predicted("drops"));
    }

    [Fact]
    public void ChurnHasNoPredictionsOfCounts()
    {
        var plan = Given.Plan("claim: x\nswarm: {shape: churn, connections: 4, for: 1s}\n", Given.Host618);
        Assert.DoesNotContain(plan.Variants[0].Predictions, prediction => prediction.Name is "drops" or "connections");
        Assert.Equal(ClientEnd.Close, plan.Variants[0].Declared.Swarm.Then);
    }

    // What comes before a load in shape churn does not depend on its rate.
    [Fact]
    public void PhasesBeforeAChurnArePredicted()
    {
        var plan = Given.Plan(
            "claim: x\nserver: {backlog: 4, accept: never}\nphases: [{name: fill, load: {connections: 9}, wait: 100ms}, {name: turn, load: {shape: churn, "
                + "connections: 4, for: 100ms}}]\nexpect: [{id: full, claim: x, quantity: queue, at: fill}]\n", Given.Host618);
        Assert.Equal(PredictedRange.Exactly(5), Assert.Single(plan.Variants[0].Expectations, one => one.Id == "full").Predicted);
        Assert.Contains(plan.Variants[0].Further, one => one.Id == "established@fill" && one.Predicted == PredictedRange.Exactly(5));
        Assert.DoesNotContain(plan.Variants[0].Predictions, one => one.Name == "queue" || one.Name.EndsWith("@turn", StringComparison.Ordinal));
        Assert.Equal("fill", Assert.Single(plan.Variants[0].Bands!.Phases).Phase);
        Assert.True(Replays.Of(plan, _ => Late).Variants[0].Expectations[0].IsReplayed);
    }

    // Seen: 143 of 150 connected. bind(0) without SO_REUSEADDR does not begin with the range's lower half, and 8 of these connects name a port of that.
    [Fact]
    public void TheServersChancePortMayBeAnyOddOneOfTheRange() => Assert.Equal(new PredictedRange(142, 143), Given.Plan(
        "claim: x\npreflight: note\nsysctl: {net.ipv4.ip_local_port_range: 40000 40019}\nserver: {port: 0, backlog: 1000, accept: never}\n"
            + "phases: [{name: a, load: {connections: 150, ports: planned, then: reset}, wait: 300ms}]\n", Given.Host618).Predicted("established"));

    // A server that never accepts has no socket of a client locked, whatever it would do with a connection. Seen: 271 connected for 21..270.
    [Fact]
    public void AServerThatNeverAcceptsEndsNothingAtOnce() => Assert.Equal(new PredictedRange(270, 271), Given.Plan(
        "claim: x\npreflight: note\nsysctl: {net.ipv4.ip_local_port_range: 40000 40020}\n"
            + "server: {port: 20000, backlog: 1000, accept: never, connection: close}\nphases: ["
            + "{name: a, load: {connections: 250, bind: first, then: reset}, wait: 300ms}, "
            + "{name: b, load: {connections: 50}, wait: 50ms}]\n",
        Given.Host618).Predicted("established"));

    // Shed before its bytes came back, a client closes. Seen: 20 of 65 open where 65 was predicted.
    [Fact]
    public void AClientWhoseExchangeIsCutShortHoldsNothing() => Assert.Equal(PredictedRange.Exactly(20), Given.Plan(
        "claim: x\npreflight: note\nlimits: {server: {spare: 20}}\nserver: {backlog: 64, accept: eager, connection: echo, at-limit: shed}\n"
            + "phases: [{name: a, load: {connections: 65, shape: rate, rate: 300/s, for: 1s, exchange: 1}, wait: 300ms}]\n", Given.Host618).Predicted("open"));

    // An accept() that waits when the limit is set has a descriptor beside those that a later limit leaves free. Seen: 6 accepted for 5.
    [Fact]
    public void AWaitingAcceptIsServedBesideTheDescriptorsThatComeLater() => Assert.Equal(new PredictedRange(5, 6), Given.Plan(
        "claim: x\nlimits: {server: {spare: 0}}\nserver: {backlog: 20, accept: eager, at-limit: pause 300ms}\n"
            + "phases: [{name: a, load: {connections: 12}, wait: 300ms}, {name: b, raise-nofile: 5, wait: 1100ms}]\n", Given.Host618).Predicted("accepted"));

    // Witnesses that look one after another while the server accepts see it at different steps. Seen: 139 and 140 of 125..414.
    [Fact]
    public void WitnessesOfAQueueThatMovesNeedNotAgree()
    {
        var plan = Given.Plan(
            "claim: x\nserver: {backlog: 1000, accept: paced 1000/s, connection: echo}\nphases: [{name: a, load: {connections: 500}, wait: 300ms}]\n"
                + "expect: [{id: queue, claim: x, quantity: queue, at: a}, {id: in, claim: x, quantity: established, at: a}]\n", Given.Host618);
        Assert.False(Assert.Single(plan.Variants[0].Expectations, one => one.Id == "queue").WitnessesMustAgree);
        Assert.True(Assert.Single(plan.Variants[0].Expectations, one => one.Id == "in").WitnessesMustAgree);
    }

    // Nor those of clients that connect at last while the server accepts. Seen: 388 and 387 of 381..404, time and again.
    [Fact]
    public void WitnessesOfWaitingClientsNeedNotAgreeWhileTheServerAccepts() => Assert.False(Assert.Single(Given.Plan(
        "claim: x\nserver: {backlog: 1, accept: paced 77/s}\n"
            + "phases: [{name: a, load: {shape: rate, rate: 500/s, for: 1s, connect-timeout: 1s}, wait: 50ms}]\n"
            + "expect: [{id: waiting, claim: x, quantity: waiting, at: a}]\n", Given.Host618).Variants[0].Expectations,
        one => one.Id == "waiting").WitnessesMustAgree);

    // Seen: 726 of 900 connected where both programs close at once: whose FIN is first decides who keeps the port in TIME-WAIT.
    [Fact]
    public void WhoClosesFirstIsOpenWhereBothProgramsCloseAtOnce()
    {
        var range = Given.Shipped("ephemeral-ports/client-churn", Given.Host618, ("server.connection", "close")).Predicted("established");
        Assert.Equal(new PredictedRange(500, 900), range);
    }

    // Seen: 0 of 250 connected by the last of five ports, the others being reserved; a search that fails does not change where the next one begins.
    // And 39, 8 and 51 of 51 from one port, each reset at once while the server closes it.
    [Theory]
    [InlineData("50001 50005", "50001-50004", "hold", "hold", 0, 1)]
    [InlineData("50001 50005", "50002-50005", "hold", "hold", 0, 1)]
    [InlineData("30000 30000", "40000", "close", "reset", 2, 20)]
    [InlineData("30000 30000", "40000", "hold", "reset", 20, 20)]
    public void OfFewPortsWhatHasNoRuleIsARange(string ports, string reserved, string connection, string then, int least, int most)
    {
        var plan = Given.Plan($"claim: x\npreflight: note\nsysctl: {{net.ipv4.ip_local_port_range: {ports}, net.ipv4.ip_local_reserved_ports: '{reserved}'}}\n"
            + $"server: {{port: 9000, backlog: 1000, accept: eager, connection: {connection}}}\nphases: [{{name: p0, load: {{connections: 20, until: settled, "
            + $"then: {then}}}, wait: 50ms}}]\n", Given.Host618);
        Assert.Equal(new PredictedRange(least, most), plan.Predicted("established"));
    }

    private static RunConditions Late => RunConditions.Planned with { Accept = Nanoseconds.FromMilliseconds(30) };

    [Fact]
    public void EveryPredictionSaysItsRuleAndKernelSource() =>
        Assert.All(Given.Plan(Overflow("1s"), Given.Host618).Variants[0].Predictions, prediction =>
        {
            Assert.NotEmpty(prediction.Rule);
            Assert.NotEmpty(prediction.KernelSource);
            Assert.Contains(prediction.Unit, (string[])["connections", "packets", "s", "ports", "bytes"]);
        });
}
