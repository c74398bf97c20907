using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Telemetry.Tests;

[Collection(nameof(LoadLabInstruments))]
public sealed class LoadLabInstrumentsTests : IDisposable
{
    private readonly LoadLabInstruments instruments = new();
    private readonly InstrumentReadings readings;

    public LoadLabInstrumentsTests() => readings = new InstrumentReadings(instruments);

    public void Dispose()
    {
        readings.Dispose();
        instruments.Dispose();
    }

    [Fact]
    public void EachConnectIsOneMeasurementAndTheShortestAndLongestAreExact()
    {
        var latency = Durations(1_234, 5_000_000, 5_100_000, 77_777_777);
        instruments.Record(Counted(latency, []));
        instruments.Record(Counted(Durations(999_999_937), []));
        var values = readings.Values["loadlab.client.connect.duration loadlab.retransmits=0"];
        Assert.Equal(5, values.Count);
        Assert.Equal(1_234 / 1e9, values.Min());
        Assert.Contains(77_777_777 / 1e9, values);
        Assert.Equal(999_999_937 / 1e9, values[^1]);
        Assert.Equal(5, readings.Sums["loadlab.client.connect.attempts"]);
    }

    [Fact]
    public void AHundredThousandConnectsOfOneLineAreAllMeasured()
    {
        var latency = new LatencyHistogram();
        for (var i = 0; i < 100_000; i++)
        {
            latency.Add(new Nanoseconds(20_000 + (i * 7)));
        }

        instruments.Record(Counted(latency, []));
        var values = readings.Values["loadlab.client.connect.duration loadlab.retransmits=0"];
        Assert.Equal(100_000, values.Count);

        // The middle of a bucket is at most half of its width off, which is a 32nd of its power of two.
        var exact = Enumerable.Range(0, 100_000).Average(i => (20_000 + (i * 7)) / 1e9);
        Assert.InRange(values.Average() / exact, 1 - (1 / 64.0), 1 + (1 / 64.0));
    }

    [Fact]
    public void AConnectIsFoundUnderTheNumberOfItsRetransmittedSyns()
    {
        instruments.Record(Counted(Durations(20_000, 30_000, 1_010_000_000, 3_040_000_000, 7_100_000_000), []) with
        {
            Resent = [new ResentConnects(1, Durations(1_010_000_000)), new ResentConnects(ResentConnects.Most, Durations(3_040_000_000, 7_100_000_000))],
        });
        Assert.Equal(2, readings.Values["loadlab.client.connect.duration loadlab.retransmits=0"].Count);
        Assert.All(readings.Values["loadlab.client.connect.duration loadlab.retransmits=0"], seconds => Assert.InRange(seconds, 0.00002, 0.000031));
        Assert.Equal([1.01], readings.Values["loadlab.client.connect.duration loadlab.retransmits=1"]);
        Assert.Equal([3.04, 7.1], readings.Values["loadlab.client.connect.duration loadlab.retransmits=3+"]);
    }

    [Fact]
    public void AFailedConnectHasItsErrnoAsErrorTypeAndItsDuration()
    {
        instruments.Record(Counted(new LatencyHistogram(), [new FailureCount("connect", Errno.EADDRNOTAVAIL, 2, default, default, Durations(10, 20))]));
        Assert.Equal([10 / 1e9, 20 / 1e9], readings.Values["loadlab.client.connect.duration error.type=EADDRNOTAVAIL"]);
        Assert.Equal(2, readings.Sums["loadlab.syscall.failures error.type=EADDRNOTAVAIL loadlab.role=swarm loadlab.syscall=connect"]);
    }

    [Fact]
    public void EmfileAndEnfileAreToldApart()
    {
        instruments.Record(new SyscallFailed(Role.Server, 0, "accept4", Errno.EMFILE, 3, default, default));
        instruments.Record(new SyscallFailed(Role.Server, 0, "accept4", Errno.ENFILE, 4, default, default));
        Assert.Equal(3, readings.Sums["loadlab.syscall.failures error.type=EMFILE loadlab.role=server loadlab.syscall=accept4"]);
        Assert.Equal(4, readings.Sums["loadlab.syscall.failures error.type=ENFILE loadlab.role=server loadlab.syscall=accept4"]);
    }

    [Fact]
    public void TotalsOfWorkersAreAddedAndNeverCountedTwice()
    {
        instruments.Record(new ClientsSeen(0, 1, 0, 10));
        instruments.Record(new ClientsSeen(1, 1, 0, 5));
        instruments.Record(new ClientsSeen(0, 1, 0, 12));
        instruments.Record(new ClientsSeen(0, 1, 0, 12));
        Assert.Equal(17, readings.Sums["loadlab.client.connect.retransmits"]);
    }

    [Fact]
    public void AStateThatASweepDoesNotListHasNoSocket()
    {
        instruments.Record(new StatesSeen(States(("SYN-SENT", 15)), States(("SYN-RECV", 3), ("LISTEN", 1))));
        instruments.Record(new StatesSeen(States(), States(("LISTEN", 1))));
        Assert.Equal(0, readings.Sums["system.network.connection.count loadlab.connection.end=client network.connection.state=syn_sent network.transport=tcp"]);
        Assert.Equal(1, readings.Sums["system.network.connection.count loadlab.connection.end=server network.connection.state=listen network.transport=tcp"]);
        Assert.Equal((0, 3), (readings.Sums["loadlab.server.syn_queue.usage"], readings.Sums["loadlab.server.syn_queue.peak"]));
    }

