using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Tests;

/// <summary>The model's second run, with the delays that a run was seen to have.</summary>
public sealed class ReplayTests
{
    // Seen on a busy machine: 33 of 300 established where 17..25 are predicted, since the burst took 30 ms and the server went on accepting.
    private const string Burst = "claim: x\npreflight: note\nlimits: {server: {spare: 5}}\nserver: {backlog: 16, accept: paced 500/s, connection: "
        + "close}\nphases: [{name: a, load: {connections: 300}, wait: 300ms}]\n";

    [Fact]
    public void ABurstThatTakesLongerIsAcceptedFromMeanwhile()
    {
        var plan = Given.Plan($"{Burst}expect: [{{id: in, claim: x, quantity: established, at: a}}]\n", Given.Host618);
        var expected = Assert.Single(plan.Variants[0].Expectations, one => one.Id == "in");
        Assert.True(expected.Predicted.High < 30, $"{expected.Predicted}");
        var replayed = Replays.Of(plan, _ => RunConditions.Planned with { Connect = Nanoseconds.FromMilliseconds(0.12) });
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
        var replayed = Replays.Of(plan, _ => RunConditions.Planned with { Connect = Nanoseconds.FromMilliseconds(0.12) });
        Assert.Null(Assert.Single(replayed.Variants[0].Expectations, one => one.Id == "in").Replayed);
    }

    [Fact]
    public void DelaysThatChangeNothingWidenNothing()
    {
        var plan = Given.Plan(
            "claim: x\nserver: {backlog: 4, accept: never}\nphases: [{name: a, load: {connections: 20}, wait: 300ms}]\nexpect: [{id: in, claim: x, "
            + "quantity: established, at: a}]\n", Given.Host618);
        var replayed = Replays.Of(plan, _ => new RunConditions(Nanoseconds.FromMilliseconds(200), Nanoseconds.FromMilliseconds(100),
            Nanoseconds.FromMilliseconds(1)));
        Assert.All(replayed.Variants[0].Expectations, one => Assert.Null(one.Replayed));
        Assert.Null(Assert.Single(replayed.Variants[0].Further, one => one.Id == "queue@a").Replayed);
    }

    // Seen: a native server holds 26 descriptors, so that 174 of 200 connections are accepted. The plan leaves what it holds open, and the run says it.
    [Theory]
    [InlineData("limits: {server: {nofile: 200}}", "accepted", 60, 184, 174)]
    [InlineData("limits: {swarm: {nofile: 200}}\npreflight: note", "established", 60, 184, 174)]
    [InlineData("limits: {server: {nofile: 1000}}", "accepted", 250, 250, 250)]
    public void ALimitThatIsANumberLeavesOpenHowManyDescriptorsAreFreeUntilTheRunSaysIt(string limits, string quantity, int least, int most, int seen)
    {
        var plan = Given.Plan($"claim: x\n{limits}\nserver: {{backlog: 500, accept: eager, connection: hold}}\n"
            + "phases: [{name: a, load: {connections: 250, workers: 1}, wait: 300ms}]\n"
            + $"expect: [{{id: in, claim: x, quantity: {quantity}, at: a}}]\n", Given.Host618);
        Assert.Equal(new PredictedRange(least, most), plan.Variants[0].Expectations[0].Predicted);
        var free = new FreeDescriptors(174, 174);
        var replayed = Replays.Of(plan, _ => RunConditions.Planned with { ServerRoom = free, SwarmRoom = free }).Variants[0].Expectations[0];
        Assert.Equal(PredictedRange.Exactly(seen), replayed.Replayed ?? replayed.Predicted);
    }

    // The server's process stands still from 400 to 695 ms. A queue of 5 is full after 5 of the 30 clients that come meanwhile, and the accept() that is under
    // way took one more.
    [Fact]
    public void AServerThatStoodStillIsReplayedAsItAccepted()
    {
        var plan = Given.Plan(
            "claim: x\nserver: {backlog: 4, accept: eager}\nswarm: {shape: rate, rate: 100/s, for: 1s}\nhold: 2500ms\nexpect: [{id: lost, claim: x, "
                + "quantity: drops}]\n", Given.Host618);
        Assert.Equal(PredictedRange.Exactly(0), plan.Variants[0].Expectations[0].Predicted);
        // Those that were dropped come again a second later, when the server waits in accept().
        var replayed = Replays.Of(plan, _ => Standstill, (_, _, _) => [], StoodStill).Variants[0].Expectations[0];
        Assert.Null(replayed.OpenWhenReplayed);
        Assert.Equal(new PredictedRange(0, 25), replayed.Replayed);
        Assert.True(replayed.IsReplayed);
    }

