namespace LoadLab.Adversary.Tests;

public sealed class StandInTests
{
    [SandboxFact]
    public void ASysctlThatIsLeftBehindIsNoticed()
    {
        using var folder = new TemporaryFolder();
        var (called, changed) = StandIn.RunAndCompare(new() { ["OUT"] = folder.Path }, "echo 77 >/proc/sys/net/ipv4/tcp_fin_timeout");
        Assert.True(called.Exit == 0, called.ToString());
        Assert.Contains("tcp_fin_timeout:77", changed, StringComparison.Ordinal);
    }

    [SandboxFact]
    public void WhatOnlyReadsLeavesAllAsItWas()
    {
        using var folder = new TemporaryFolder();
        var (called, changed) = StandIn.RunAndCompare(new() { ["OUT"] = folder.Path }, "cat /proc/sys/net/ipv4/tcp_fin_timeout");
        Assert.True(called.Exit == 0, called.ToString());
        Assert.Empty(changed);
    }
}
