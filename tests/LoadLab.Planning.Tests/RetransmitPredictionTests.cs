using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Tests;

public sealed class RetransmitPredictionTests
{
    // Two ticks of 250 a second.
    private const decimal Lag = 0.008m;
    private const string Silence = "claim: x\nswarm: {connections: 10, target: 198.18.0.9}\n";
    private const string Echo = "claim: x\nserver: {connection: echo}\nphases:\n  - {peer: {send: connect, count: 5}, wait: 100ms, name: connect}\n  - "
        + "{peer: {send: data, bytes: 100}, wait: 2s, name: silence}\n";
    private const string Close = "claim: x\nserver: {connection: close}\nphases:\n  - {peer: {send: connect, count: 3}, wait: 1200ms, name: close}\n  - "
        + "{hold: 1500ms, name: later}\n";

    [Fact]
    public void SilentLoadIsForetoldForEachPhase()
    {
        var plan = Given.Plan(Silence
            + "sysctl: {net.ipv4.tcp_syn_retries: 1}\nphases:\n  - {load: {}, wait: 500ms, name: first}\n  - {hold: 1s, name: second}\n  - {hold: 3s, name: "
            + "third}\n", Given.Host618);
        Assert.Equal([0m, 10, 20], Exact(plan, "syn-retransmits@first", "syn-retransmits@second", "syn-retransmits@third"));
        Assert.Equal([0m, 0, 10], Exact(plan, "timed-out@first", "timed-out@second", "timed-out@third"));
        Assert.Equal([10m, 10, 0], Exact(plan, "waiting@first", "waiting@second", "waiting@third"));
        Assert.Equal([0m, 10, 30], Exact(plan, "timeouts@first", "timeouts@second", "timeouts@third"));
        Assert.Equal([0m], Exact(plan, "established"));
    }

    [Fact]
    public void LoadThatLastsUntilNobodyWaitsEndsWithAllOfThem()
    {
        var plan = Given.Plan(Silence + "sysctl: {net.ipv4.tcp_syn_retries: 2}\nphases: [{load: {until: settled}}]\n", Given.Host618);
        Assert.Equal([50m, 10, 0, 60], Exact(plan, "syn-retransmits", "timed-out", "waiting", "timeouts"));
        Assert.InRange(plan.Lasts.Seconds, 7, 7.5);
    }

    [Fact]
    public void PhaseThatEndsWhileATimerMayFireLeavesItOpen()
    {
        var plan = Given.Plan(Silence + "phases: [{load: {}, wait: 1s}]\n", Given.Host618);
        Assert.Equal(new PredictedRange(0, 10), plan.Predicted("syn-retransmits"));
    }

    [Fact]
    public void OptionsOfTheSocketsGoBeforeTheSysctls()
    {
        var plan = Given.Plan(Silence + "phases: [{load: {until: settled, syn-count: 3, rto-max: 1s}}]\nsysctl: {net.ipv4.tcp_syn_linear_timeouts: 0}\n",
            Given.Host618);
        Assert.Equal([30m], Exact(plan, "syn-retransmits"));
        Assert.Equal(4 - Lag, plan.Predicted("syn.give-up").Low);
    }

    [Fact]
    public void ClientsThatGiveUpThemselvesAreNotForetold() =>
        Assert.DoesNotContain(Given.Plan(Silence + "phases: [{load: {connect-timeout: 500ms}}]\n", Given.Host618).Variants[0].Predictions,
            prediction => prediction.Name == "timed-out");

    [Fact]
    public void EchoToASilentPeerIsForetold()
    {
        var plan = Given.Plan(Echo + "sysctl: {net.ipv4.tcp_retries2: 1}\n", Given.Host618);
        Assert.Equal([0m, 15], Exact(plan, "data-retransmits@connect", "data-retransmits@silence"));
        Assert.Equal(0.2m - Lag, plan.Predicted("data.1").Low);
        Assert.Equal(0.4m - Lag, plan.Predicted("data.2").Low);
        Assert.Equal(new PredictedRange(0, 5), plan.Predicted("timed-out"));
    }

    [Fact]
    public void ProbesAreNoTimeouts()
    {
        const string Retries = "sysctl: {net.ipv4.tcp_retries2: 1, net.ipv4.tcp_early_retrans: ";
        Assert.Equal([15m, 15], Exact(Given.Plan(Echo.Replace("2s", "3s", StringComparison.Ordinal) + Retries + "3}\n", Given.Host618), "data-retransmits",
            "timeouts"));
        Assert.Equal([10m, 15], Exact(Given.Plan(Echo.Replace("2s", "3s", StringComparison.Ordinal) + Retries + "0}\n", Given.Host618), "data-retransmits",
            "timeouts"));
    }

