using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

/// <summary>A plan, a result and observations as a run leaves them.</summary>
internal static class Stored
{
    public static readonly Scenario Scenario = new()
    {
        Name = "accept-queue/backlog-overflow",
        Path = "scenarios/accept-queue/backlog-overflow.yaml",
        Claim = "A backlog of 4 takes 5 connections and the kernel drops every further SYN without an answer.",
        Server = new ServerSpec { Backlog = 1000, Accept = AcceptPolicy.Never },
        Swarm = new SwarmSpec { Connections = 20 },
        Sysctls = ImmutableSortedDictionary<string, string>.Empty.Add("net.core.somaxconn", "4"),
        Phases = [new Phase("load", new LoadAction(new SwarmSpec { Connections = 20 }, LoadUntil.Issued), Nanoseconds.FromSeconds(4))],
    };

    public static readonly Plan Plan = new()
    {
        Scenario = Scenario.Name,
        Path = Scenario.Path,
        Claim = Scenario.Claim,
        About = "What a full accept queue looks like.",
        Command = "./loadlab run accept-queue/backlog-overflow",
        Host = new HostFacts
        {
            Kernel = KernelVersion.Parse("6.18.44-test"),
            Machine = "x86_64",
            Cores = 2,
            NofileSoft = 1024,
            NofileHard = 4096,
            IsRoot = false,
            Sandbox = SandboxKind.Namespace,
            SandboxCommand = "unshare --user",
            Sysctls = ImmutableSortedDictionary<string, string>.Empty,
            SysctlsRefused = ImmutableSortedDictionary<string, string>.Empty.Add("net.ipv4.tcp_rto_max_ms", "this kernel does not have it"),
            Runtime = "10.0.0",
            Version = "0.1.0",
            Started = new DateTimeOffset(2026, 1, 2, 4, 4, 5, TimeSpan.FromHours(1)),
            EpochMonotonicNs = 1,
        },
        Variants =
        [
            new VariantPlan
            {
                Name = "",
                Declared = Scenario,
                Settings = ImmutableSortedDictionary<string, string>.Empty.Add("server.backlog", "1000").Add("live_backlog", "4"),
                LiveBacklog = 4,
                Capacity = 5,
                Workers = 1,
                Predictions = [new Prediction(RunQuantities.Capacity, PredictedRange.Exactly(5), "min(1000, somaxconn 4) + 1",
                    "include/net/sock.h sk_acceptq_is_full")],
                Expectations = [],
                Notes = ["net.core.somaxconn 4 clamps the backlog of 1000"],
            },
        ],
        Lasts = Nanoseconds.FromSeconds(4),
    };

    public static Finding Finding(Outcome outcome, decimal? observed) => new()
    {
        Id = "capacity",
        Variant = "",
        Claim = "The accept queue takes its live backlog and one more connection before it is full.",
        Predicted = PredictedRange.Exactly(5),
        Observed = observed,
        Unit = "connections",
        Outcome = outcome,
        Witnesses = [new("sock_diag.accept-queue.last@load", observed), new("tcp_info.accept-queue.last@load", observed), new("clients.established@load", 5)],
        KernelSource = "include/net/sock.h sk_acceptq_is_full",
        Rule = "live backlog 4 + 1",
        Sentence = $"accept-queue/backlog-overflow.yaml:14: expected sock_diag.accept-queue.last@load 5 connections, got {observed}",
    };

    public static RunDocument Run(params Finding[] findings) => new()
    {
        Scenario = Scenario.Name,
        Claim = Scenario.Claim,
        Sandbox = SandboxKind.Namespace,
        Kernel = Plan.Host.Kernel,
        Started = Plan.Host.Started,
        DurationS = 5.2,
        Finished = true,
        Findings = [.. findings],
        Verdict = findings.Select(finding => finding.Outcome).DefaultIfEmpty(Outcome.Held).Max(),
        Summary = "The accept queue took 5 connections and the kernel dropped every further SYN without an answer: 15 clients are still waiting. Only "
            + "accept() makes room.",
        Notes = ["net.core.somaxconn 4 clamps the backlog of 1000"],
        Variants = [Variant("")],
    };

    public static VariantResult Variant(string name) => new()
    {
        Name = name,
        Settings = Plan.Variants[0].Settings,
        Connections = new ConnectionFigures(20, 5, 0, 15, new LatencyFigures(5, 0.0001, 0.0002, 0.0003, 0.0004, 0.0005), null),
        Errors = [new ErrorFigures(Role.Server, "accept4", Errno.EMFILE, 3, 1, 2)],
        Counters = ImmutableSortedDictionary<string, ulong>.Empty.Add("TcpExt.ListenOverflows", 75),
        Queues = new QueueFigures(new AcceptQueueFigures(4, 5, 5, 5), new SynQueueFigures(0)),
        States = ImmutableSortedDictionary<string, StateFigures>.Empty.Add("SYN-SENT", new(15, 15)),
        Retransmits = ImmutableSortedDictionary<string, RetransmitFigures>.Empty.Add("SYN", new(60, [1.01, 2.04, 3.06])),
        DropPath = new DropPath("syn-accept-queue-full", ImmutableSortedDictionary<string, ulong>.Empty.Add("syn-accept-queue-full", 75),
            "syn-accept-queue-full: 75 SYNs met a full accept queue"),
        Server = null,
        Phases = [new PhaseFigures("load", 0.1, 4.2)],
    };

    public static readonly Observation[] Observations =
    [
        new PhaseBegan("load") { T = new(1_000) },
        new CountersSeen(ImmutableSortedDictionary<string, ulong>.Empty.Add("TcpExt.ListenDrops", 3), 300, []) { T = new(2_000) },
        new ListenersSeen(ListenerWitness.SockDiag, [new ListenerView(0, 5, 4, null)]) { T = new(3_000) },
        new ConnectsCounted(0, 0, 0, 3, 1, 0, [new("connect", Errno.ETIMEDOUT, 1, default, default)], Latency(7), Latency()) { T = new(4_000) },
        new ServerTally(1, [1], 1, 0, ImmutableDictionary<Errno, long>.Empty.Add(Errno.ECONNRESET, 1), 0) { T = new(5_000) },
        new PhaseEnded("load", true) { T = new(6_000) },
    ];

    private static LatencyHistogram Latency(params long[] durations)
    {
        var histogram = new LatencyHistogram();
        foreach (var duration in durations)
        {
            histogram.Add(new Nanoseconds(duration));
        }

        return histogram;
    }
}
