using LoadLab.Model;

namespace LoadLab.Planning.Tests;

public sealed class SubjectPlanTests
{
    private const string Overflow = """
        claim: x
        subject: {command: [nginx, -c, some.conf], target: '127.0.0.1:8080'}
        server: {backlog: 4, accept: never}
        swarm: {connections: 20}
        expect:
          - {id: full, claim: a, predicted: capacity, witnesses: [sock_diag.accept-queue.last, tcp_info.accept-queue.last]}
          - {id: own, claim: b, predicted: 0, witnesses: server.accepted}
        """;

    private static readonly HostFacts WithNginx = Given.Host618 with { Subject = new SubjectFacts(511, 1, 2) };

    [Fact]
    public void TheFoundBacklogIsPredictedAndOverflowedByAsMany()
    {
        var variant = Given.Plan(Overflow, WithNginx).Variants[0];
        Assert.Equal((511, 512), (variant.LiveBacklog, variant.Capacity));
        Assert.Equal(512 + 15, variant.Declared.Swarm.Connections);
        Assert.Equal(512 + 15, Assert.IsType<LoadAction>(variant.Declared.Phases[0].Action).Swarm.Connections);
        Assert.Equal(PredictedRange.Exactly(512), variant.Expectations[0].Predicted);
        Assert.Contains(variant.Notes, note => note.Contains("20 connects became 527", StringComparison.Ordinal));
    }

    [Fact]
    public void OnlyKernelAndClientsAreAsked()
    {
        var variant = Given.Plan(Overflow, WithNginx).Variants[0];
        Assert.Equal(["sock_diag.accept-queue.last"], variant.Expectations[0].Witnesses.Select(witness => witness.ToString()));
        Assert.DoesNotContain(variant.Expectations, expectation => expectation.Id == "own");
        Assert.Contains("expectation 'own' is left out: only LoadLab's own server could say it", variant.Notes);
    }

    // Seen: a Python program with a limit of 64 accepted 57 of 150, and 93 stayed queued. How many descriptors it holds, and in how many processes, is its own.
    [Fact]
    public void ALimitOfDescriptorsLeavesOpenHowManyItAccepts() => Assert.Equal(new PredictedRange(0, 150), Given.Plan(
        "claim: x\nserver: {backlog: 511, port: 9000}\nsubject: {command: some, target: '127.0.0.1:9000'}\nlimits: {server: {nofile: 64}}\n"
        + "swarm: {connections: 150}\nexpect: [{id: in, claim: x, quantity: queue}]\n", WithNginx).Variants[0].Expectations[0].Predicted);

    [Fact]
    public void EachOfSeveralListenersHasItsQueue() =>
        Assert.Equal(20 - 5 + (2 * 129), Given.Plan(Overflow, WithNginx with { Subject = new SubjectFacts(128, 2, 3) }).Variants[0].Declared.Swarm.Connections);

    [Fact]
    public void VariantsThatChangeOnlyOurServerAreOne()
    {
        const string Variants = """

            variants:
              - {name: a, set: {server.backlog: 8}}
              - {name: b, set: {server.backlog: 16}}
              - {name: c, set: {server.backlog: 8, swarm.connections: 600}}
            """;
        var plan = Given.Plan(Overflow + Variants, WithNginx);
        Assert.Equal(["a", "c"], plan.Variants.Select(variant => variant.Name));
        Assert.Contains(plan.Variants[0].Notes, note =>
            note.Contains("left out, since they change LoadLab's own server and not the subject: 'b'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("server.accept", "paced 40/s", "can be stopped and continued, no more")]
    [InlineData("sandbox", "host", "sandbox host has no processes of its own")]
    [InlineData("server.backlog", "7", "configure that one by its own command or file")]
    [InlineData("swarm.exchange", "10", "what the subject answers to them is not known")]
    public void WhatCannotBeAskedOfASubjectIsRefused(string name, string value, string words) =>
        Assert.Contains(Given.PlanErrors(Overflow, WithNginx, (name, value)), error => error.Text.Contains(words, StringComparison.Ordinal));

    [Theory]
    [InlineData("{command: '', target: '127.0.0.1:80'}", "subject.command")]
    [InlineData("{command: x, target: 'localhost:80'}", "subject.target")]
    [InlineData("{command: x, target: '127.0.0.1:0'}", "subject.target")]
    [InlineData("{command: x}", "subject.target is missing")]
    [InlineData("{command: x, target: '127.0.0.1:80', ready-when: now}", "subject.ready-when")]
    public void AWrongSubjectIsToldWithItsPlace(string subject, string words) =>
        Assert.Contains(Given.Errors($"claim: x\nsubject: {subject}\n"), error => error.Text.Contains(words, StringComparison.Ordinal));

    [Fact]
    public void OneTextIsForAShell() =>
        Assert.Equal(["sh", "-c", "redis-server --port 1"],
            Given.Scenario("claim: x\nsubject: {command: redis-server --port 1, target: '127.0.0.1:1'}\n").Base.Subject!.Command);
}
