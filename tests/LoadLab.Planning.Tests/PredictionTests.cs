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

    [Fact]
    public void EveryPredictionSaysItsRuleAndKernelSource() =>
        Assert.All(Given.Plan(Overflow("1s"), Given.Host618).Variants[0].Predictions, prediction =>
        {
            Assert.NotEmpty(prediction.Rule);
            Assert.NotEmpty(prediction.KernelSource);
            Assert.Contains(prediction.Unit, (string[])["connections", "packets", "s", "ports", "bytes"]);
        });
}
