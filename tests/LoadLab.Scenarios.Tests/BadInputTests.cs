using System.Text;
using LoadLab.Model;

namespace LoadLab.Scenarios.Tests;

public sealed class BadInputTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("loadlab-scenarios-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void FileOfTenMegabytesIsRefusedAtOnce()
    {
        var error = Assert.Single(Load(Encoding.UTF8.GetBytes(new string('#', 10_000_000))));
        Assert.Contains("longer than 256 KiB", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void BinaryGarbageIsRefusedWithItsOffset()
    {
        var error = Assert.Single(Load([0x7F, (byte)'E', (byte)'L', (byte)'F', 0, 1, 2]));
        Assert.Contains("this is no text", error.Text, StringComparison.Ordinal);
        error = Assert.Single(Load([(byte)'a', (byte)'\n', (byte)':', 0xC3, 0x28]));
        Assert.Equal(2, error.Line);
    }

    [Fact]
    public void AliasesAndAnchorsAreRefused()
    {
        var error = Assert.Single(Given.Errors("claim: x\nabout: &a [x, x]\nphases: [*a, *a, *a]\n"));
        Assert.Equal(2, error.Line);
        Assert.Contains("anchors", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void DeepNestingIsRefused()
    {
        var error = Assert.Single(Given.Errors("claim: " + new string('[', 100_000)));
        Assert.Contains("nested deeper", error.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("claim: x\n---\nclaim: y\n", "second document")]
    [InlineData("claim: x\nclaim: y\n", "second time")]
    [InlineData("claim: !!binary x\n", "tags")]
    [InlineData("claim: 'x\n", "no well-formed YAML")]
    [InlineData("- claim\n", "takes a mapping")]
    [InlineData("about: x\n", "claim is missing")]
    [InlineData("claim:\n", "claim is empty")]
    [InlineData("? [a, b]\n: c\n", "a key is one word")]
    public void WhatIsNoScenarioIsRefused(string yaml, string says) =>
        Assert.Contains(Given.Errors(yaml), error => error.Text.Contains(says, StringComparison.Ordinal));

    [Fact]
    public void FileThatDoesNotExistIsRefused() =>
        Assert.Contains("cannot be read", Assert.Single(ScenarioFile.Load("/nowhere.yaml", "x", []).Errors).Text, StringComparison.Ordinal);

    [Fact]
    public void DirectoryIsRefused() =>
        Assert.Contains("directory", Assert.Single(ScenarioFile.Load(directory, "x", []).Errors).Text, StringComparison.Ordinal);

    [Fact]
    public void AllErrorsOfAFileComeAtOnceEachWithItsLine()
    {
        const string Yaml = """
            claim: x
            servr:
              backlog: 4
            server:
              backlog: -2
              port: 70000
              accept: sometimes
              listeners: 2
              reuseport: false
            swarm:
              connections: many
              shape: ramp
              address: 10.0.0.1
            hold: 4
            sandbox: namespce
            expect:
              - id: a
                claim: b
                predicted: 1..2
                witnesses: clients.establishd
            """;
        var errors = Given.Errors(Yaml);
        Assert.Equal([2, 5, 6, 7, 9, 11, 12, 13, 14, 15, 19, 20], errors.Select(error => error.Line));
        Assert.StartsWith("some.yaml:2: unknown key servr; did you mean 'server', ", errors[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("server.backlog is '-2', but takes a whole number from -1 to 2147483647", errors[1].Text);
        Assert.EndsWith("did you mean 'namespace'?", errors[9].Text, StringComparison.Ordinal);
        Assert.Contains("did you mean 'clients.established', ", errors[11].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("server: {address: 10.0.0.1}", "127.0.0.0/8 or 198.18.0.0/15")]
    [InlineData("server: {address: localhost}", "127.0.0.0/8 or 198.18.0.0/15")]
    [InlineData("server: {accept: stalled 1s 2h}", "at most 1h")]
    [InlineData("hold: 61m", "at most 1h")]
    [InlineData("swarm: {shape: churn, then: hold}", "ends its connection")]
    [InlineData("swarm: {shape: rate, for: 0}", "nothing would be issued")]
    [InlineData("swarm: {sources: 127.0.0.9-127.0.0.1}", "an address or a range")]
    [InlineData("sysctl: {somaxconn: 4}", "no dotted sysctl name")]
    [InlineData("sysctl: {../../etc/passwd: 4}", "no dotted sysctl name")]
    [InlineData("phases: [load, load]", "second phase called 'load'")]
    [InlineData("phases: [lod]", "takes load, hold")]
    [InlineData("phases: [{listen: 1, hold: 1s}]", "exactly one of")]
    [InlineData("phases: [{wait: 1s}]", "no action")]
    [InlineData("phases: [{clients: hold}]", "close | reset | half-close")]
    [InlineData("phases: [{load: {until: done}}]", "issued | settled")]
    [InlineData("phases: [{clients: {send: 1, end: close}}]", "both end and send")]
    [InlineData("phases: [{clients: {count: 1}}]", "neither end nor send")]
    [InlineData("phases: [{clients: {send: 0}}]", "a whole number from 1")]
    [InlineData("phases: [{defer-accept: 1500ms}]", "whole seconds")]
    [InlineData("server: {defer-accept: 0.5s}", "whole seconds")]
    [InlineData("server: {user-timeout: 10us}", "whole milliseconds")]
    [InlineData("server: {keepalive: 1s 1s}", "server.keepalive is '1s 1s', but takes IDLE INTERVAL COUNT")]
    [InlineData("server: {keepalive: {idle: 500ms, interval: 1s, count: 2}}", "server.keepalive is '500ms 1s 2', but takes IDLE INTERVAL COUNT")]
    [InlineData("server: {keepalive: {idle: 1s, count: 2}}", "server.keepalive.interval is missing")]
    [InlineData("server: {keepalive: {idle: 1s, interval: 1s, probes: 2}}",
        "unknown key server.keepalive.probes; server.keepalive has idle, interval, count")]
    [InlineData("swarm: {syn-count: 0}", "from 1 to 127")]
    [InlineData("swarm: {syn-count: 128}", "from 1 to 127")]
    [InlineData("swarm: {rto-max: 500ms}", "from 1s to 120s")]
    [InlineData("swarm: {rto-max: 121s}", "from 1s to 120s")]
    [InlineData("swarm: {user-timeout: 2h}", "at most 1h")]
    [InlineData("swarm: {target: 127.0.0.1}", "198.18.0.0/15")]
    [InlineData("swarm: {target: 198.20.0.1}", "198.18.0.0/15")]
    [InlineData("variants: [{name: a, set: {server.backlog: =smalest-backlog}}]", "did you mean 'smallest-backlog', ")]
    [InlineData("variants: [{name: a, set: {server.backlogs: 1}}]", "did you mean 'server.backlog', ")]
    [InlineData("variants: [{name: a, set: {}}, {name: a, set: {}}]", "second variant")]
    [InlineData("variants: [{name: a, set: {expect: []}}]", "never expect")]
    public void WrongValueIsNamedWithWhatToDo(string yaml, string says) =>
        Assert.Contains(Given.Errors("claim: x\n" + yaml + "\n"), error => error.Line == 2 && error.Text.Contains(says, StringComparison.Ordinal));

    [Theory]
    [InlineData("predicted: capacty, witnesses: clients.open", "did you mean 'capacity', ")]
    [InlineData("predicted: drops@hld, witnesses: clients.open", "did you mean 'hold'?")]
    [InlineData("predicted: 5..1, witnesses: clients.open", "low end is above")]
    [InlineData("predicted: 5, within: 1, witnesses: clients.open", "because is missing")]
    [InlineData("predicted: 5, within: much, because: y, witnesses: clients.open", "within is 'much'")]
    [InlineData("predicted: 5, witnesses: []", "name of a witness")]
    [InlineData("predicted: 5, witnesses: clients.open@lad", "did you mean 'load'?")]
    [InlineData("predicted: 5, witnesses: counters.TcpExt.ListenOverflow", "did you mean 'TcpExt.ListenOverflows'?")]
    [InlineData("predicted: 5, witnesses: clients.errno.ENOSUCH", "there is no witness")]
    [InlineData("predicted: 5, witnesses: [clients.open, clients.latency.p50]", "never agree")]
    [InlineData("predicted: 5, variant: b, witnesses: clients.open", "no variants")]
    public void WrongExpectationIsNamedWithWhatToDo(string expectation, string says) =>
        Assert.Contains(Given.Errors($"claim: x\nexpect:\n  - {{id: a, claim: b, {expectation}}}\n"), error => error.Line == 3
            && error.Text.Contains(says, StringComparison.Ordinal));

    private System.Collections.Immutable.ImmutableArray<ScenarioError> Load(byte[] bytes)
    {
        var path = Path.Combine(directory, "scenario.yaml");
        File.WriteAllBytes(path, bytes);
        return ScenarioFile.Load(path, "x", []).Errors;
    }
}
