using LoadLab.Model;

namespace LoadLab.Planning.Tests;

/// <summary>What may run beside others, asked of plans of the scenarios that are shipped.</summary>
public sealed class SideBySideTests
{
    [Theory]
    [InlineData("accept-queue/backlog-overflow")]
    [InlineData("retransmit/syn-schedule")]
    [InlineData("tcp-session/handshake")]
    [InlineData("syn-queue/overflow-drops")]
    public void ABurstOfAFewClientsLeavesRoomForOthers(string name) => Assert.Null(WhyAlone(name));

    [Theory]
    [InlineData("accept-queue/slow-accept", "the pace of both")]
    [InlineData("ephemeral-ports/client-churn", "the pace of both")]
    [InlineData("ephemeral-ports/exhaustion", "more than 1000 connections")]
    [InlineData("ephemeral-ports/slow-search", "processor time")]
    public void WhatNeedsTheMachineForItselfGoesAlone(string name, string reason) => Assert.Contains(reason, WhyAlone(name), StringComparison.Ordinal);

    [Theory]
    [InlineData(SandboxKind.Host, "its network")]
    [InlineData(SandboxKind.Container, "its network")]
    [InlineData(SandboxKind.Kernel, "one processor")]
    public void OnlyANamespaceOfItsOwnIsShareable(SandboxKind kind, string reason)
    {
        var plan = Plan("accept-queue/backlog-overflow");
        Assert.Contains(reason, SideBySide.WhyAlone(plan with { Host = plan.Host with { Sandbox = kind } }), StringComparison.Ordinal);
    }

    private static string? WhyAlone(string name) => SideBySide.WhyAlone(Plan(name));

    private static Plan Plan(string name) => Given.Shipped(name, Given.Host618);
}
