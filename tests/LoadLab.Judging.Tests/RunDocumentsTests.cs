using System.Text.Json;
using LoadLab.Model;

namespace LoadLab.Judging.Tests;

public class RunDocumentsTests
{
    [Fact]
    public void TheOverflowsDocumentHasItsFigures()
    {
        var run = Build(Runs.OverflowSeen());
        Assert.True(run.Finished);
        Assert.Null(run.Unfinished);
        Assert.Equal(Runs.OverflowPlan().Host.Version, run.Version);
        Assert.Equal((20, 5, 0, 15), (run.Connections.Attempted, run.Connections.Established, run.Connections.Failed, run.Connections.Pending));
        Assert.Equal(new AcceptQueueFigures(4, 5, 5, 5), run.Queues.Accept);
        Assert.Equal(75ul, run.Counters["TcpExt.ListenOverflows"]);
        Assert.Equal(0ul, run.Counters["TcpExt.TCPReqQFullDrop"]);
        Assert.Equal(new StateFigures(10, 10), run.States["ESTABLISHED"]);
        Assert.Equal(60ul, run.Retransmits["SYN"].Count);
        Assert.Equal([1.01, 2.04], run.Retransmits["SYN"].ScheduleS);
        Assert.Equal([("load", 1.0, 1.1), ("hold", 1.1, 5.1)], run.Primary.Phases.Select(phase => (phase.Name, phase.FromS, phase.ToS!.Value)));
    }

    [Fact]
    public void ACounterThatThisKernelDoesNotHaveIsAbsent()
    {
        var seen = Runs.OverflowSeen();
        seen[1] = new CountersSeen(Runs.Counters(), 300, ["TcpExt.SyncookiesSent"]);
        Assert.False(Build(seen).Counters.ContainsKey("TcpExt.SyncookiesSent"));
    }

    [Fact]
    public void FailuresOfServerAndSwarmAreListedOnce()
    {
        var seen = Runs.OverflowSeen();
        seen.Insert(3, Runs.Clients(2, 0, 0, new FailureCount("connect", Errno.EADDRNOTAVAIL, 2, Runs.At(1), Runs.At(2))));
        seen.Insert(4, new SyscallFailed(Role.Swarm, 0, "connect", Errno.EADDRNOTAVAIL, 2, Runs.At(1), Runs.At(2)));
        seen.Insert(5, new SyscallFailed(Role.Server, 0, "accept4", Errno.EMFILE, 7, Runs.At(3), Runs.At(4)));
        seen.Insert(6, new SyscallFailed(Role.Server, 0, "accept4", Errno.EMFILE, 1, Runs.At(2), Runs.At(3)));
        Assert.Equal(
            [new ErrorFigures(Role.Swarm, "connect", Errno.EADDRNOTAVAIL, 2, 1, 2), new ErrorFigures(Role.Server, "accept4", Errno.EMFILE, 8, 2, 4)],
            Build(seen).Errors);
    }

    [Fact]
    public void TheSummaryOfTheOverflowSaysWhatHappenedByWhoseDoingAndWhatCuresIt()
    {
        Assert.Equal(
            "75 SYNs met a full accept queue (5 connections: live backlog 4 + 1) and were dropped without an answer. 5 of 20 clients connected, the slowest "
                + "after 1 ms; 15 clients are still waiting. "
            + "The server has accepted none; 5 connections are queued. Only accept() makes room. A larger backlog only moves the moment at which the queue "
            + "is full. "
            + "Find out why the program does not accept: still starting, blocked, or stopped.",
            Build(Runs.OverflowSeen()).Summary);
    }

    [Fact]
    public void ThePeersSynsAreTheStoryWhereItWasTheOnlyClient()
    {
        Assert.Equal(
            "191 SYNs met a full SYN queue of 9 half-open requests with syncookies off and were dropped without an answer. 9 of the scripted peer's 200 "
                + "SYNs were answered, at most 9 requests were half-open. "
            + "Half-open requests are bounded by the backlog, too. A flood, or many slow clients, keep ordinary clients out. "
            + "Turn syncookies on (net.ipv4.tcp_syncookies=1), or use a larger backlog and net.core.somaxconn.",
            Build(PeerSeen(Runs.Tally(200, 9), 9, ("TcpExt.TCPReqQFullDrop", 191), ("TcpExt.ListenDrops", 191))).Summary);
        Assert.Equal(
            "15 SYNs met a full SYN queue of 5 half-open requests and were answered by a syncookie, which drops nothing. 20 of the scripted peer's 20 SYNs "
                + "were answered, at most 5 requests were half-open. "
            + "Clients connect nevertheless. But a cookie's SYN-ACK is never retransmitted, and without timestamps the connection has no window scale and "
            + "no SACK. "
            + "A larger backlog and net.core.somaxconn avoid it, where the clients are honest.",
            Build(PeerSeen(Runs.Tally(20, 20), 5, ("TcpExt.TCPReqQFullDoCookies", 15), ("TcpExt.SyncookiesSent", 15))).Summary);
        Assert.Equal(
            "The kernel dropped no SYN: 6 of the scripted peer's 6 SYNs were answered, at most 6 requests were half-open; the accept queue held at most 0 "
                + "of 5 connections. This set-up has room for this load.",
            Build(PeerSeen(Runs.Tally(6, 6) with { SynAcks = 12 }, 6)).Summary);
    }