    [Fact]
    public void TheQueuesLengthIsToldByOneWitnessAndItsPeakByBoth()
    {
        instruments.Record(Seen(ListenerWitness.SockDiag, queue: 2));
        instruments.Record(Seen(ListenerWitness.TcpInfo, queue: 5));
        instruments.Record(Seen(ListenerWitness.SockDiag, queue: 3));
        Assert.Equal(3, readings.Sums["loadlab.server.accept_queue.usage loadlab.listener=0"]);
        Assert.Equal(4, readings.Sums["loadlab.server.accept_queue.limit loadlab.listener=0"]);
        Assert.Equal(5, readings.Sums["loadlab.server.accept_queue.peak loadlab.listener=0"]);
    }

    [Fact]
    public void AServerOnItsOwnTellsItsQueueItself()
    {
        instruments.Record(Seen(ListenerWitness.TcpInfo, queue: 5));
        Assert.Equal(5, readings.Sums["loadlab.server.accept_queue.usage loadlab.listener=0"]);
    }

    [Fact]
    public void EachRetransmissionIsCountedWithItsDelay()
    {
        instruments.Record(new RetransmitsCounted([
            new RetransmitSum(RetransmitKind.Syn, 1, Durations(1_000_000_000, 1_020_000_000), Durations(1_000_000_000, 1_020_000_000)),
            new RetransmitSum(RetransmitKind.SynAck, 2, Durations(3_000_000_000), Durations(2_000_000_000)),
        ]));
        Assert.Equal(2, readings.Sums["loadlab.tcp.retransmits loadlab.tcp.segment=SYN"]);
        Assert.Equal(1, readings.Sums["loadlab.tcp.retransmits loadlab.tcp.segment=SYN-ACK"]);
        Assert.Equal([1.0, 1.02], readings.Values["loadlab.tcp.retransmit.delay loadlab.tcp.segment=SYN"]);
        Assert.Equal([2.0], readings.Values["loadlab.tcp.retransmit.delay loadlab.tcp.segment=SYN-ACK"]);
    }

    [Fact]
    public void PortsOfThreadsAreAddedAndTheRangeIsEverybodys()
    {
        instruments.Record(new PortsSeen(0, 0, 10, 28_232));
        instruments.Record(new PortsSeen(0, 1, 5, 28_232));
        instruments.Record(new PortsSeen(0, 0, 4, 28_232));
        Assert.Equal((9, 28_232), (readings.Sums["loadlab.client.port.usage"], readings.Sums["loadlab.client.port.limit"]));
    }

    [Fact]
    public void AVariantIsAnAttributeOnlyWhereARunHasSeveral()
    {
        instruments.Record(new DescriptorsSeen(Role.Swarm, 2, 70, 1024, 4096) { Variant = "a" });
        Assert.Equal(70, readings.Sums["process.unix.file_descriptor.count loadlab.role=swarm loadlab.variant=a loadlab.worker=2"]);
        Assert.Equal(1024, readings.Sums["loadlab.process.file_descriptor.limit loadlab.role=swarm loadlab.variant=a loadlab.worker=2"]);
    }

    [Fact]
    public void WhatWasNotSeenIsCounted()
    {
        instruments.Record(new SamplesLost("ticks", 7, "late"));
        Assert.Equal(7, readings.Sums["loadlab.samples.lost loadlab.sample.source=ticks"]);
    }

    [Fact]
    public void DropsAndCountersAreTotals()
    {
        instruments.RecordDrops(null, [new("syn-accept-queue-full", 15)]);
        instruments.RecordDrops(null, [new("syn-accept-queue-full", 60)]);
        instruments.Record(new CountersSeen(Deltas(("TcpExt.ListenDrops", 15)), 0, []));
        instruments.Record(new CountersSeen(Deltas(("TcpExt.ListenDrops", 60)), 0, []));
        Assert.Equal(60, readings.Sums["loadlab.server.listen.drops loadlab.drop.path=syn-accept-queue-full"]);
        Assert.Equal(60, readings.Sums["loadlab.tcp.counter loadlab.tcp.counter.name=TcpExt.ListenDrops"]);
    }

    private static ConnectsCounted Counted(LatencyHistogram latency, ImmutableArray<FailureCount> failures) =>
        new(0, 0, 0, latency.Count + failures.Sum(failure => failure.Count), latency.Count, 0, failures, latency, new LatencyHistogram());

    private static ListenersSeen Seen(ListenerWitness witness, long queue) => new(witness, [new ListenerView(0, queue, 4, 0)]);

    private static LatencyHistogram Durations(params ReadOnlySpan<long> nanoseconds)
    {
        var histogram = new LatencyHistogram();
        foreach (var one in nanoseconds)
        {
            histogram.Add(new Nanoseconds(one));
        }

        return histogram;
    }

    private static ImmutableSortedDictionary<string, long> States(params (string Name, long Count)[] states) =>
        states.ToImmutableSortedDictionary(one => one.Name, one => one.Count);

    private static ImmutableSortedDictionary<string, ulong> Deltas(params (string Name, ulong Count)[] deltas) =>
        deltas.ToImmutableSortedDictionary(one => one.Name, one => one.Count);
}
