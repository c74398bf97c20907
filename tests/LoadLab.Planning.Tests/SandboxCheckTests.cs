using LoadLab.Model;

namespace LoadLab.Planning.Tests;

/// <summary>What needs a sandbox that the run makes is refused in the plan, where the sandbox is another one.</summary>
public sealed class SandboxCheckTests
{
    private const string Step = """
        claim: a step sets it
        kernel-source: none
        session:
          - {call: sysctl, sysctl: net.ipv4.tcp_fin_timeout=5}
          - {call: socket, as: server}
        """;

    private const string Phase = """
        claim: a phase sets it
        phases:
          - {name: set, sysctl: {net.ipv4.tcp_fin_timeout: 5}}
        """;

    private const string Peer = """
        claim: a step forges a packet
        kernel-source: none
        session:
          - {call: socket, as: server}
          - {call: bind, on: server}
          - {call: listen, on: server}
          - {call: peer, on: peer, to: server, send: syn}
        """;

    [Theory]
    [InlineData(Step, "host")]
    [InlineData(Step, "container")]
    [InlineData(Phase, "host")]
    [InlineData(Phase, "container")]
    public void ASysctlIsSetOnlyWhereTheRunMakesTheSandbox(string yaml, string sandbox)
    {
        var refused = Assert.Single(Given.PlanErrors(yaml, HostOf(yaml, sandbox), ("sandbox", sandbox)));
        Assert.Contains("net.ipv4.tcp_fin_timeout", refused.Text, StringComparison.Ordinal);
        Assert.Contains($"sandbox {sandbox} never changes a sysctl", refused.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Step)]
    [InlineData(Phase)]
    [InlineData(Peer)]
    public void ANamespaceOfTheRunsOwnTakesIt(string yaml) => Assert.Empty(Given.PlanErrors(yaml, HostOf(yaml, "namespace")));

    [Fact]
    public void ASysctlThatTheNamespaceDoesNotShowIsRefusedForAStepToo() =>
        Assert.Contains("does not exist in this sandbox", Assert.Single(Given.PlanErrors(Step, Given.Host618)).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("host")]
    [InlineData("container")]
    public void AScriptedPeerSendsOnlyWhereTheRunMakesTheSandbox(string sandbox) =>
        Assert.Contains("forges addresses", Assert.Single(Given.PlanErrors(Peer, HostOf(Peer, sandbox), ("sandbox", sandbox))).Text, StringComparison.Ordinal);

    private static HostFacts HostOf(string yaml, string sandbox)
    {
        Assert.True(EnumWords<SandboxKind>.TryParse(sandbox, out var kind));
        return Given.Host618.After(Given.Scenario(yaml, ("sandbox", sandbox))) with { Sandbox = kind,
            Sysctls = Given.Host618.Sysctls.SetItem("net.ipv4.tcp_fin_timeout", "60") };
    }
}
