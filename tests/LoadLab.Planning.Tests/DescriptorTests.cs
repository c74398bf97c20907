using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Tests;

public sealed class DescriptorTests
{
    private const string AtLimit = """
        claim: c
        server: {backlog: 9, connection: discard, at-limit: POLICY}
        limits: {server: {spare: 20}}
        swarm: {shape: rate, rate: 100/s}
        phases:
          - {name: fill, load: {for: 200ms}, wait: 500ms}
          - {name: stuck, load: {for: 150ms}, wait: 1200ms}
          - {name: recover, clients: {end: close, count: 20}, wait: 600ms}
          - {name: rest, hold: 1s}
        """;

    [Theory]
    [InlineData("spin")]
    [InlineData("sleep 100ms")]
    [InlineData("backoff 5ms 1s")]
    [InlineData("pause 1s")]
    [InlineData("shed")]
    public void APolicyIsItsText(string text)
    {
        Assert.True(AtLimitPolicy.TryParse(text, out var policy));
        Assert.Equal(text, policy.ToString());
    }

    [Theory]
    [InlineData("sleep")]
    [InlineData("sleep 0s")]
    [InlineData("backoff 1s 5ms")]
    [InlineData("spin 1s")]
    [InlineData("panic")]
    public void WhatIsNoPolicyIsRefusedWithItsPlace(string text)
    {
        var error = Assert.Single(Given.Errors(AtLimit.Replace("POLICY", text, StringComparison.Ordinal)));
        Assert.Equal(2, error.Line);
        Assert.Contains("backoff 5ms 1s", error.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sleep 100ms", 0, 0.11)]
    [InlineData("pause 1s", 0.05, 0.35)]
    [InlineData("spin", 0, 0.005)]
    public void ARaisedLimitIsFoundAtTheNextTry(string policy, double least, double most)
    {
        var plan = Given.Plan(Raised(policy), Given.Host618);
        Assert.InRange(plan.Predicted("emptied@raise").Low, (decimal)least, (decimal)most);
        Assert.InRange(plan.Predicted("emptied@raise").High, (decimal)least, (decimal)most);
        Assert.Equal((PredictedRange.Exactly(10), PredictedRange.Exactly(0)), (plan.Predicted("queue@stuck"), plan.Predicted("queue@raise")));
        Assert.Equal(PredictedRange.Exactly(35), plan.Predicted("accepted"));
    }

    [Fact]
    public void ALoopThatShedsLeavesNothingInTheQueueWhetherItHasNoticedARaisedLimitOrNot() =>
        Assert.Equal(PredictedRange.Exactly(0), Given.Plan(Raised("shed"), Given.Host618).Predicted("queue@raise"));

    [Theory]
    [InlineData("limits: {server: {spare: 20}}", "",
        "raises the server's RLIMIT_NOFILE by 40, but without limits.server it is at its hard limit already; set limits.server.spare")]
    [InlineData("{spare: 20}", "{nofile: 4090}", "raises the server's RLIMIT_NOFILE beyond this host's hard one, 4096")]
    [InlineData("{spare: 20}}", "{nofile: 200}}\nsubject: {command: [x], target: '127.0.0.1:80'}",
        "limits.server.nofile is a subject's soft and hard limit from its start; take limits.server.spare")]
    public void ALimitThatCannotBeRaisedIsRefusedBeforeTheRun(string before, string after, string sentence) =>
        Assert.Contains(Given.PlanErrors(Raised("sleep 100ms").Replace(before, after, StringComparison.Ordinal), Given.Host618 with { NofileHard = 4096 }),
            error => error.Text.Contains(sentence, StringComparison.Ordinal));

    private static string Raised(string policy) =>
        AtLimit.Replace("POLICY", policy, StringComparison.Ordinal).Replace("connection: discard", "connection: hold", StringComparison.Ordinal)
        .Replace("wait: 1200ms", "wait: 150ms", StringComparison.Ordinal)
        .Replace("{name: recover, clients: {end: close, count: 20}, wait: 600ms}", "{name: raise, raise-nofile: 40, wait: 400ms}", StringComparison.Ordinal);

    // sleep: every 100 to 103 ms from the 20th connection on to the phase's end 1.84 to 1.94 s later; backoff: after 0, 5, 15, 35, 75, 155, 315, 635, 1275 ms
    // and not yet 2275; pause: 0, 1 s.
    [Theory]
    [InlineData("sleep 100ms", 18, 20)]
    [InlineData("backoff 5ms 1s", 9, 9)]
    [InlineData("pause 1s", 2, 2)]
    public void TriesFollowFromThePolicy(string policy, int least, int most) =>
        Assert.Equal(new PredictedRange(least, most), Plan(policy).Predicted("failed-accepts@stuck"));

    [Theory]
    [InlineData("spin", 30, 10, 10, 0)]
    [InlineData("backoff 5ms 1s", 30, 10, 10, 0)]
    [InlineData("shed", 35, 0, 0, 15)]
    public void WhatIsBeyondTheDescriptorsIsQueuedDroppedOrShed(string policy, int established, int queue, int drops, int shed)
    {
        var plan = Plan(policy);
        Assert.Equal(PredictedRange.Exactly(established), plan.Predicted("established@stuck"));
        Assert.Equal(PredictedRange.Exactly(queue), plan.Predicted("queue@stuck"));
        Assert.Equal(PredictedRange.Exactly(drops), plan.Predicted("drops@stuck"));
        Assert.Equal(PredictedRange.Exactly(shed), plan.Predicted("shed@stuck"));
        Assert.Equal(PredictedRange.Exactly(35), plan.Predicted("accepted"));
    }

    // The file names what is left free, and the command line the number: they are one limit.
    [Fact]
    public void ALimitOfTheCommandLineTakesThePlaceOfTheFiles()
    {
        var yaml = AtLimit.Replace("POLICY", "shed", StringComparison.Ordinal);
        var declared = Given.Plan(yaml, Given.Host618, ("limits.server.nofile", "100")).Variants[0].Declared;
        Assert.Equal((100L, null), (declared.ServerNofile, declared.ServerSpare));
        Assert.Contains("both set the same limit", Assert.Single(Given.PlanErrors(yaml, Given.Host618, ("limits.server.nofile", "100"),
            ("limits.server.spare", "3"))).Text, StringComparison.Ordinal);
    }

    // Seen: 19 connections open of 20, and one of the first 20 shed. Calls of the other two threads wait with a descriptor each.
    [Fact]
    public void OneOfSeveralThreadsMayShedWhileCallsOfTheOthersHaveDescriptors()
    {
        var plan = Given.Plan(AtLimit.Replace("POLICY", "shed", StringComparison.Ordinal), Given.Host618, ("server.accept-threads", "3"));
        Assert.Equal(new PredictedRange(15, 17), plan.Predicted("shed@stuck"));
        Assert.Equal(PredictedRange.Exactly(35), plan.Predicted("accepted"));
    }

    [Fact]
    public void APausedLoopServesAtOnceAndOneThatBacksOffWhenItsWaitEnds()
    {
        Assert.True(Plan("pause 1s").Predicted("emptied@recover").High < 0.01m);
        var backoff = Plan("backoff 5ms 1s").Predicted("emptied@recover");
        Assert.InRange(backoff.Low, 0.33m, 0.44m);
        Assert.InRange(backoff.High, 0.43m, 0.5m);
    }

    [Fact]
    public void AHowManySpinningTriesHasNoRule() =>
        Assert.DoesNotContain(Plan("spin").Variants[0].Predictions, prediction => prediction.Name.StartsWith("failed-accepts", StringComparison.Ordinal));

    [Fact]
    public void ClientsBeyondTheRoomAreRefusedBySocket()
    {
        var plan = Given.Plan("claim: c\npreflight: note\nlimits: {swarm: {spare: 50}}\nserver: {backlog: 200}\nswarm: {connections: 150}\n", Given.Host618);
        Assert.Equal((50m, 100m), (plan.Predicted("established").Low, plan.Predicted("refused").Low));
    }

    [Fact]
    public void ManyLoadsOfUnknownSizeMayFillALimit()
    {
        var phases = string.Join(", ", Enumerable.Range(0, 20).Select(i => $"{{name: p{i}, load: {{shape: churn, connections: 2, for: 100ms}}}}"));
        var plan = Given.Plan($"claim: c\npreflight: note\nlimits: {{server: {{nofile: 200}}}}\nphases: [{phases}]\n", Given.Host618);
        Assert.Equal(20, plan.Variants[0].Declared.Phases.Length);
    }

    [Fact]
    public void AnAbsoluteLimitLeavesARangeOfConnections()
    {
        var plan = Given.Plan(
            "claim: c\npreflight: note\nlimits: {swarm: {nofile: 150}}\nserver: {backlog: 200}\nswarm: {connections: 150, workers: 1}\nexpect:\n  - {id: a, "
            + "claim: b, predicted: established, witnesses: clients.established}\n", Given.Host618);
        Assert.Equal(new PredictedRange(10, 134), plan.Variants[0].Expectations[0].Predicted);
    }

    [Fact]
    public void SpareAndNofileContradictEachOther()
    {
        var error = Assert.Single(Given.PlanErrors("claim: c\nlimits:\n  server:\n    nofile: 100\n    spare: 50\n", Given.Host618));
        Assert.Equal(5, error.Line);
        Assert.Contains("both set the same limit", error.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, 2000, true, 2001, 2000, 22)]
    [InlineData(1000, 2000, false, 2000, 2000, 0)]
    [InlineData(1000, 2000, false, 500, 1500, 0)]
    [InlineData(1000, 2000, false, 1000, 2001, 1)]
    [InlineData(1000, 2000, true, 1000, 2001, 0)]
    [InlineData(1000, 2000, true, 1000, 100_001, 1)]
    [InlineData(1000, 200_000, true, 1000, 150_000, 1)]
    public void SetrlimitAnswersByTheKernelsRule(long hadSoft, long hadHard, bool mayRaise, long soft, long hard, int errno)
    {
        var before = new NofileState(hadSoft, hadHard, mayRaise);
        var (said, after) = NofileRule.Set(before, soft, hard, nrOpen: 100_000)!.Value;
        Assert.Equal(errno, said.Number);
        Assert.Equal(errno == 0 ? new NofileState(soft, hard, mayRaise) : before, after);
    }

    [Fact]
    public void WhetherItMayRaiseIsNotKnownUntilTheCapabilityIsGivenUp()
    {
        const string Steps = "claim: c\nphases:\n  - name: p\n    probe:\nDROP      - {name: raise, call: setrlimit, soft: 1, hard: 1000000}\nexpect:\n  - "
            + "{id: a, claim: b, predicted: probe.raise.errno, witnesses: probe.raise.errno}\n";
        Assert.Contains("drop the capability", Assert.Single(Given.PlanErrors(Steps.Replace("DROP", "", StringComparison.Ordinal), Given.Host618)).Text,
            StringComparison.Ordinal);
        var dropped = Given.Plan(Steps.Replace("DROP", "      - {name: drop, call: drop-sys-resource}\n", StringComparison.Ordinal), Given.Host618);
        Assert.Equal(PredictedRange.Exactly(1), dropped.Predicted("probe.raise.errno"));
    }

    [Theory]
    [InlineData("{name: a, call: setrlimit, soft: 5}", "hard is missing")]
    [InlineData("{name: a, call: child, soft: 5}", "has no meaning with call: child")]
    [InlineData("{name: a, call: fork}", "call is 'fork'")]
    [InlineData("{call: child}", "name is missing")]
    public void ABadStepIsRefusedWithItsPlace(string step, string sentence)
    {
        var errors = Given.Errors($"claim: c\nphases:\n  - name: p\n    probe:\n      - {step}\n");
        Assert.All(errors, error => Assert.Equal(5, error.Line));
        Assert.Contains(errors, error => error.Text.Contains(sentence, StringComparison.Ordinal));
    }

    [Fact]
    public void TwoStepsOfOneNameAreRefused() =>
        Assert.Contains("two steps", Assert.Single(
            Given.PlanErrors("claim: c\nphases:\n  - name: p\n    probe:\n      - {name: a, call: child}\n      - {name: a, call: child}\n", Given.Host618))
            .Text, StringComparison.Ordinal);

    private static Plan Plan(string policy) => Given.Plan(AtLimit.Replace("POLICY", policy, StringComparison.Ordinal), Given.Host618);
}
