using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Tests;

/// <summary>Plans and observations of small runs: backlog 4, twenty clients at once, nothing accepted.</summary>
internal static class Runs
{
    public static readonly HostFacts Host = new()
    {
        Kernel = KernelVersion.Parse("6.18.44"),
        Machine = "x86_64",
        Cores = 2,
        NofileSoft = 1024,
        NofileHard = 4096,
        IsRoot = false,
        Sandbox = SandboxKind.Namespace,
        SandboxCommand = "unshare",
        Sysctls = ImmutableSortedDictionary<string, string>.Empty
            .Add("net.ipv4.tcp_syn_linear_timeouts", "4").Add("net.ipv4.tcp_syncookies", "1").Add("net.core.somaxconn", "4096"),
        SysctlsRefused = ImmutableSortedDictionary<string, string>.Empty,
        Runtime = "10.0.0",
        Version = "0.1.0",
        Started = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        EpochMonotonicNs = 1,
    };

    public static readonly Scenario Overflow = new()
    {
        Name = "accept-queue/backlog-overflow",
        Path = "accept-queue/backlog-overflow.yaml",
        Claim = "A backlog of 4 takes 5 connections.",
        Server = new ServerSpec { Backlog = 4, Accept = AcceptPolicy.Never },
        Swarm = new SwarmSpec { Connections = 20 },
        Phases =
        [
            new Phase("load", new LoadAction(new SwarmSpec { Connections = 20 }, LoadUntil.Issued), Nanoseconds.Zero),
            new Phase("hold", new HoldAction(), Nanoseconds.FromSeconds(4)),
        ],
    };

    public static PlannedExpectation Expect(decimal low, decimal high, params string[] witnesses) => new()
    {
        Id = "capacity",
        Claim = "The accept queue takes backlog + 1.",
        Predicted = new PredictedRange(low, high),
        Unit = "connections",
        Witnesses = [.. witnesses.Select(Term)],
        WitnessesMustAgree = true,
        Rule = "backlog + 1",
        KernelSource = "include/net/sock.h sk_acceptq_is_full",
        Place = "accept-queue/backlog-overflow.yaml:14",
    };

    public static WitnessTerm Term(string text) => WitnessTerm.TryParse(text) ?? throw new ArgumentException($"there is no witness {text}", nameof(text));

    public static Reading Ask(this VariantEvidence evidence, string witness) => evidence.Ask(Term(witness));

    public static VariantPlan Variant(string name, Scenario scenario, params PlannedExpectation[] expectations) => new()
    {
        Name = name,
        Declared = scenario,
        Settings = ImmutableSortedDictionary<string, string>.Empty.Add("server.backlog", "4"),
        LiveBacklog = 4,
        Capacity = 5,
        Workers = 1,
        Predictions = [],
        Expectations = [.. expectations],
        Notes = [],
    };

    public static Plan Plan(params VariantPlan[] variants) => new()
    {
        Scenario = variants[0].Declared.Name,
        Path = variants[0].Declared.Path,
        Claim = variants[0].Declared.Claim,
        About = "",
        Command = "loadlab run accept-queue/backlog-overflow",
        Host = Host,
        Variants = [.. variants],
        Lasts = Nanoseconds.FromSeconds(4),
    };

    public static Plan OverflowPlan(params PlannedExpectation[] expectations) => Plan(Variant("", Overflow, expectations));

    public static Nanoseconds At(double seconds) => Nanoseconds.FromSeconds(seconds);

    public static Evidence Evidence(Plan plan, params IEnumerable<Observation> observations)
    {
        var evidence = new Evidence(plan);
        foreach (var observation in observations)
        {
            evidence.Fold(observation);
        }

        return evidence;
    }

    /// <summary>The overflow as measured on 6.18: 5 queued, 15 dropped five times each.</summary>
    public static List<Observation> OverflowSeen() =>
    [
        new PhaseBegan("load") { T = At(1) },
        new CountersSeen(Counters(), 300, ["TcpExt.NotHere"]) { T = At(1) },
        Clients(20, 5, 0.001),
        Listeners(ListenerWitness.SockDiag, 1.02, (5, 4, 15)),
        Listeners(ListenerWitness.TcpInfo, 1.03, (5, 4, 15)),
        new CountersSeen(Counters(("TcpExt.ListenOverflows", 15), ("TcpExt.ListenDrops", 15)), 0, []) { T = At(1.01) },
        new PhaseEnded("load", true) { T = At(1.1) },
        new PhaseBegan("hold") { T = At(1.1) },
        new SynResent(0, 0, 1, At(1.01)) { T = At(2.01) },
        new SynResent(0, 0, 2, At(2.04)) { T = At(3.04) },
        new StatesSeen(States(("SYN-SENT", 15), ("ESTABLISHED", 5)), States(("ESTABLISHED", 5))) { T = At(5) },
        Listeners(ListenerWitness.SockDiag, 5, (5, 4, 75)),
        Listeners(ListenerWitness.TcpInfo, 5, (5, 4, 75)),
        new CountersSeen(Counters(("TcpExt.ListenOverflows", 75), ("TcpExt.ListenDrops", 75), ("TcpExt.TCPSynRetrans", 60)), 0, []) { T = At(5) },
        new ClientsSeen(0, 5, 15, 60) { T = At(5) },
        new ServerTally(0, [0], 0, 0, ImmutableDictionary<Errno, long>.Empty, 0) { T = At(5) },
        new PhaseEnded("hold", true) { T = At(5.1) },
    ];

    public static ConnectsCounted Clients(long attempted, long established, double latencyS, params FailureCount[] failures)
    {
        var latency = new LatencyHistogram();
        for (var i = 0; i < established; i++)
        {
            latency.Add(At(latencyS));
        }

        return new ConnectsCounted(0, 0, 0, attempted, established, 0, [.. failures], latency, new LatencyHistogram()) { T = At(1.01) };
    }

    /// <summary>A peer that has sent so many SYNs and got an answer to some.</summary>
    public static PeerTally Tally(long flows, long answered) => new(
        flows,
        ImmutableSortedDictionary<string, long>.Empty.Add("syn", flows),
        answered,
        answered,
        answered,
        ImmutableSortedDictionary<string, long>.Empty.Add("mss", 2 * answered),
        0,
        0,
        0,
        0);

    public static ListenersSeen Listeners(ListenerWitness witness, double seconds, params (long Queue, long Backlog, long? Drops)[] views) =>
        new(witness, [.. views.Select((view, id) => new ListenerView(id, view.Queue, view.Backlog, view.Drops))]) { T = At(seconds) };

    public static ImmutableSortedDictionary<string, ulong> Counters(params (string Name, ulong Delta)[] moved) =>
        moved.ToImmutableSortedDictionary(one => one.Name, one => one.Delta);

    public static ImmutableSortedDictionary<string, long> States(params (string Name, long Count)[] states) =>
        states.ToImmutableSortedDictionary(one => one.Name, one => one.Count);
}
