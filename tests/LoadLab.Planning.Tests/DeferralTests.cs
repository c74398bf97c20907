using LoadLab.Model;

namespace LoadLab.Planning.Tests;

/// <summary>Handshakes that only the server has not finished, as predicted.</summary>
public sealed class DeferralTests
{
    private const string FourBehindAFullQueue = """
        claim: x
        server: {backlog: 8, accept: never, connection: echo, defer-accept: 30s}
        phases:
          - {name: defer, load: {connections: 4}, wait: 100ms}
          - {name: no-longer, defer-accept: 0s}
          - {name: fill, load: {connections: 9}, wait: 50ms}
          - {name: send, clients: {send: 10, count: 4}, wait: 50ms}
          - {name: wait, hold: 1200ms}
          - {name: serve, accept: eager, wait: 1300ms}
        """;

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 3)]
    [InlineData(30, 5, 31)]
    [InlineData(31, 5, 31)]
    [InlineData(32, 6, 63)]
    [InlineData(300, 9, 367)]
    public void DeferAcceptEndsWithAStepOfTheSynAckSchedule(int asked, int timeouts, int live)
    {
        Assert.Equal(timeouts, DeferAccept.Timeouts(Nanoseconds.FromSeconds(asked)));
        Assert.Equal(Nanoseconds.FromSeconds(live), DeferAccept.Live(Nanoseconds.FromSeconds(asked)));
    }

    [Theory]
    [InlineData("established@defer", 4)]
    [InlineData("syn-queue.half-open@defer", 4)]
    [InlineData("deferred@defer", 4)]
    [InlineData("listener-drops@defer", 4)]
    [InlineData("queue@defer", 0)]
    [InlineData("defer-accept@defer", 31)]
    [InlineData("defer-accept@no-longer", 0)]
    [InlineData("queue@fill", 9)]
    [InlineData("senders@send", 4)]
    [InlineData("overflows@send", 4)]
    [InlineData("listener-drops@send", 12)]
    [InlineData("data-retransmits@wait", 12)]
    [InlineData("syn-queue.syn-acks-again@wait", 4)]
    [InlineData("retransmits@wait", 16)]
    [InlineData("overflows@wait", 20)]
    [InlineData("bytes-read@wait", 0)]
    [InlineData("accepted", 13)]
    [InlineData("syn-queue.half-open", 0)]
    [InlineData("bytes-read", 40)]
    [InlineData("resets", 0)]
    public void AsMeasuredOnLinux618(string prediction, int value) =>
        Assert.Equal(PredictedRange.Exactly(value), Given.Plan(FourBehindAFullQueue, Given.Host618).Predicted(prediction));

    [Theory]
    [InlineData("resets@send", 4)]
    [InlineData("overflows", 4)]
    [InlineData("syn-queue.half-open@send", 0)]
    [InlineData("data-retransmits", 0)]
    [InlineData("accepted", 9)]
    [InlineData("bytes-read", 0)]
    public void AbortingEndsEachWithItsFirstPacket(string prediction, int value) =>
        Assert.Equal(PredictedRange.Exactly(value),
            Given.Plan(FourBehindAFullQueue, Given.Host618, ("sysctl.net.ipv4.tcp_abort_on_overflow", "1")).Predicted(prediction));

    [Fact]
    public void ABackToBackSendIntoAnEmptyQueueLosesNothing()
    {
        const string Yaml = "claim: x\nserver: {connection: discard, defer-accept: 5s}\nphases: [{load: {connections: 3}, wait: 50ms}, {name: send, "
            + "clients: {send: 7}, wait: 50ms}]\n";
        var plan = Given.Plan(Yaml, Given.Host618);
        Assert.Equal((0m, 3m, 21m), (plan.Predicted("overflows").High, plan.Predicted("accepted@send").Low, plan.Predicted("bytes-read@send").Low));
        Assert.Equal(PredictedRange.Exactly(0), plan.Predicted("accepted@load"));
    }

    [Fact]
    public void ADeferredRequestIsLetInByTheSynAckAtTheEndOfItsTime()
    {
        // 3 s are two time-outs: at the second the SYN-ACK is retransmitted, and the ACK to that ends the handshake without any data.
        const string Yaml = "claim: x\nserver: {defer-accept: 3s}\nphases: [{load: {connections: 2}, wait: 2500ms}, {name: later, hold: 1s}]\n";
        var plan = Given.Plan(Yaml, Given.Host618);
        Assert.Equal(PredictedRange.Exactly(0), plan.Predicted("accepted@load"));
        Assert.Equal(PredictedRange.Exactly(2), plan.Predicted("accepted@later"));
        Assert.Equal(PredictedRange.Exactly(2), plan.Predicted("syn-queue.syn-acks-again@later"));
    }

    [Fact]
    public void AFinIsNoBareAckAndEndsADeferredHandshake()
    {
        var plan = Given.Plan(
            "claim: x\nserver: {backlog: 4, defer-accept: 30s, accept: never}\nphases: [{load: {connections: 2, then: close}, wait: 100ms}]\n", Given.Host618);
        Assert.Equal(PredictedRange.Exactly(2), plan.Predicted("queue@load"));
        Assert.Equal(PredictedRange.Exactly(2), plan.Predicted("deferred@load"));
    }

    [Fact]
    public void MoreDeferredRequestsThanTheSynQueueTakesGoByCookiesWhichAreNotDeferred()
    {
        var plan = Given.Plan("claim: x\nserver: {backlog: 4, defer-accept: 30s, accept: never}\nphases: [{load: {connections: 9}, wait: 100ms}]\n",
            Given.Host618);
        Assert.Equal(PredictedRange.Exactly(5), plan.Predicted("syn-queue.half-open@load"));
        Assert.Equal(PredictedRange.Exactly(4), plan.Predicted("syn-queue.cookies@load"));
        Assert.Equal(PredictedRange.Exactly(4), plan.Predicted("queue@load"));
    }
}
