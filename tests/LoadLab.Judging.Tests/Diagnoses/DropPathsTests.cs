using System.Collections.Immutable;
using LoadLab.Judging.Diagnoses;
using LoadLab.Model;

namespace LoadLab.Judging.Tests.Diagnoses;

public class DropPathsTests
{
    [Fact]
    public void AnOverflowWithoutHalfOpenRequestsIsSynsOnly()
    {
        var path = Path(Runs.OverflowSeen());
        Assert.Equal("syn-accept-queue-full", path.Path);
        Assert.Equal(75ul, Assert.Single(path.Counts).Value);
        Assert.StartsWith("syn-accept-queue-full: 75 SYNs met a full accept queue (5 connections: live backlog 4 + 1) and were dropped without an answer",
            path.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void PacketsThatNeverReachedTcpAreAPathOfTheirOwn()
    {
        var path = Path([Moved(("Tcp.RetransSegs", 9), ("Softnet.Dropped", 2979), ("TcpExt.ListenDrops", 21), ("TcpExt.ListenOverflows", 21))]);
        Assert.Equal("softnet-backlog-full", path.Path);
        Assert.Equal([("softnet-backlog-full", 2979ul), ("syn-accept-queue-full", 21ul)], path.Counts.Select(pair => (pair.Key, pair.Value)));
        Assert.Contains("net.core.netdev_max_backlog", path.Sentence, StringComparison.Ordinal);

        // It counts what the whole machine lost: a run that retransmitted nothing lost nothing.
        Assert.NotEqual("softnet-backlog-full", Path([Moved(("Softnet.Dropped", 1899), ("TcpExt.ListenDrops", 0), ("Tcp.RetransSegs", 0))]).Path);
        Assert.DoesNotContain("netdev_max_backlog", Path([Moved(("TcpExt.ListenDrops", 21), ("TcpExt.ListenOverflows", 21))]).Sentence,
            StringComparison.Ordinal);
    }

    [Fact]
    public void NoCounterThatMovedIsNone() =>
        Assert.Equal("none", Path([Moved()]).Path);

    [Fact]
    public void CountersThatWereNeverReadAreUnknownAndNotNone() => Assert.Equal("unknown", Path([]).Path);

    [Fact]
    public void AFullSynQueueIsToldFromAFullAcceptQueue()
    {
        var path = Path([Moved(("TcpExt.ListenDrops", 7), ("TcpExt.TCPReqQFullDrop", 5), ("TcpExt.ListenOverflows", 2))]);
        Assert.Equal("syn-syn-queue-full", path.Path);
        Assert.Equal([("syn-accept-queue-full", 2ul), ("syn-syn-queue-full", 5ul)], path.Counts.Select(pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public void CookiesAreSaidButAreNoDrop()
    {
        var path = Path([Moved(("TcpExt.TCPReqQFullDoCookies", 5), ("TcpExt.SyncookiesSent", 5))]);
        Assert.Equal("syn-cookies-sent", path.Path);
        Assert.Contains("drops nothing", path.Sentence, StringComparison.Ordinal);
        Assert.Equal("accept-queue-full", Path([Moved(("TcpExt.SyncookiesSent", 50), ("TcpExt.ListenOverflows", 1), ("TcpExt.ListenDrops", 1))]).Path);
    }

    [Theory]
    [InlineData("0", "syn-last-quarter")]
    [InlineData("1", "listen-drop-unnamed")]
    public void DropsWithoutACounterOfTheirOwnAreTheLastQuarterOnlyWithCookiesOff(string cookies, string expected)
    {
        var scenario = Runs.Overflow with { Sysctls = Runs.Overflow.Sysctls.Add("net.ipv4.tcp_syncookies", cookies) };
        Assert.Equal(expected, Path([Moved(("TcpExt.ListenDrops", 3))], scenario).Path);
    }

    [Fact]
    public void FinalAcksAreWhatOverflowedBeyondTheClientsOwnSyns()
    {
        List<Observation> seen =
        [
            Runs.Clients(8, 5, 0.001),
            new ClientsSeen(0, 5, 3, 1),
            new StatesSeen(Runs.States(), Runs.States(("SYN-RECV", 3))),
            Moved(("TcpExt.ListenOverflows", 7), ("TcpExt.ListenDrops", 7)),
        ];
        var path = Path(seen);
        Assert.Equal([("final-ack-accept-queue-full", 3ul), ("syn-accept-queue-full", 4ul)], path.Counts.Select(pair => (pair.Key, pair.Value)));
        Assert.Contains("SYNs that had no answer", path.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutTheClientsCountSynsAndFinalAcksCannotBeToldApart()
    {
        var path = Path([new StatesSeen(Runs.States(), Runs.States(("SYN-RECV", 3))), Moved(("TcpExt.ListenOverflows", 3), ("TcpExt.ListenDrops", 3))]);
        Assert.Equal("accept-queue-full", path.Path);
        Assert.Contains("do not tell which", path.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void AScriptedPeersSynsAreUnknownToTheClientsSoTheListenerIsAsked()
    {
        var peer = new PeerTally(3, ImmutableSortedDictionary<string, long>.Empty, 0, 3, 3, ImmutableSortedDictionary<string, long>.Empty, 0, 0, 0, 0);
        List<Observation> seen =
        [
            Runs.Clients(5, 5, 0.001),
            new ClientsSeen(0, 5, 0, 0),
            peer,
            new StatesSeen(Runs.States(), Runs.States(("SYN-RECV", 3))),
            Runs.Listeners(ListenerWitness.SockDiag, 1, (5, 4, 8)),
            Moved(("TcpExt.ListenOverflows", 5), ("TcpExt.ListenDrops", 5)),
        ];
        Assert.Equal([("final-ack-accept-queue-full", 3ul), ("syn-accept-queue-full", 2ul)], Path(seen).Counts.Select(pair => (pair.Key, pair.Value)));
    }

    [Theory]
    [InlineData("1", "2 final ACKs met a full accept queue and were answered by a RST, as net.ipv4.tcp_abort_on_overflow asks", "answered by a RST")]
    [InlineData("0", "were ignored", "2 segments of half-open requests (final ACKs, and data after them) met a full accept queue and were ignored")]
    public void AFinalAckThatIsResetIsToldFromOneThatIsIgnored(string abort, string path, string summary)
    {
        var scenario = Runs.Overflow with { Sysctls = Runs.Overflow.Sysctls.Add("net.ipv4.tcp_abort_on_overflow", abort) };
        var plan = Runs.Plan(Runs.Variant("", scenario));
        var evidence = Runs.Evidence(
            plan,
            Runs.Clients(7, 7, 0.001),
            new ClientsSeen(0, 7, 0, 0),
            new StatesSeen(Runs.States(), Runs.States(("SYN-RECV", 2))),
            Moved(("TcpExt.ListenOverflows", 2), ("TcpExt.ListenDrops", 2), ("TcpExt.EmbryonicRsts", 2)),
            new ServerTally(5, [5], 5, 0, ImmutableDictionary<Errno, long>.Empty, 0),
            new PhaseBegan("load"),
            new PhaseEnded("load", true),
            new PhaseBegan("hold"),
            new PhaseEnded("hold", true));
        var run = RunDocuments.Build(plan, evidence, Judge.Decide(plan, evidence), TimeSpan.Zero, true, null);
        Assert.Contains(path, run.DropPath.Sentence, StringComparison.Ordinal);
        Assert.Contains(summary, run.Summary, StringComparison.Ordinal);
        Assert.Contains("the server has accepted 5 connections", run.Summary, StringComparison.Ordinal);
    }

    private static CountersSeen Moved(params (string Name, ulong Delta)[] counters) => new(Runs.Counters(counters), 300, ImmutableArray<string>.Empty);

    private static DropPath Path(IEnumerable<Observation> seen, Scenario? scenario = null)
    {
        var plan = Runs.Plan(Runs.Variant("", scenario ?? Runs.Overflow));
        var evidence = Runs.Evidence(plan, seen);
        return RunDocuments.Build(plan, evidence, Judge.Decide(plan, evidence), TimeSpan.Zero, true, null).DropPath;
    }
}
