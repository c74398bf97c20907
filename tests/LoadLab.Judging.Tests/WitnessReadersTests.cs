using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Tests;

public class WitnessReadersTests
{
    private static readonly Plan Plan = Runs.OverflowPlan();

    [Theory]
    [InlineData("clients.attempted", 20)]
    [InlineData("clients.established", 5)]
    [InlineData("clients.failed", 0)]
    [InlineData("clients.pending", 15)]
    [InlineData("clients.gave-up", 0)]
    [InlineData("clients.open", 5)]
    [InlineData("clients.syn-retransmits", 60)]
    [InlineData("clients.syns-unanswered", 75)]
    [InlineData("clients.off-step", 0)]
    [InlineData("clients.errno.ETIMEDOUT", 0)]
    [InlineData("clients.latency.max", 0.001)]
    [InlineData("counters.TcpExt.ListenOverflows", 75)]
    [InlineData("counters.TcpExt.ListenOverflows@load", 15)]
    [InlineData("counters.TcpExt.ListenOverflows.first-seen", 0.01)]
    [InlineData("counters.Tcp.AttemptFails", 0)]
    [InlineData("sock_diag.accept-queue.peak", 5)]
    [InlineData("sock_diag.accept-queue.total", 5)]
    [InlineData("sock_diag.live-backlog.last", 4)]
    [InlineData("sock_diag.drops.last", 75)]
    [InlineData("sock_diag.drops.first-seen", 0.02)]
    [InlineData("tcp_info.drops.last", 75)]
    [InlineData("tcp_info.drops.first-seen", 0.03)]
    [InlineData("tcp_info.room-at-first-drop", 0)]
    [InlineData("sock_diag.client.SYN-SENT.last", 15)]
    [InlineData("sock_diag.server.SYN-RECV.peak", 0)]
    [InlineData("server.accepted", 0)]
    [InlineData("server.errno.ECONNRESET", 0)]
    public void EachWitnessOfTheOverflowSaysWhatWasMeasured(string name, double value)
    {
        Assert.Equal((decimal)value, Ask(name, Runs.OverflowSeen()).Value);
    }

    [Fact]
    public void EveryRowOfTheCatalogueHasAReader() =>
        Assert.Empty(Witnesses.All.Except(WitnessReaders.Rows).Select(row => $"{row.Name} has no reader: attach one in Judging/Witnesses"));

    [Fact]
    public void EveryReaderHasARowInTheCatalogue() =>
        Assert.Empty(WitnessReaders.Rows.Except(Witnesses.All).Select(row => $"{row.Name} is read and not in Witnesses.All"));

    [Fact]
    public void EveryNameReadsBackAsItself() => Assert.All(Witnesses.Names, name => Assert.Equal(name, WitnessRef.TryParse(name)?.ToString()));

    [Fact]
    public void NoTwoRowsHaveTheSameName() => Assert.Equal(Witnesses.All.Length, Witnesses.All.DistinctBy(row => row.Name).Count());

    [Fact]
    public void EveryWitnessIsUnseenBeforeTheFirstObservation() => Assert.All(Witnesses.Names, name => Assert.False(Ask(name, []).CouldSee, name));

    [Fact]
    public void ACounterThatThisKernelDoesNotHaveIsUnseenAndNotZero() =>
        Assert.Equal("this kernel has no counter TcpExt.NotHere", Ask("counters.TcpExt.NotHere", Runs.OverflowSeen()).Blind);

    [Fact]
    public void SeveralListenersGiveTheFullestTheEmptiestAndTheSum()
    {
        List<Observation> seen = [new PhaseBegan("load"), Runs.Listeners(ListenerWitness.SockDiag, 1, (3, 2, 0), (1, 2, 0)),
            Runs.Listeners(ListenerWitness.SockDiag, 2, (2, 2, 3), (1, 2, 4))];
        Assert.Equal([2m, 3m, 1m, 3m, 7m], new[] { "last", "peak", "least", "total" }.Select(name => Ask("sock_diag.accept-queue." + name, seen).Value)
            .Append(Ask("sock_diag.drops.last", seen).Value));
        Assert.Equal(3m, Ask("sock_diag.room-at-first-drop", seen).Value);
    }

