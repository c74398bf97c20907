using LoadLab.Model;

namespace LoadLab.KernelModel.Tests;

/// <summary>Wrong models of the listener, of descriptors and of schedules: the whole model with one thing changed in what it is told. Each must miss a figure
/// that was measured on 6.18.</summary>
public class ModelMutantTests
{
    /// <summary>Runs that were made on 6.18 over loopback, and what was seen.</summary>
    private static readonly Measured[] Runs =
    [
        new(
            "backlog 4, 20 clients, nobody accepts: 15 drops at once, 30 after 1.5 s, 60 after 3.5 s",
            Of(Never(4), [Burst(20, 0.3), Hold(1.2), Hold(2)]),
            at => [at.Phases[0].Drops, at.Phases[1].Drops, at.Phases[2].Drops, at.Last.Established, at.Last.Waiting],
            [15, 30, 60, 5, 15]),
        new("somaxconn 8 under a backlog of 100", Of(Never(100), [Burst(20, 0.3)], ("net.core.somaxconn", "8")),
            at => [at.Last.Established, at.Last.LiveBacklog], [9, 8]),
        new("closed clients keep their slot", Of(Never(4), [Burst(5, 0.3, ClientEnd.Close)]), at => [at.Last.Queues[0]], [5]),
        new("backlog 4, 10 SYNs, syncookies off: 5 half-open, 5 TCPReqQFullDrop", Of(Never(4), [Syns(10, 0.3)], NoCookies),
            at => [at.Last.HalfOpen, at.Last.FullDrops, at.Last.CookiesSent], [5, 5, 0]),
        new("backlog 4, 10 SYNs, syncookies on: 5 half-open, 5 cookies", Of(Never(4), [Syns(10, 0.3)], Cookies),
            at => [at.Last.HalfOpen, at.Last.FullDrops, at.Last.CookiesSent], [5, 0, 5]),
        new("a cookie's SYN-ACK is never retransmitted", Of(Never(4), [Syns(10, 1.5)], Cookies), at => [at.Last.SynAcksAgain], [5]),
        new("syncookies 2 keep nothing half-open", Of(Never(4), [Syns(10, 0.3)], ("net.ipv4.tcp_syncookies", "2")),
            at => [at.Last.HalfOpen, at.Last.CookiesSent], [0, 10]),
        new(
            "tcp_max_syn_backlog 16 without syncookies: 13 half-open",
            Of(Never(1000), [Syns(40, 0.3)], ("net.ipv4.tcp_syncookies", "0"), ("net.ipv4.tcp_max_syn_backlog", "16")),
            at => [at.Last.HalfOpen, at.Last.QuarterDrops],
            [13, 27]),
        new("three final ACKs that meet a full queue: 3 overflows, 3 half-open", Of(Never(4), FinalAcks, Cookies),
            at => [at.Last.Overflows, at.Last.HalfOpen, at.Last.EmbryonicResets], [3, 3, 0]),
        new(
            "the same with tcp_abort_on_overflow: 3 resets",
            Of(Never(4), FinalAcks, ("net.ipv4.tcp_syncookies", "1"), ("net.ipv4.tcp_abort_on_overflow", "1")),
            at => [at.Last.HalfOpen, at.Last.EmbryonicResets],
            [0, 3]),
        new(
            "final ACKs of 5 cookies and their data meet a full queue; an ACK after that data brings no cookie: 5 resets",
            Of(Never(4), [Syns(10, 0.1), Segments(PeerSegment.Ack, 0), Segments(PeerSegment.Data, 100), Segments(PeerSegment.Ack, 0)], Cookies),
            at => [at.Phases[2].Overflows, at.Phases[2].Peer.Resets, at.Last.Overflows, at.Last.CookiesReceived, at.Last.Peer.Resets],
            [10, 0, 10, 10, 5]),
        new(
            "TCP_DEFER_ACCEPT: 9 requests stay half-open, their clients are established",
            Of(Never(8) with { DeferAccept = Nanoseconds.FromSeconds(30) }, [Burst(9, 0.3)], Cookies),
            at => [at.Last.HalfOpen, at.Last.Established, at.Last.Queues[0]],
            [9, 9, 0]),
        new("a request alone is given up after 63 s", Of(Never(100), [Syns(1, 62), Hold(6)], Cookies),
            at => [at.Phases[0].HalfOpen, at.Last.HalfOpen, at.Last.SynAcksAgain], [1, 0, 5]),
        new("backlog 16, 16 half-open: 8 are given up after 7 s", Of(Never(16), [Syns(16, 7.9)], Cookies), at => [at.Last.Expired, at.Last.HalfOpen], [8, 8]),
        new("three descriptors", Of(new ServerSpec { Backlog = 16 }, [Burst(10, 0.5)]) with { Spare = 3 }, at => [at.Last.Accepted, at.Last.Queues[0]], [3, 7]),
        new("listen() again with 2 keeps the 10 that are queued", Of(Never(16), [Burst(10, 0.3), new Phase("again", new ListenAction(2), Nanoseconds.Zero)]),
            at => [at.Last.LiveBacklog, at.Last.Queues[0]], [2, 10]),
    ];