    [Fact]
    public void ThePeersFiguresAreInTheDocument() =>
        Assert.Equal((200, 9, 9), Build(PeerSeen(Runs.Tally(200, 9), 9)).Peer is { } peer ? (peer.Flows, peer.Answered, peer.SynAcks) : default);

    [Fact]
    public void ARunWithoutDropsSaysHowMuchWasUsed()
    {
        List<Observation> seen =
        [
            new PhaseBegan("load"), new CountersSeen(Runs.Counters(), 300, []), Runs.Clients(20, 20, 0.004), Runs.Listeners(ListenerWitness.SockDiag, 1,
                (3, 4, 0)), new PhaseEnded("load", true),
            new PhaseBegan("hold"), new PhaseEnded("hold", true),
        ];
        Assert.Equal(
            "The kernel dropped no SYN: 20 of 20 clients connected, the slowest after 4 ms; the accept queue held at most 3 of 5 connections. This set-up "
                + "has room for this load.",
            Build(seen).Summary);
    }

    [Fact]
    public void ABrokenExpectationIsInTheSummary()
    {
        var summary = Build(Runs.OverflowSeen(), Runs.Expect(6, 6, "clients.established")).Summary;
        Assert.Contains(
            "That is not what the kernel's rules predict: 1 expectation of 1 is broken, first \"The accept queue takes backlog + 1\" (expected 6 "
            + "connections, clients.established saw 5).", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void AValueThatTheScenarioStatesIsNotBlamedOnTheKernelsRules()
    {
        var summary = Build(Runs.OverflowSeen(), Runs.Expect(98, 98, "clients.established") with { IsStated = true, Unit = "errno" }).Summary;
        Assert.Contains("That is not what the scenario states: 1 expectation of 1 is broken", summary, StringComparison.Ordinal);
        Assert.Contains("(expected EADDRINUSE, clients.established saw EIO)", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void AWitnessThatCountsMoreThanItsNameSaysIsExplainedBesideTheFindingThatItBreaks()
    {
        List<Observation> Seen(ulong resets) =>
        [
            new PhaseBegan("load"), new CountersSeen(Runs.Counters(("TcpExt.EmbryonicRsts", resets), ("TcpExt.ListenDrops", 0)), 300,
                []), Runs.Listeners(ListenerWitness.SockDiag, 1, (0, 4, 3)), new PhaseEnded("load", true),
            new PhaseBegan("hold"), new PhaseEnded("hold", true),
        ];
        var stated = Runs.Expect(0, 0, "counters.TcpExt.ListenDrops", "sock_diag.drops.last") with { IsStated = true,
            KernelSource = KernelWitnesses.CounterDelta.KernelSource };
        var run = Build(Seen(resets: 3), stated);
        Assert.Contains(
            "sock_diag.drops.last saw 3). 3 half-open requests were reset by their clients. The listener's sk_drops counts them; no client lost anything.",
            run.Summary,
            StringComparison.Ordinal);
        Assert.Equal(ListenerWitnesses.SockDiag.Drops.KernelSource, Assert.Single(run.Findings).KernelSource);
        Assert.DoesNotContain("half-open", Build(Seen(resets: 0), stated).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void AListenerThatGoesWhileARunThatDidNotFinishIsTakenDownIsNoDiagnosis()
    {
        List<Observation> Seen(params Observation[] end) =>
        [
            new PhaseBegan("load"), Runs.Listeners(ListenerWitness.SockDiag, 1, (3, 4, 0)), new ListenersSeen(ListenerWitness.SockDiag,
                []), new CountersSeen(Runs.Counters(("Tcp.EstabResets", 3)), 300, []),
            .. end,
        ];
        var finished = Build(Seen(new PhaseEnded("load", true), new PhaseBegan("hold"), new PhaseEnded("hold", true)));
        Assert.Contains(finished.Variants[0].Diagnoses, one => one.Id == "listener-closed");
        Assert.DoesNotContain(Build(Seen()).Variants[0].Diagnoses, one => one.Id == "listener-closed");
    }

    [Fact]
    public void WhereAnotherThingThanAListenerLostConnectionsTheDropPathPointsToIt()
    {
        List<Observation> seen =
        [
            new PhaseBegan("load"), new CountersSeen(Runs.Counters(), 300, []), Runs.Clients(30, 17, 0.001,
                new FailureCount("connect", Errno.EADDRNOTAVAIL, 13, default, default)), new PhaseEnded("load", true),
            new PhaseBegan("hold"), new PhaseEnded("hold", true),
        ];
        Assert.Equal("none: no drop path of this listener fired; see the diagnosis 'ports-exhausted': No ephemeral port was left for the destination",
            Build(seen).DropPath.Sentence);
        Assert.EndsWith("look elsewhere (connection tracking, firewall, routing)", Build([new CountersSeen(Runs.Counters(), 300, [])]).DropPath.Sentence,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FailedConnectsAreNamedByTheirErrnoAndBlamedOnWhoseLimitItWas()
    {
        var seen = new List<Observation>
        {
            new PhaseBegan("load"), new CountersSeen(Runs.Counters(), 300, []), Runs.Clients(30, 17, 0.001,
                new FailureCount("connect", Errno.EADDRNOTAVAIL, 13, default, default)), new PhaseEnded("load", true),
            new PhaseBegan("hold"), new PhaseEnded("hold", true),
        };
        var summary = Build(seen).Summary;
        Assert.StartsWith("13 connects failed with EADDRNOTAVAIL before a packet was sent", summary, StringComparison.Ordinal);
        Assert.Contains("the client's own limit and not the server's", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void AnInterruptedRunIsInconclusiveAndSaysWhy()
    {
        var plan = Runs.OverflowPlan();
        var evidence = Runs.Evidence(plan, Runs.OverflowSeen());
        var run = RunDocuments.Build(plan, evidence, Judge.Decide(plan, evidence), TimeSpan.FromSeconds(1), finished: false, "Ctrl-C");
        Assert.Equal((false, "Ctrl-C", Outcome.Inconclusive), (run.Finished, run.Unfinished, run.Verdict));
    }

    [Fact]
    public void ARunThatHasJustBegunIsUnfinished()
    {
        var run = RunDocuments.Begun(Runs.OverflowPlan(Runs.Expect(5, 5, "clients.established")));
        Assert.Equal((false, "still running or killed", Outcome.Inconclusive), (run.Finished, run.Unfinished, run.Verdict));
    }

    [Fact]
    public void ASysctlThatTheKernelChangedAndLostSamplesAreNotes()
    {
        var seen = Runs.OverflowSeen();
        seen.Add(new SysctlRead("net.core.somaxconn", "16", "8"));
        seen.Add(new SysctlRead("net.ipv4.ip_local_port_range", "1 2", "1\t2"));
        seen.Add(new SamplesLost("server", 1, "the pipe was full"));
        Assert.Equal(["net.core.somaxconn: asked 16, the kernel made it 8", "1 sample of server lost: the pipe was full"], Build(seen).Notes);
    }

    [Fact]
    public void TheDocumentSurvivesJson()
    {
        var run = Build(Runs.OverflowSeen(), Runs.Expect(5, 5, "clients.established"));
        var text = JsonSerializer.Serialize(run, ModelJson.Default.RunDocument);
        Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize(text, ModelJson.Default.RunDocument)!, ModelJson.Default.RunDocument));
    }

    private static RunDocument Build(IEnumerable<Observation> seen, params PlannedExpectation[] expectations)
    {
        var plan = Runs.OverflowPlan(expectations);
        var evidence = Runs.Evidence(plan, seen);
        return RunDocuments.Build(plan, evidence, Judge.Decide(plan, evidence), TimeSpan.FromSeconds(4), true, null);
    }

    private static IEnumerable<Observation> PeerSeen(PeerTally tally, long halfOpen, params (string Name, ulong Delta)[] moved) =>
    [
        new PhaseBegan("load"), new CountersSeen(Runs.Counters(moved), 300, []), new StatesSeen(Runs.States(), Runs.States(("SYN-RECV", halfOpen))), tally,
        Runs.Listeners(ListenerWitness.SockDiag, 1, (0, 4, 0)), new PhaseEnded("load", true), new PhaseBegan("hold"), new PhaseEnded("hold", true),
    ];
}