    [Fact]
    public void DropsThatTheKernelDoesNotTellAreUnseen() =>
        Assert.False(Ask("tcp_info.drops.last", [Runs.Listeners(ListenerWitness.TcpInfo, 1, (3, 2, null))]).CouldSee);

    // Seen: 31 clients of slow-accept gave up after 300 ms, 31 SYNs were dropped, and 0 were said to be unanswered.
    [Fact]
    public void AClientThatGaveUpHasSentASynAndOneWithoutASocketHasNot()
    {
        List<Observation> seen =
        [
            Runs.Clients(10, 4, 0.1, new("connect (given up)", Errno.ETIMEDOUT, 3, default, default), new("socket", Errno.EMFILE, 2, default, default)),
            new ClientsSeen(0, 4, 1, 0, 0, 0),
        ];
        Assert.Equal(4m, Ask("clients.syns-unanswered", seen).Value);
    }

    // Seen: 32 SYNs without an answer for 31 drops, since a server that resets at once was faster than one client's look at its socket.
    [Fact]
    public void AClientThatWasResetAtOnceHasHadAnAnswer()
    {
        var reset = new FailureCount("connect", Errno.ECONNRESET, 1, default, default);
        List<Observation> seen = [Runs.Clients(10, 8, 0.1, reset), new ClientsSeen(0, 8, 1, 0, 0, 0)];
        Assert.Equal(1m, Ask("clients.syns-unanswered", seen).Value);
    }

    [Fact]
    public void GivenUpConnectsAreFailuresOfTheirOwnKind()
    {
        List<Observation> seen = [Runs.Clients(10, 4, 0.1, new("connect (given up)", Errno.ETIMEDOUT, 3, default, default),
            new("connect", Errno.ECONNRESET, 1, default, default))];
        Assert.Equal([3m, 4m, 2m, 1m], new[] { "gave-up", "failed", "pending", "errno.ECONNRESET" }.Select(name => Ask("clients." + name, seen).Value));
    }

    [Fact]
    public void ReportsOfSomeWorkersAreNoSum()
    {
        var plan = Runs.Plan(Runs.Variant("", Runs.Overflow) with { Workers = 2 });
        var evidence = Runs.Evidence(plan, Runs.Clients(2, 2, 0.1), new ClientsSeen(0, 1, 0, 0));
        Assert.False(evidence.Of("").Ask("clients.open").CouldSee);
        evidence.Fold(new ClientsSeen(1, 1, 0, 0));
        evidence.Fold(new ClientsSeen(0, 0, 0, 0));
        Assert.Equal(1m, evidence.Of("").Ask("clients.open").Value);
    }

    [Theory]
    [InlineData(0.1, 0)]
    [InlineData(0.5, 3)]
    [InlineData(1.05, 0)]
    [InlineData(1.5, 3)]
    [InlineData(7.3, 0)]
    [InlineData(9.5, 3)]
    public void ALatencyOffTheSynScheduleIsCounted(double latencyS, int offStep) =>
        Assert.Equal(offStep, Ask("clients.off-step", [Runs.Clients(3, 3, latencyS)]).Value);

    [Fact]
    public void MomentsCountFromTheFirstLoadPhaseOnly()
    {
        var scenario = Runs.Overflow with { Phases = Runs.Overflow.Phases.Insert(0, new Phase("before", new HoldAction(), default)) };
        var evidence = Runs.Evidence(Runs.Plan(Runs.Variant("", scenario)), [new PhaseBegan("before") { T = Runs.At(0.5) }, .. Runs.OverflowSeen()]);
        Assert.Equal(0.01m, evidence.Of("").Ask("counters.TcpExt.ListenDrops.first-seen").Value);
    }

    [Fact]
    public void TheServersLastTallyCounts()
    {
        var errors = ImmutableDictionary<Errno, long>.Empty.Add(Errno.ECONNRESET, 2);
        List<Observation> seen = [new ServerTally(1, [1], 1, 0, ImmutableDictionary<Errno, long>.Empty, 0), new ServerTally(9, [9], 3, 4, errors, 0)];
        Assert.Equal([9m, 3m, 4m, 2m], new[] { "accepted", "open", "end-of-stream", "errno.ECONNRESET" }.Select(name => Ask("server." + name, seen).Value));
    }