    private static readonly Dictionary<string, Func<Setup, Setup>> Mutants = new()
    {
        ["capacity without + 1"] = setup => setup with { Server = setup.Server with { Backlog = setup.Server.Backlog - 1 } },
        ["somaxconn ignored"] = setup => setup.With("net.core.somaxconn", "4096"),
        ["SYN queue without + 1"] = setup => setup with { HoldsOneMore = false },
        ["cookies that count as half-open"] = setup => setup.Where("net.ipv4.tcp_syncookies", "2", "1"),
        ["no cookies"] = setup => setup.Where("net.ipv4.tcp_syncookies", "1", "0"),
        ["cookies without being asked"] = setup => setup.Where("net.ipv4.tcp_syncookies", "0", "1"),
        ["tcp_max_syn_backlog ignored"] = setup => setup.With("net.ipv4.tcp_max_syn_backlog", "65536"),
        ["tcp_abort_on_overflow ignored"] = setup => setup.With("net.ipv4.tcp_abort_on_overflow", "0"),
        ["TCP_DEFER_ACCEPT ignored"] = setup => setup with { Server = setup.Server with { DeferAccept = Nanoseconds.Zero } },
        ["a SYN-ACK schedule one step short"] = setup => setup.With("net.ipv4.tcp_synack_retries", "4"),
        ["no linear time-outs of SYNs"] = setup => setup.With("net.ipv4.tcp_syn_linear_timeouts", "0"),
        ["a server without a limit of descriptors"] = setup => setup with { Spare = null },
        ["a server that accepts by itself"] = setup => setup with { Server = setup.Server with { Accept = new AcceptPolicy(AcceptPolicyKind.Eager) } },
        ["listen() again ignored"] = setup => setup with { Phases = [.. setup.Phases.Select(phase => phase.Action is ListenAction
            ? phase with { Action = new HoldAction() } : phase)] },
    };

    public static TheoryData<string> Names => [.. Mutants.Keys];

    private static (string, string) NoCookies => ("net.ipv4.tcp_syncookies", "0");

    private static (string, string) Cookies => ("net.ipv4.tcp_syncookies", "1");

    private static Phase[] FinalAcks =>
    [
        Syns(3, 0.1),
        Burst(5, 0.1),
        new Phase("ack", new PeerAction(PeerSegment.Ack, 3, null, 0), Nanoseconds.FromSeconds(0.1)),
    ];

    [Fact]
    public void RightModelGivesEveryFigure() => Assert.All(Runs, run => Assert.Equal(run.Seen, run.Figures(run.Setup)));

    [Theory]
    [MemberData(nameof(Names))]
    public void MutantIsCaught(string mutant) => Assert.Contains(Runs, run => !run.Seen.SequenceEqual(run.Figures(Mutants[mutant](run.Setup))));

    private static Setup Of(ServerSpec server, Phase[] phases, params (string Name, string Value)[] sysctls) => new(server, phases, sysctls);

    private static ServerSpec Never(int backlog) => new() { Backlog = backlog, Accept = AcceptPolicy.Never };

    private static Phase Burst(int count, double hold, ClientEnd then = ClientEnd.Hold) =>
        new("load", new LoadAction(new SwarmSpec { Connections = count, Then = then }, LoadUntil.Issued), Nanoseconds.FromSeconds(hold));

    private static Phase Segments(PeerSegment kind, int bytes) => new($"{kind}", new PeerAction(kind, null, null, bytes), Nanoseconds.FromSeconds(0.1));

    private static Phase Syns(int count, double hold) => new("syn", new PeerAction(PeerSegment.Syn, count, null, 0), Nanoseconds.FromSeconds(hold));

    private static Phase Hold(double seconds) => new("hold", new HoldAction(), Nanoseconds.FromSeconds(seconds));

    private sealed record Setup(ServerSpec Server, Phase[] Phases, (string Name, string Value)[] Sysctls)
    {
        public bool HoldsOneMore { get; init; } = true;

        public long? Spare { get; init; }

        public Setup With(string name, string value) => this with { Sysctls = [.. Sysctls.Where(one => one.Name != name), (name, value)] };

        public Setup Where(string name, string value, string other) =>
            this with { Sysctls = [.. Sysctls.Select(one => one == (name, value) ? (name, other) : one)] };
    }

    private sealed record Measured(string Run, Setup Setup, Func<ModelRun, long[]> Read, long[] Seen)
    {
        public long[] Figures(Setup setup)
        {
            (string Name, string Value)[] common = [("net.core.somaxconn", "4096"), ("net.ipv4.tcp_max_syn_backlog", "4096")];
            var facts = Given.Facts([.. common.Where(one => !Array.Exists(setup.Sysctls, own => own.Name == one.Name)), .. setup.Sysctls]);
            var scenario = new Scenario { Name = "", Path = "", Claim = "", Server = setup.Server, Phases = [.. setup.Phases], ServerSpare = setup.Spare };
            return Read(SocketLayer.Run(new ModelInput(scenario, facts, Workers: 1, setup.HoldsOneMore), Timing.Prompt));
        }
    }
}
