using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Tests;

/// <summary>Who finds a port, and who is in TIME-WAIT: predicted from the phases alone.</summary>
public sealed class PortPredictionTests
{
    [Fact]
    public void EachDestinationAndEachSourceHasTheWholeRange()
    {
        var plan = Shipped("per-destination", Given.Host618);
        Assert.Equal([200m, 400, 600], Low(plan, "established", "first-port", "second-port", "second-address"));
        Assert.Equal(PredictedRange.Exactly(150), plan.Predicted("without-port"));
    }

    [Theory]
    [InlineData(0, 400, 100)]
    [InlineData(1, 200, 300)]
    [InlineData(2, 400, 100)]
    public void APortThatBindPicksIsTakenForAllDestinations(int variant, int established, int refused)
    {
        var plan = Shipped("bind-first", Given.Host618);
        Assert.Equal(PredictedRange.Exactly(established), plan.Predicted("established", variant));
        Assert.Equal(PredictedRange.Exactly(refused), plan.Predicted("without-port", variant));
    }

    [Fact]
    public void WhoHasAPartOfTheRangeRunsOutAlone()
    {
        var plan = Shipped("local-port-range", Given.Host618);
        Assert.Equal([190m, 200, 200], Low(plan, "established", "leaking", "second", "others"));
        Assert.Equal((PredictedRange.Exactly(20), PredictedRange.Exactly(40), PredictedRange.Exactly(140)),
            (plan.Predicted("established@leaking", 1), plan.Predicted("established@second", 1), plan.Predicted("established", 1)));
    }

    [Fact]
    public void BeforeLinux63NoSocketHasARangeOfItsOwn()
    {
        var text = Text("local-port-range");
        var variant = Assert.Single(Given.Plan(text, Given.Host61).Variants);
        Assert.Contains(variant.Notes, note => note.Contains("'own-parts' is left out: it needs linux >= 6.3", StringComparison.Ordinal));
        Assert.Contains(Given.PlanErrors(text.Replace("needs: linux >= 6.3, ", "", StringComparison.Ordinal), Given.Host61),
            error => error.Text.Contains("IP_LOCAL_PORT_RANGE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("client-first", 200, 200)]
    [InlineData("server-first", 200, 400)]
    [InlineData("reset", 0, 400)]
    [InlineData("reuse", 200, 400)]
    [InlineData("reuse-on-loopback", 200, 400)]
    [InlineData("reuse-without-timestamps", 200, 200)]
    [InlineData("wider-range", 200, 400)]
    [InlineData("more-addresses", 200, 400)]
    [InlineData("few-buckets", 50, 350)]
    public void EachCureOfTimeWaitChangesWhoFindsAPort(string variant, int waiting, int established)
    {
        foreach (var host in (HostFacts[])[Given.Host618 with { Sysctls = Given.Host618.Sysctls.Add("net.ipv4.tcp_tw_reuse_delay", "1000") }, Given.Host61])
        {
            // What one variant sets, the others find as it was before.
            var plan = Shipped("time-wait", host with { SysctlsUntouched = host.SysctlsUntouched.Add("net.ipv4.tcp_timestamps", "1") });
            var number = plan.Variants.Select((one, i) => (one.Name, i)).Single(one => one.Name == variant).i;
            Assert.Equal(PredictedRange.Exactly(waiting), plan.Predicted("time-wait@close", number));
            Assert.Equal(PredictedRange.Exactly(established), plan.Predicted("established", number));
            Assert.Equal(PredictedRange.Exactly(400 - established), plan.Predicted("without-port", number));
        }
    }

    [Fact]
    public void TheRangeComesBackAfterAMinute()
    {
        var plan = Shipped("time-wait-expires", Given.Host618);
        Assert.Equal([200m, 200, 400], Low(plan, "established", "fill", "too-early", "after-a-minute"));
        Assert.Equal([200m, 0], Low(plan, "time-wait", "close", "after-a-minute"));
    }

    [Fact]
    public void WhenTheMomentIsNotClearTheRangeSaysSo()
    {
        // After 61 s some timers have fired, and others may need three seconds more.
        var plan = Given.Plan(Text("time-wait-expires").Replace("wait: 11s", "wait: 6s", StringComparison.Ordinal), Given.Host618);
        Assert.Equal(new PredictedRange(200, 400), plan.Predicted("established"));
    }

    [Theory]
    [InlineData(0, 1, null, 60)]
    [InlineData(2, 1, 300, 0.3)]
    [InlineData(1, 1, 3000, 3)]
    [InlineData(1, 0, 1000, 60)]
    [InlineData(2, 1, null, 0)]
    public void TimeWaitLastsAMinuteUnlessItIsReused(int reuse, int timestamps, int? delay, double seconds) =>
        Assert.Equal(seconds, TimeWait.Of(reuse, timestamps, delay, isLoopback: true).Earliest.Seconds);

    [Fact]
    public void TheDefaultReusesOnLoopbackOnly() =>
        Assert.Equal((1, 60), (TimeWait.Of(2, 1, 1000, isLoopback: true).Earliest.Seconds, TimeWait.Of(2, 1, 1000, isLoopback: false).Earliest.Seconds));

    [Theory]
    [InlineData(20000, 20019, 20000, 20019)]
    [InlineData(100, 20019, 20000, 20019)]
    [InlineData(20010, 30000, 20010, 20199)]
    [InlineData(100, 200, 20000, 20199)]
    public void AnEndOutsideOfTheSysctlsRangeIsIgnored(int first, int last, int low, int high) =>
        Assert.Equal(new PortRange(low, high), new PortRange(20000, 20199).Narrowed(new PortRange(first, last)));

    [Theory]
    [InlineData("server: {ports: 2}", "server.port is 0")]
    [InlineData("server: {port: 65535, ports: 2}", "begin at a lower one")]
    [InlineData("server: {port: 9000}\nswarm: {port: 9001}", "where no socket listens")]
    [InlineData("swarm: {bind: none, sources: 127.0.0.2}", "an address is chosen by bind()")]
    public void WhatContradictsItselfIsRefused(string yaml, string says) =>
        Assert.Contains(Given.PlanErrors($"claim: x\n{yaml}\n", Given.Host618), error => error.Text.Contains(says, StringComparison.Ordinal));

    [Theory]
    [InlineData("20000", 20000, 20000)]
    [InlineData("1-65535", 1, 65535)]
    public void PortsAreOneOrTwoNumbers(string text, int first, int last)
    {
        Assert.True(PortRange.TryParse(text, out var range));
        Assert.Equal(new PortRange(first, last), range);
    }

    [Theory]
    [InlineData("0-5")]
    [InlineData("9-5")]
    [InlineData("1-2-3")]
    [InlineData("5-65536")]
    public void OtherThingsAreNoPorts(string text) => Assert.False(PortRange.TryParse(text, out _));

    private static string Text(string name) => File.ReadAllText(Path.Combine(Given.ScenarioRoot, $"ephemeral-ports/{name}.yaml"));

    private static Plan Shipped(string name, HostFacts host) => Given.Plan(Text(name), host);

    private static decimal[] Low(Plan plan, string name, params string[] phases) => [.. phases.Select(phase =>
    {
        var range = plan.Predicted($"{name}@{phase}");
        Assert.True(range.IsExact);
        return range.Low;
    })];
}