    [Fact]
    public void ThePeersLastTallyCounts()
    {
        List<Observation> seen = [Runs.Tally(200, 9) with { SynAcks = 9 }, Runs.Tally(200, 9) with { SynAcks = 18, Resets = 3 }];
        Assert.Equal([200m, 9m, 191m, 18m, 9m, 3m, 200m, 0m, 18m, 0m],
            new[] { "flows", "answered", "unanswered", "syn-acks", "syn-acks-again", "resets", "sent.syn", "sent.fin", "option.mss", "option.sack" }
            .Select(name => Ask("peer." + name, seen).Value));
    }

    [Fact]
    public void ALossOfThePeersBlindsIt() => Assert.False(Ask("peer.answered", [Runs.Tally(200, 9), new SamplesLost("peer", 1, "full")]).CouldSee);

    [Fact]
    public void ACounterMovedLastWhenASweepFoundItChanged()
    {
        List<Observation> seen =
        [
            new PhaseBegan("load") { T = Runs.At(1) },
            .. new ulong[] { 0, 6, 6, 12, 12 }.Select((delta, i) =>
                new CountersSeen(Runs.Counters(("TcpExt.TCPTimeouts", delta), ("Tcp.OutRsts", 0)), 0, []) { T = Runs.At(2 + i) }),
        ];
        Assert.Equal(2m, Ask("counters.TcpExt.TCPTimeouts.first-seen", seen).Value);
        Assert.Equal(4m, Ask("counters.TcpExt.TCPTimeouts.last-seen", seen).Value);
        Assert.Equal(Reading.Never, Ask("counters.Tcp.OutRsts.last-seen", seen));
    }

    [Fact]
    public void ConnectionsThatBrokeLaterAreCountedByErrnoAndAreNoFailedConnects()
    {
        List<Observation> seen =
        [
            Runs.Clients(5, 5, 0.001),
            new SyscallFailed(Role.Swarm, 0, "recv", Errno.ECONNRESET, 2, default, default),
            new SyscallFailed(Role.Swarm, 1, "send", Errno.ECONNRESET, 1, default, default),
            new SyscallFailed(Role.Server, 0, "recv", Errno.ECONNRESET, 7, default, default),
        ];
        Assert.Equal([3m, 0m, 0m, 0m], new[] { "broken.ECONNRESET", "broken.ETIMEDOUT", "failed",
            "errno.ECONNRESET" }.Select(name => Ask("clients." + name, seen).Value));
    }

    [Fact]
    public void WhatClientsSendAndSendAgainIsTheSumOfTheWorkers()
    {
        var plan = Runs.Plan(Runs.Variant("", Runs.Overflow) with { Workers = 2 });
        var evidence = Runs.Evidence(plan, Runs.Clients(2, 2, 0.1), new ClientsSeen(0, 1, 0, 0, 2, 5), new ClientsSeen(1, 1, 0, 0, 1, 4));
        Assert.Equal((3m, 9m), (evidence.Of("").Ask("clients.senders").Value, evidence.Of("").Ask("clients.data-retransmits").Value));
    }

    [Fact]
    public void WhatTheServersConnectionsSentAgainIsAsTheLastReportHasIt()
    {
        var tally = new ServerTally(1, [1], 1, 0, ImmutableDictionary<Errno, long>.Empty, 12, 4, Runs.At(31));
        List<Observation> seen = [tally, tally with { BytesRead = 20, Retransmits = null }];
        Assert.Equal([20m, 4m, 31m], new[] { "bytes-read", "retransmits", "defer-accept" }.Select(name => Ask("server." + name, seen).Value));
        Assert.False(Ask("server.retransmits", [tally with { Retransmits = null }]).CouldSee);
    }

    private static Reading Ask(string name, IEnumerable<Observation> seen) => Runs.Evidence(Plan, seen).Of("").Ask(name);
}
