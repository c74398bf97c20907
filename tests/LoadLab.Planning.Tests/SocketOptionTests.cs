using LoadLab.Model;

namespace LoadLab.Planning.Tests;

public sealed class SocketOptionTests
{
    [Fact]
    public void EachOptionIsReadAndStandsAmongTheSettings()
    {
        const string Yaml = """
            claim: x
            server: {defer-accept: 30s, user-timeout: 1500ms}
            swarm: {target: 198.18.0.7, syn-count: 2, rto-max: 2s, user-timeout: 9s}
            """;
        var variant = Given.Plan(Yaml, Given.Host618).Variants[0];
        var (server, swarm) = (variant.Declared.Server, variant.Declared.Swarm);
        Assert.Equal((Nanoseconds.FromSeconds(30), Nanoseconds.FromMilliseconds(1500)), (server.DeferAccept, server.UserTimeout));
        Assert.Equal(("198.18.0.7", 2, Nanoseconds.FromSeconds(2), Nanoseconds.FromSeconds(9)),
            (swarm.Target, swarm.SynCount, swarm.RtoMax, swarm.UserTimeout));
        string[] named = ["server.defer-accept", "server.user-timeout", "swarm.target", "swarm.syn-count", "swarm.rto-max", "swarm.user-timeout"];
        Assert.Equal(["30 s", "1.5 s", "198.18.0.7", "2", "2 s", "9 s"], named.Select(name => variant.Settings[name]));
    }

    [Fact]
    public void ClientsSendOrEndAndDeferAcceptChanges()
    {
        const string Yaml = "claim: x\nphases: [load, {clients: {send: 10, count: 2}}, {name: last, clients: {end: reset}}, {defer-accept: 0s}]\n";
        var phases = Given.Scenario(Yaml).Base.Phases;
        Assert.Equal(new SendAction(10, 2), phases[1].Action);
        Assert.Equal(new ClientsAction(ClientEnd.Reset, null), phases[2].Action);
        Assert.Equal(new DeferAcceptAction(Nanoseconds.Zero), phases[3].Action);
    }

    [Fact]
    public void RtoMaxIsRefusedOnAKernelWithoutIt()
    {
        var error = Assert.Single(Given.PlanErrors("claim: x\nswarm:\n  rto-max: 2s\n", Given.Host61));
        Assert.Equal(3, error.Line);
        Assert.Contains("from 6.15 on", error.Text, StringComparison.Ordinal);
        Assert.Contains("kernel 6.1", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ATargetWhereNobodyAnswersNeedsASandbox()
    {
        var host = Given.Host618 with { Sandbox = SandboxKind.Host };
        var error = Assert.Single(Given.PlanErrors("claim: x\nsandbox: host\nswarm: {target: 198.18.0.1}\n", host));
        Assert.Contains("default route", error.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("phases: [{clients: {send: 1}}]", "has clients send, but no load comes before it")]
    [InlineData("swarm: {then: close}\nphases: [load, {clients: {send: 1}}]", "whose clients hold")]
    [InlineData("swarm: {target: 198.18.0.1}\nphases: [load, {clients: close}]", "that connects to the server")]
    [InlineData("server: {connection: close, user-timeout: 2s}\nphases: [{peer: {send: syn, count: 2}, wait: 1s}]", "no rule here says when FINs")]
    public void ContradictionsAreNamed(string yaml, string says) =>
        Assert.Contains(Given.PlanErrors($"claim: x\n{yaml}\n", Given.Host618), error => error.Text.Contains(says, StringComparison.Ordinal));

    [Theory]
    [InlineData("swarm: {connect-timeout: 1s, user-timeout: 2s}",
        "swarm.user-timeout 2 s has no effect on connect(), which swarm.connect-timeout ends after 1 s")]
    [InlineData("server: {connection: close, user-timeout: 2s}", "server.user-timeout has no effect where server.connection is close")]
    [InlineData("server: {connection: reset, keepalive: 60s 10s 6}", "server.keepalive has no effect where server.connection is reset")]
    public void WhatChangesNothingIsNoted(string yaml, string note) =>
        Assert.Contains(Given.Plan($"claim: x\n{yaml}\n", Given.Host618).Variants[0].Notes, one => one.StartsWith(note, StringComparison.Ordinal));
}
