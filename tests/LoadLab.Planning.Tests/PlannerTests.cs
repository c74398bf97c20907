using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Tests;

public sealed class PlannerTests
{
    private const string Minimal = "claim: x\nserver: {backlog: 4, accept: never}\nswarm: {connections: 20}\n";

    [Fact]
    public void BacklogAboveSomaxconnIsRefusedWithTheLimitAndHowToRaiseIt()
    {
        var error = Assert.Single(Given.PlanErrors("claim: x\nserver:\n  backlog: 5000\n", Given.Host618));
        Assert.Equal(3, error.Line);
        Assert.Contains("net.core.somaxconn is 4096 here", error.Text, StringComparison.Ordinal);
        Assert.Contains("--set sysctl.net.core.somaxconn=5000", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void BacklogAboveASomaxconnThatTheScenarioSetsIsANote()
    {
        var plan = Given.Plan("claim: x\nserver: {backlog: 1000}\nsysctl: {net.core.somaxconn: 16}\n", Given.Host618);
        Assert.Contains("backlog 1000 asked, somaxconn 16, so live backlog 16", plan.Variants[0].Notes);
        Assert.Equal("1000", plan.Variants[0].Settings["backlog"]);
        Assert.Equal("16", plan.Variants[0].Settings["live_backlog"]);
    }

    [Fact]
    public void RefusedSysctlIsAnErrorWithTheWaysOut()
    {
        var host = Given.Host618 with { SysctlsRefused = ImmutableSortedDictionary<string, string>.Empty.Add("net.ipv4.tcp_rmem",
            "EPERM: operation not permitted") };
        var error = Assert.Single(Given.PlanErrors("claim: x\nsysctl:\n  net.ipv4.tcp_rmem: 1 2 3\n", host));
        Assert.Equal(3, error.Line);
        Assert.Contains("EPERM", error.Text, StringComparison.Ordinal);
        Assert.Contains("run as root", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingSomaxconnOfARootlessOldKernelIsExplained()
    {
        var host = Given.Host61 with { IsRoot = false, Sysctls = Given.Host61.Sysctls.Remove("net.core.somaxconn") };
        var error = Assert.Single(Given.PlanErrors("claim: x\nsysctl: {net.core.somaxconn: 5}\n", host));
        Assert.Contains("no net.core at all", error.Text, StringComparison.Ordinal);
        var plan = Planner.Plan(Given.Scenario(Minimal), host, "").Value!;
        Assert.Contains("starts with 4096", Assert.Single(plan.Variants[0].Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void ClampedSysctlIsAnErrorAndWhiteSpaceIsNot()
    {
        const string Yaml = "claim: x\nsysctl: {net.ipv4.ip_local_port_range: 1024 65000}\n";
        var host = Given.Host618;
        Assert.Empty(Given.PlanErrors(Yaml, host with { Sysctls = host.Sysctls.SetItem("net.ipv4.ip_local_port_range", "1024\t65000") }));
        var error = Assert.Single(Given.PlanErrors(Yaml, host with { Sysctls = host.Sysctls.SetItem("net.ipv4.ip_local_port_range", "1024\t60999") }));
        Assert.Contains("the kernel made 1024 60999 of it", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void HostSandboxNeverChangesASysctl()
    {
        var error = Assert.Single(Given.PlanErrors("claim: x\nsandbox: host\nsysctl: {net.core.somaxconn: 4096}\n", Given.Host618));
        Assert.Contains("never changes a sysctl", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ConnectionsBeyondPortsAreRefusedOrNoted()
    {
        const string Yaml = "claim: x\nserver: {accept: never}\nswarm:\n  connections: 300\n";
        var host = Given.Host618 with { Sysctls = Given.Host618.Sysctls.SetItem("net.ipv4.ip_local_port_range", "20000\t20281") };
        var error = Assert.Single(Given.PlanErrors(Yaml, host));
        Assert.Equal(4, error.Line);
        Assert.Contains("EADDRNOTAVAIL after 282", error.Text, StringComparison.Ordinal);
        Assert.Contains(Given.Plan(Yaml + "preflight: note\n", host).Variants[0].Notes, note => note.Contains("282", StringComparison.Ordinal));
        Assert.Empty(Given.PlanErrors(Yaml + "  sources: 127.1.0.1-127.1.0.2\n", host));
    }

    [Fact]
    public void ReservedPortsAreNotCounted()
    {
        var host = Given.Host618 with { Sysctls = Given.Host618.Sysctls.SetItem("net.ipv4.ip_local_port_range", "40000 40019")
            .SetItem("net.ipv4.ip_local_reserved_ports", "40000-40004,40010,50000") };
        Assert.Empty(Given.PlanErrors(Minimal.Replace("20", "14", StringComparison.Ordinal), host));
        Assert.Contains("after 14", Assert.Single(Given.PlanErrors(Minimal.Replace("20", "15", StringComparison.Ordinal), host)).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void WorkersAreAsManyAsTheFdLimitAsksFor()
    {
        Assert.Equal(1, Given.Plan(Minimal, Given.Host618).Variants[0].Workers);
        Assert.Equal(20, Given.Plan(Minimal + "limits: {swarm: {nofile: 101}}\n", Given.Host618).Variants[0].Workers);
    }

    [Fact]
    public void ConnectionsBeyondAllFdsAreRefusedWithTheLimit()
    {
        var error = Assert.Single(Given.PlanErrors("claim: x\nserver: {accept: never}\nswarm: {connections: 10000, workers: 2}\n",
            Given.Host618 with { NofileHard = 1024 }));
        Assert.Contains("hard RLIMIT_NOFILE is 1024", error.Text, StringComparison.Ordinal);
        Assert.Contains("EMFILE", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ServerThatWouldRunOutOfFdsIsRefusedUnlessTheScenarioSetTheLimit()
    {
        const string Yaml = "claim: x\nswarm: {connections: 2000}\n";
        Assert.Contains("accept() will answer EMFILE", Assert.Single(Given.PlanErrors(Yaml, Given.Host618 with { NofileHard = 1024 })).Text,
            StringComparison.Ordinal);
        Assert.Contains(Given.Plan(Yaml + "limits: {server: {nofile: 300}}\n", Given.Host618).Variants[0].Notes,
            note => note.Contains("EMFILE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("swarm")]
    [InlineData("server")]
    public void LimitAboveTheHardOneIsRefused(string role) =>
        Assert.Contains("hard RLIMIT_NOFILE is 524288",
            Assert.Single(Given.PlanErrors($"claim: x\nlimits: {{{role}: {{nofile: 600000}}}}\n", Given.Host618)).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("swarm: {exchange: 10}", "sends none")]
    [InlineData("phases: [{clients: close}, load]", "no load comes before it")]
    public void ContradictionIsRefused(string yaml, string says) =>
        Assert.Contains(says, Assert.Single(Given.PlanErrors($"claim: x\n{yaml}\n", Given.Host618)).Text, StringComparison.Ordinal);

    [Fact]
    public void AllErrorsComeAtOnce() =>
        Assert.Equal(3, Given.PlanErrors("claim: x\nserver: {backlog: 5000, accept: never}\nswarm: {connections: 30000, exchange: 1}\n", Given.Host618).Length);

    [Fact]
    public void PredictionThatNoRuleGivesIsAnErrorWhereItIsAskedFor()
    {
        var error = Assert.Single(Given.PlanErrors(
            "claim: x\nexpect:\n  - {id: a, claim: b, predicted: first-overflow, witnesses: sock_diag.drops.first-seen}\n", Given.Host618));
        Assert.Equal(3, error.Line);
        Assert.Contains("nothing overflows", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void TimesAreNotComparedWithCounts() =>
        Assert.Contains("one is a time", Assert.Single(
            Given.PlanErrors("claim: x\nexpect:\n  - {id: a, claim: b, predicted: capacity, witnesses: clients.latency.p50}\n", Given.Host618))
            .Text, StringComparison.Ordinal);

    [Fact]
    public void ToleranceWidensOutwardsAndMomentsNeedNotAgree()
    {
        var plan = Given.Plan(
            Minimal + "expect:\n  - {id: a, claim: b, predicted: connections - 5, within: 10%, because: y, witnesses: clients.pending}\n  - {id: c, claim: "
                + "d, predicted: 1.05s, within: 50ms, because: y, witnesses: clients.latency.p50}\n",
            Given.Host618);
        var counted = plan.Variants[0].Expectations[0];
        Assert.Equal((new PredictedRange(13, 17), "connections", true), (counted.Predicted, counted.Unit, counted.WitnessesMustAgree));
        var timed = plan.Variants[0].Expectations[1];
        Assert.Equal((new PredictedRange(1.00m, 1.10m), "s", false), (timed.Predicted, timed.Unit, timed.WitnessesMustAgree));
        Assert.Equal("some.yaml:6", timed.Place);
    }

    [Fact]
    public void ProbeWritesTheFirstVariantsSysctlsAndReadsAll()
    {
        var declared = Given.Scenario("""
            claim: x
            sysctl: {net.ipv4.tcp_tw_reuse: 0}
            phases: [load, {sysctl: {net.ipv4.tcp_fin_timeout: 5}}]
            variants:
              - {name: a, set: {sysctl.net.core.somaxconn: 5}}
              - {name: b, set: {sysctl.net.core.somaxconn: 6, sysctl.net.ipv4.tcp_syncookies: 0}}
            """);
        Assert.Equal([new("net.core.somaxconn", "5"), new("net.ipv4.tcp_syncookies", "0"), new("net.ipv4.tcp_tw_reuse", "0")],
            Planner.SysctlsAsked(declared).ToArray());
        Assert.Superset(Planner.SysctlsOfInterest.ToHashSet(), Planner.SysctlsToRead(declared).ToHashSet());
        Assert.Contains("net.ipv4.tcp_fin_timeout", Planner.SysctlsToRead(declared));
    }

    // 3,000 SYNs at once: the 2,979 that ListenOverflows lacked were the drops of /proc/net/softnet_stat.
    [Theory]
    [InlineData(1000, 1996, true)]
    [InlineData(1995, 1996, true)]
    [InlineData(1996, 1996, false)]
    public void MoreClientsThatRetransmitAtOnceThanTheMachineQueuesPacketsAreNoted(int room, int waiting, bool isNoted)
    {
        var yaml = $"claim: c\nserver:\n  backlog: 3\n  accept: never\nswarm:\n  connections: {waiting + 4}\nhold: 2500ms\n";
        var notes = Given.Plan(yaml, Given.Host618 with { NetdevMaxBacklog = room }, ("preflight", "note")).Variants[0].Notes;
        Assert.Equal(isNoted, notes.Any(note => note.StartsWith($"up to {waiting} clients retransmit at the same time", StringComparison.Ordinal)));
    }
}
