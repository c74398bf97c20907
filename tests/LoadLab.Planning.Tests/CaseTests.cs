using LoadLab.Model;

namespace LoadLab.Planning.Tests;

/// <summary>Settings in combination, each with the value that was seen on Linux 6.18.</summary>
public sealed class CaseTests
{
    private const string Ports = "preflight: note\nsysctl: {net.ipv4.ip_local_port_range: 20000 20019}\n";

    [Theory]
    [InlineData("established", 20,
        Ports + "server: {port: 9000, backlog: 1000, accept: never}\nphases: [{name: a, load: {connections: 10, until: settled}}, {name: b, load: "
        + "{connections: 30, bind: no-port, until: settled}}]")]
    [InlineData("time-wait", 0,
        Ports + "server: {port: 9000, backlog: 1000, connection: close}\nphases: [{name: a, load: {connections: 5, until: settled}, wait: 300ms}, {name: c, "
        + "clients: close, wait: 300ms}, {name: b, load: {connections: 20, until: settled}, wait: 300ms}]")]
    [InlineData("established", 20,
        "preflight: note\nserver: {port: 9000, backlog: 1000, accept: never}\nphases: [{name: s, sysctl: {net.ipv4.ip_local_port_range: 20000 20019}}, "
        + "{name: b, load: {connections: 50, until: settled}}]")]
    [InlineData("established", 30,
        "preflight: note\nsysctl: {net.ipv4.ip_local_port_range: 20000 20029}\nserver: {port: 9000, backlog: 1000, accept: eager}\nphases: [{name: fill, "
        + "load: {connections: 120, until: settled}}]")]
    [InlineData("established", 30,
        "preflight: note\nsysctl: {net.ipv4.ip_local_port_range: 20000 20029}\nserver: {port: 9000, backlog: 1000, accept: never}\nphases: [{name: fill, "
        + "load: {shape: rate, rate: 200/s, for: 500ms, until: settled}}]")]
    [InlineData("established", 90,
        "preflight: note\nsysctl: {net.ipv4.ip_local_port_range: 20000 20029}\nserver: {port: 9000, backlog: 1000, accept: never}\nphases: [{name: fill, "
        + "load: {connections: 120, ports: planned, sources: 127.0.0.2-127.0.0.4, until: settled}}]")]
    [InlineData("established", 10,
        "preflight: note\nserver: {port: 9000, backlog: 4096, accept: never}\nphases: [{name: fill, load: {connections: 2000, local-ports: 40000-40009, "
        + "until: settled}}]")]
    [InlineData("established", 39,
        "preflight: note\nsysctl: {net.ipv4.ip_local_port_range: 40000 40039}\nserver: {port: 0, backlog: 1000, accept: never}\nphases: [{name: fill, load: "
        + "{connections: 40}}]")]
    public void PortsRunOutWhateverElseIsSet(string quantity, int value, string scenario) =>
        Assert.Equal(PredictedRange.Exactly(value), Plan(scenario).Predicted(quantity));

    [Theory]
    [InlineData("waiting", 0,
        "server: {backlog: 0, accept: never}\nphases: [{name: s, sysctl: {net.ipv4.tcp_syn_retries: 1}}, {name: b, load: {connections: 5}, wait: 4s}]")]
    [InlineData("waiting", 0,
        "server: {backlog: 0, accept: never}\nphases: [{name: a, load: {connections: 1, until: settled}}, {name: b, load: {connections: 5, syn-count: 1}, "
        + "wait: 4s}]")]
    [InlineData("waiting", 0,
        "server: {backlog: 0, accept: never}\nphases: [{name: a, load: {connections: 1, until: settled}}, {name: b, load: {connections: 5, user-timeout: "
        + "1500ms}, wait: 2500ms}]")]
    [InlineData("live-backlog", 16, "server: {backlog: 4, accept: never}\nphases: [{load: {connections: 10}}, {name: grow, listen: 16}]")]
    [InlineData("established", 20, "server: {backlog: 64, accept: never}\nphases: [{load: {connections: 20}}]")]
    [InlineData("refused", 150, "preflight: note\nlimits: {swarm: {spare: 50}}\nserver: {backlog: 1000, accept: never}\nphases: [{load: {connections: 200}}]")]
    public void OptionsLimitsAndPhasesCountForThoseTheyBelongTo(string quantity, int value, string scenario) =>
        Assert.Equal(PredictedRange.Exactly(value), Plan(scenario).Predicted(quantity));