    // Seen in User-Mode Linux 6.1 with 20 connections and a limit of 8: all 20 reset after their first time-out.
    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void OrphansBeyondTheirLimitAreResetAsNoRuleTells(int most, bool isPredicted)
    {
        var plan = Given.Plan(Close + $"sandbox: kernel\nsysctl: {{net.ipv4.tcp_max_orphans: {most}}}\n", Given.Host61);
        string[] names = [.. plan.Variants[0].Predictions.Select(prediction => prediction.Name)];
        Assert.Equal(isPredicted, names.Contains("fin-retransmits@close"));
        Assert.Equal(new PredictedRange(0, isPredicted ? 0 : 3), plan.Predicted("peer.resets@close"));
        Assert.Equal(!isPredicted, plan.Variants[0].Open.Any(one => one.Why.Contains("tcp_max_orphans allows 2", StringComparison.Ordinal)));
    }

    [Fact]
    public void FinOfAClosedConnectionIsForetoldByTheRetriesOfOrphans()
    {
        var plan = Given.Plan(Close + "sysctl: {net.ipv4.tcp_orphan_retries: 1, net.ipv4.tcp_retries2: 15, net.ipv4.tcp_early_retrans: 0}\n", Given.Host618);
        Assert.Equal([6m, 6], Exact(plan, "fin-retransmits@close", "fin-retransmits@later"));
        Assert.Equal([3m, 0], Exact(plan, "unacknowledged@close", "unacknowledged@later"));
        Assert.Equal(1.4m - Lag, plan.Predicted("fin.give-up").Low);
    }

    [Theory]
    [InlineData("  - {peer: {send: ack}, name: ack}\n")]
    [InlineData("  - {load: {}, name: others}\n")]
    public void WhoeverBreaksTheSilenceEndsTheCounts(string phase)
    {
        var plan = Given.Plan(Echo + phase, Given.Host618);
        Assert.Contains(plan.Variants[0].Predictions, prediction => prediction.Name == "data.1");
        Assert.DoesNotContain(plan.Variants[0].Predictions, prediction => prediction.Name.StartsWith("data-retransmits", StringComparison.Ordinal));
    }

    [Fact]
    public void VariantLivesWithoutWhatOnlyAnotherVariantSets()
    {
        const string Yaml = Silence
            + "phases: [{load: {until: settled}}]\nsysctl: {net.ipv4.tcp_syn_retries: 2}\nvariants:\n  - {name: as-it-is, set: {swarm.connections: 1}}\n  - "
            + "{name: doubling, set: {sysctl.net.ipv4.tcp_syn_linear_timeouts: 0}}\n";
        var declared = Given.Scenario(Yaml);

        // The probe writes what any variant asks for, so that a refusal is known before the run.
        var host = Given.Host618.After(declared) with { SysctlsUntouched = Given.Host618.Sysctls };
        var plan = Planner.Plan(declared, host, "loadlab run some").Value!;
        Assert.Equal(5, plan.Predicted("syn-retransmits").Low);
        Assert.Equal(20, plan.Predicted("syn-retransmits", variant: 1).Low);
    }

    [Fact]
    public void VariantThatNeedsANewerKernelIsLeftOutWithANote()
    {
        const string Yaml = Silence
            + "phases: [{load: {until: settled}}]\nvariants:\n  - {name: old, set: {swarm.syn-count: 1}}\n  - {name: new, needs: linux >= 6.15, set: "
            + "{swarm.rto-max: 1s}}\n";
        Assert.Equal(["old", "new"], Given.Plan(Yaml, Given.Host618).Variants.Select(variant => variant.Name));
        var only = Assert.Single(Given.Plan(Yaml, Given.Host61).Variants);
        Assert.Equal("old", only.Name);
        Assert.Contains("variant 'new' is left out: it needs linux >= 6.15, and this is 6.1.0-44-amd64", only.Notes);
    }

    [Fact]
    public void ScenarioOfWhichNothingIsLeftIsRefused() =>
        Assert.Contains(
            "each variant needs a newer kernel than this one, 6.1.0-44-amd64: 'new' linux >= 6.15",
            Assert.Single(Given.PlanErrors(Silence + "variants: [{name: new, needs: linux >= 6.15, set: {swarm.rto-max: 1s}}]\n", Given.Host61)).Text,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("a new one")]
    [InlineData("linux < 6.15")]
    [InlineData("6.15")]
    public void NeedThatIsNoKernelIsNamed(string need) =>
        Assert.Contains("such as linux >= 6.15",
            Assert.Single(Given.Errors(Silence + $"variants: [{{name: a, needs: {need}, set: {{swarm.syn-count: 1}}}}]\n")).Text, StringComparison.Ordinal);

    private static ImmutableArray<decimal> Exact(Plan plan, params string[] names) => [.. names.Select(name =>
    {
        var range = plan.Predicted(name);
        Assert.True(range.IsExact, $"{name} is {range}");
        return range.Low;
    })];
}