    // Seen on a busy machine: 504 SYNs of 500 clients, since a queue of one was full now and then; an idle one has a SYN for each client.
    [Fact]
    public void AWitnessOfSomethingElseIsHeldToItsOwnFigure()
    {
        var plan = Given.Plan(
            "claim: x\nserver: {backlog: 4, accept: eager}\nswarm: {shape: rate, rate: 100/s, for: 1s}\nhold: 2500ms\nexpect: [{id: all, claim: x, "
                + "quantity: established, witnesses: [clients.established, packets.client.SYN]}]\n", Given.Host618);
        Assert.Equal(PredictedRange.Exactly(100), plan.Variants[0].Expectations[0].Predicted);
        var replayed = Replays.Of(plan, _ => Standstill, (_, _, _) => [], StoodStill).Variants[0].Expectations[0];
        Assert.Null(replayed.Replayed);
        var (term, own) = Assert.Single(replayed.ReplayedWitnesses);
        Assert.Equal(("packets.client.SYN", new PredictedRange(100, 125), null), (term.ToString(), own.Range, own.Open));
        Assert.False(replayed.WitnessesMustAgree);
    }

    // Seen on a busy machine: the last client before a pause of accept() was 11 ms late, and connect() took 23 ms, so that it was not accepted before the
    // pause.
    [Fact]
    public void AClientThatWasLateIsReplayedWhereItWas()
    {
        var plan = Given.Plan(
            "claim: x\nserver: {backlog: 8, accept: stalled 525ms 1000ms}\nswarm: {shape: rate, rate: 20/s, for: 2s}\nhold: 700ms\nexpect: [{id: lost, "
                + "claim: x, quantity: drops}]\n", Given.Host618);
        Assert.Equal(PredictedRange.Exactly(11), plan.Variants[0].Expectations[0].Predicted);
        ImmutableArray<SeenConnect> Made(Nanoseconds begun, Nanoseconds answered) =>
        [
            .. Enumerable.Range(0, 40).Select(i => (Index: i, Due: Nanoseconds.FromMilliseconds(50 * i)))
                .Select(one => one.Index == 10 ? new SeenConnect(10, one.Due, begun, answered) : new SeenConnect(one.Index, one.Due, one.Due, one.Due)),
        ];
        var late = Replays.Of(plan, _ => null, (_, _, _) => Made(Nanoseconds.FromMilliseconds(511), Nanoseconds.FromMilliseconds(534)));
        Assert.Equal(new PredictedRange(11, 12), late.Variants[0].Expectations[0].Replayed);
        var prompt = Replays.Of(plan, _ => null, (_, _, _) => Made(Nanoseconds.FromMilliseconds(500), Nanoseconds.FromMilliseconds(500)));
        Assert.Null(prompt.Variants[0].Expectations[0].Replayed);
    }

    // Seen on User-Mode Linux: 19 of 20 clients established at backlog 4, since a softirq was late and looked at their SYNs together. Two processors do not.
    [Theory]
    [InlineData(1, 5, 20)]
    [InlineData(2, 5, 5)]
    public void OnOneProcessorALateSoftirqLooksAtSynsTogether(int processors, int least, int most)
    {
        var plan = Given.Plan(
            "claim: x\nserver: {backlog: 4, accept: never}\nphases: [{name: a, load: {connections: 20}, wait: 300ms}]\nexpect: [{id: in, claim: x, "
                + "quantity: established, witnesses: clients.established}]\n", Given.Host618 with { Cores = processors });
        var at = Nanoseconds.FromMilliseconds(1);
        var again = Replays.Of(plan, _ => null, (_, _, _) => [.. Enumerable.Range(0, 20).Select(i => new SeenConnect(i, default, new(i * 1000L), at))])
            .Variants[0].Expectations[0];
        Assert.Equal(PredictedRange.Exactly(5), again.Predicted);
        Assert.Equal(new PredictedRange(least, most), again.Replayed ?? again.Predicted);
    }

    // Seen at load 20: the swarm began half a second after its load, and connect() ended at 1.70 s where 0.99 to 1.05 s is predicted.
    [Fact]
    public void AMomentIsSinceTheFirstConnectWhereThatWasLate()
    {
        var plan = Given.Plan(
            "claim: x\nswarm: {connections: 10, target: 198.18.0.9, user-timeout: 500ms}\nphases: [{load: {until: settled}, name: connect, wait: 100ms}]\n"
                + "expect: [{id: end, claim: x, quantity: syn.give-up}]\n", Given.Host618);
        var planned = plan.Variants[0].Expectations[0].Predicted;
        var late = Replays.Of(plan, _ => Standstill, first: _ => Nanoseconds.FromMilliseconds(640)).Variants[0].Expectations[0];
        Assert.Equal(new PredictedRange(planned.Low, planned.High + 0.64m), late.Replayed);
        Assert.Null(Replays.Of(plan, _ => Standstill).Variants[0].Expectations[0].Replayed);
    }