    [Theory]
    [InlineData("syn-queue.cookies", 1, "server: {backlog: 16, accept: never}\nphases: [{name: a, peer: {send: connect, count: 18}, wait: 100ms}]")]
    [InlineData("syn-queue.cookies", 13, "server: {backlog: 16, accept: never}\nphases: [{name: a, peer: {send: connect, count: 30}, wait: 100ms}]")]
    [InlineData("accepted", 1, "server: {backlog: 50, accept: paced 100/s}\nphases: [{name: a, peer: {send: connect, count: 1}, wait: 500ms}]")]
    [InlineData("listener-drops", 5,
        "server: {backlog: 8, accept: never}\nphases: [{name: a, peer: {send: syn, count: 5}, wait: 50ms}, {name: b, peer: {send: rst}, wait: 50ms}]")]
    [InlineData("deferred", 0,
        "sysctl: {net.ipv4.tcp_syncookies: 2}\nserver: {backlog: 8, accept: never, defer-accept: 30s}\nphases: [{load: {connections: 4}}]")]
    [InlineData("waiting", 0,
        "sysctl: {net.ipv4.tcp_syncookies: 0, net.ipv4.tcp_max_syn_backlog: 64, net.ipv4.tcp_rfc1337: 1}\nserver: {backlog: 4096, accept: eager, "
        + "connection: echo}\nphases: [{name: before, load: {connections: 5, exchange: 1000, then: close, until: settled}, wait: 300ms}, {name: flood, "
        + "peer: {send: syn, count: 200}, wait: 200ms}, {name: again, load: {connections: 5}, wait: 500ms}]")]
    [InlineData("peer.with-options", 0,
        "sysctl: {net.ipv4.tcp_sack: 0}\nserver: {backlog: 8, accept: never}\nphases: [{name: a, peer: {send: syn, count: 5}, wait: 50ms}]")]
    public void EachSegmentMeetsTheQueuesAsTheKernelLooksAtThem(string quantity, int value, string scenario) =>
        Assert.Equal(PredictedRange.Exactly(value), Plan(scenario).Predicted(quantity));

    [Theory]
    [InlineData("keepalive.given-up", 5, "server: {keepalive: 1s 1s 2}\nphases: [{name: a, peer: {send: connect, count: 5}, wait: 5s}]")]
    [InlineData("keepalive.given-up", 0, "server: {keepalive: 1s 1s 2}\nphases: [{name: a, peer: {send: connect, count: 5}, wait: 2500ms}]")]
    [InlineData("keepalive.probes", 10,
        "server: {keepalive: {idle: 1s, interval: 1s, count: 2}}\nphases: [{name: a, peer: {send: connect, count: 5}, wait: 5s}]")]
    [InlineData("peer.resets", 5, "server: {connection: discard, keepalive: 1s 1s 2}\nphases: [{name: a, peer: {send: connect, count: 5}, wait: 5s}]")]
    [InlineData("keepalive.probes", 0,
        "server: {connection: echo, keepalive: 1s 1s 2}\nphases: [{name: a, peer: {send: connect, count: 5}}, {name: b, peer: {send: data, bytes: 1}, wait: "
        + "5s}]")]
    [InlineData("keepalive.given-up", 0, "server: {keepalive: 1s 1s 2}\nphases: [{name: a, load: {connections: 5}, wait: 5s}]")]
    [InlineData("open", 5, "server: {keepalive: 1s 1s 2}\nphases: [{name: a, load: {connections: 5}, wait: 5s}]")]
    public void KeepaliveGivesUpIdleConnectionsWhosePeerIsSilentAndNoOthers(string quantity, int value, string scenario) =>
        Assert.Equal(PredictedRange.Exactly(value), Plan(scenario).Predicted(quantity));

