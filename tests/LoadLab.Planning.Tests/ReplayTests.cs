using LoadLab.Model;

namespace LoadLab.Planning.Tests;

/// <summary>The model's second run, with the delays that a run was seen to have.</summary>
public sealed class ReplayTests
{
    // Seen on a busy machine: 33 of 300 established where 17..25 are predicted, since the burst took 30 ms and the server went on accepting.
    private const string Burst = "claim: x\npreflight: note\nlimits: {server: {spare: 5}}\nserver: {backlog: 16, accept: paced 500/s, connection: close}\nphases: [{name: a, load: {connections: 300}, wait: 300ms}]\n";

    [Fact]
    public void ABurstThatTakesLongerIsAcceptedFromMeanwhile()
    {
        var plan = Given.Plan($"{Burst}expect: [{{id: in, claim: x, quantity: established, at: a}}]\n", Given.Host618);
        var expected = Assert.Single(plan.Variants[0].Expectations, one => one.Id == "in");
        Assert.True(expected.Predicted.High < 30, $"{expected.Predicted}");
        var replayed = Replays.Of(plan, _ => RunDelays.Planned with { Connect = Nanoseconds.FromMilliseconds(0.12) });
        var again = Assert.Single(replayed.Variants[0].Expectations, one => one.Id == "in");
        Assert.Equal(expected.Predicted, again.Predicted);
        Assert.True(again.Replayed is { } range && range.Contains(33) && !range.Contains(60), $"{again.Replayed}");
    }

    [Fact]
    public void ARunThatKeptToItsPlanIsNotReplayed()
    {
        var plan = Given.Plan(Burst, Given.Host618);
        Assert.Same(plan, Replays.Of(plan, _ => null));
    }

    [Fact]
    public void WhatTheScenarioStatesStaysItsClaim()
    {
        var plan = Given.Plan($"{Burst}expect: [{{id: in, claim: x, predicted: 20, witnesses: clients.established}}]\n", Given.Host618);
        var replayed = Replays.Of(plan, _ => RunDelays.Planned with { Connect = Nanoseconds.FromMilliseconds(0.12) });
        Assert.Null(Assert.Single(replayed.Variants[0].Expectations, one => one.Id == "in").Replayed);
    }

    [Fact]
    public void DelaysThatChangeNothingWidenNothing()
    {
        var plan = Given.Plan("claim: x\nserver: {backlog: 4, accept: never}\nphases: [{name: a, load: {connections: 20}, wait: 300ms}]\nexpect: [{id: in, claim: x, quantity: established, at: a}]\n", Given.Host618);
        var replayed = Replays.Of(plan, _ => new RunDelays(Nanoseconds.FromMilliseconds(200), Nanoseconds.FromMilliseconds(100), Nanoseconds.FromMilliseconds(1)));
        Assert.All(replayed.Variants[0].Expectations, one => Assert.Null(one.Replayed));
        Assert.Null(Assert.Single(replayed.Variants[0].Further, one => one.Id == "queue@a").Replayed);
    }
}