    // Seen where the conductor stood still for 190 ms: 113 accepted, and a replay with the server's clock as the load's said 112 at most.
    [Fact]
    public void APacedServersCallsAreReplayedWhenTheyReturnedThoughItsClockBeganBeforeTheLoad()
    {
        var plan = Given.Plan(
            "claim: x\nserver: {backlog: 1000, accept: paced 500/s}\nphases: [{name: a, load: {connections: 500}, wait: 50ms}]\nexpect: [{id: in, claim: x, "
                + "quantity: accepted}]\n", Given.Host618);
        Assert.True(plan.Variants[0].Expectations[0].Predicted.High < 113);
        ImmutableArray<SeenPhase> Seen(VariantPlan variant) =>
        [
            new SeenPhase(Nanoseconds.FromMilliseconds(225), [.. Enumerable.Range(0, 113).Select(i => Nanoseconds.FromMilliseconds((2 * i) + 0.5))
                .Select(to => new SeenAccept(to - Nanoseconds.FromMilliseconds(3), to))]),
        ];
        var replayed = Replays.Of(plan, _ => Standstill, phases: Seen).Variants[0].Expectations[0].Replayed;
        Assert.True(replayed is { } range && range.Contains(113) && !range.Contains(120), $"{replayed}");
    }

    // Seen: 10 drops where 5 were predicted: five clients that wait from the first moment on send their SYNs again before the load is over.
    [Fact]
    public void AChurnWhoseClientsAllWaitLastsAsLongAsItWasAsked()
    {
        var plan = Given.Plan(
            "claim: x\nserver: {backlog: 0, accept: never}\nswarm: {shape: churn, connections: 5, for: 1500ms}\nhold: 100ms\n"
                + "expect: [{id: lost, claim: x, quantity: drops}]\n", Given.Host618);
        ImmutableArray<SeenConnect> made = [.. Enumerable.Range(0, 6).Select(i => new SeenConnect(i, new(i * 1000L), new(i * 1000L), new(i * 1000L)))];
        var replayed = Replays.Of(plan, _ => null, (_, _, due) => due is null ? made : []).Variants[0];
        Assert.Equal(PredictedRange.Exactly(10), replayed.Expectations[0].Predicted);
    }

    // The server's speed decides how many connects there are; with those that the run made the rules say all the rest.
    [Fact]
    public void AChurnIsPredictedByTheReplayOfItsOwnConnects()
    {
        var plan = Given.Plan(
            "claim: x\nserver: {backlog: 100, connection: discard}\nsysctl: {net.ipv4.tcp_rfc1337: 1, net.ipv4.tcp_tw_reuse: 0}\n"
                + "swarm: {shape: churn, connections: 4, for: 1s}\nphases: [{name: load, load: {until: settled}, wait: 300ms}]\n"
                + "expect: [{id: in, claim: x, quantity: established}]\n", Given.Host618);
        var planned = plan.Variants[0].Expectations[0];
        Assert.Equal((PredictedRange.AtLeast(0), true), (planned.Predicted, planned.AwaitsRun));
        Assert.Empty(plan.Variants[0].Further);

        // Two threads: each has its own numbers.
        ImmutableArray<SeenConnect> made = [.. Enumerable.Range(0, 50).Select(i => (Index: 2 * i, At: Nanoseconds.FromMilliseconds(20 * i)))
            .Select(one => new SeenConnect(one.Index, one.At, one.At, one.At))];
        var replayed = Replays.Of(plan, _ => null, (_, _, due) => due is null ? made : []).Variants[0];
        Assert.Equal((PredictedRange.Exactly(50), true), (replayed.Expectations[0].Predicted, replayed.Expectations[0].IsReplayed));
        Assert.Equal(PredictedRange.Exactly(50), Assert.Single(replayed.Further, one => one.Id == "time-wait@load").Predicted);
        Assert.Equal(PredictedRange.Exactly(0), Assert.Single(replayed.Further, one => one.Id == "drops@load").Predicted);
        Assert.True(replayed.Bands!.IsReplayed);

        // Without them nothing is said, and the judge leaves it open.
        Assert.False(Replays.Of(plan, _ => Standstill).Variants[0].Expectations[0].IsReplayed);
    }

    private static RunConditions Standstill => RunConditions.Planned with { Accept = Nanoseconds.FromMilliseconds(300) };

    // A server that takes each of 100 clients in a second as it comes, but for 400 to 695 ms; then those that came again.
    private static ImmutableArray<SeenPhase> StoodStill(VariantPlan variant) => [.. variant.Declared.Phases.Select(phase => phase.Action is LoadAction
        ? new SeenPhase(Nanoseconds.FromMilliseconds(1000), [.. Enumerable.Range(0, 100).Where(i => i is < 46 or >= 70).Select(Accepted)])
        : new SeenPhase(null, [.. Enumerable.Range(0, 24).Select(_ => default(SeenAccept))]))];

    private static SeenAccept Accepted(int i)
    {
        var at = Nanoseconds.FromMilliseconds(i is >= 40 and < 70 ? 695 : 10 * i);
        return new SeenAccept(at, at + Nanoseconds.FromMilliseconds(0.1));
    }
}