    // Each seen three times on 6.18. A thread of several listeners, and one before its stall, waits in epoll and does not ask for a descriptor before a
    // connection comes.
    [Theory]
    [InlineData(6, "accept: eager", "load: {shape: rate, rate: 200/s, for: 100ms}, wait: 250ms}]")]
    [InlineData(1, "listeners: 4, accept: eager", "load: {shape: rate, rate: 200/s, for: 100ms}, wait: 250ms}]")]
    [InlineData(8, "accept: eager", "load: {shape: rate, rate: 200/s, for: 125ms}, wait: 250ms}, {name: b, accept: stalled 50ms 400ms, wait: 600ms}]")]
    [InlineData(7, "accept: eager", "load: {shape: rate, rate: 200/s, for: 100ms}, wait: 250ms}, {name: b, accept: stalled 50ms 400ms, wait: 600ms}]")]
    [InlineData(8, "accept: eager", "load: {shape: rate, rate: 200/s, for: 125ms}, wait: 250ms}, {name: b, accept: paced 10/s, wait: 600ms}]")]
    public void AnAcceptLoopAtItsLimitAsksAgainWhenItsWaitOrItsOrderEnds(int failed, string accept, string phases)
    {
        var plan = Plan($"preflight: note\nlimits: {{server: {{spare: 20}}}}\nserver: {{backlog: 64, {accept}}}\nphases: [{{name: a, {phases}");
        Assert.True(plan.Predicted("failed-accepts").Contains(failed), $"{plan.Predicted("failed-accepts")}");
        Assert.InRange(plan.Predicted("failed-accepts").High - plan.Predicted("failed-accepts").Low, 0, 1);
    }

    [Fact]
    public void SeveralAcceptThreadsFindTheLimitOneAfterTheOther() => Assert.DoesNotContain(
        Plan("preflight: note\nlimits: {server: {spare: 20}}\nserver: {backlog: 64, accept: eager, accept-threads: 4}\nphases: [{name: a, load: "
            + "{connections: 25}, wait: 300ms}]").Variants[0].Predictions,
        prediction => prediction.Name.StartsWith("failed-accepts", StringComparison.Ordinal));

    [Fact]
    public void AServerThatResetsMayDoSoBeforeConnectLooks() =>
        Assert.Equal(new PredictedRange(0, 25), Plan(
            "server: {backlog: 128, accept: eager, connection: reset}\nphases: [{name: a, load: {shape: rate, rate: 50/s, for: 500ms}, wait: 100ms}]")
            .Predicted("established"));

    [Fact]
    public void SynsOfOneSlotThatCompeteForFewerPlacesLeaveOnlyWhatTheyChangeOpen()
    {
        var plan = Plan(
            "server: {backlog: 1, accept: stalled 400ms 300ms}\nphases: [{name: a, load: {shape: rate, rate: 100/s, for: 500ms, until: settled}, wait: "
            + "300ms}]");
        Assert.DoesNotContain(plan.Variants[0].Predictions, prediction => prediction.Name is "drops" or "accepted");
        Assert.Equal(PredictedRange.Exactly(1), plan.Predicted("live-backlog"));
    }

    // Seen on 6.18 with two processors and clients that close at once: PassiveOpens 2,003 of 2,000 clients.
    [Theory]
    [InlineData("hold", true)]
    [InlineData("close", false)]
    public void PassiveOpensIsAskedOnlyWhereNothingFollowsTheFinalAckAtOnce(string then, bool isAsked)
    {
        var plan = Plan($"swarm: {{connections: 20, then: {then}}}\nphases: [{{name: a, load: {{until: settled}}, wait: 300ms}}]");
        var established = Assert.Single(plan.Variants[0].Further, check => check.Id == "established@a");
        Assert.Equal(isAsked, established.Witnesses.Any(term => $"{term}".Contains("PassiveOpens", StringComparison.Ordinal)));
    }

    private static Plan Plan(string scenario) => Given.Plan($"claim: x\n{scenario}\n", Given.Host618);
}
