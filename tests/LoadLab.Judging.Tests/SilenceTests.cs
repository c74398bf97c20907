using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Tests;

public sealed class SilenceTests
{
    private static readonly Scenario Knocking = Runs.Overflow with
    {
        Server = new ServerSpec(),
        Phases =
        [
            new Phase("load", new LoadAction(new SwarmSpec { Connections = 10, Target = "198.18.0.9" }, LoadUntil.Settled), Nanoseconds.Zero),
            new Phase("hold", new HoldAction(), Nanoseconds.FromSeconds(1)),
        ],
    };

    private static readonly Scenario Talking = Knocking with
    {
        Server = new ServerSpec { Connection = ConnectionBehaviour.Echo },
        Phases =
        [
            new Phase("connect", new PeerAction(PeerSegment.Connect, 5, null, 0), Nanoseconds.Zero),
            new Phase("silence", new PeerAction(PeerSegment.Data, null, null, 100), Nanoseconds.FromSeconds(2)),
        ],
    };

    [Fact]
    public void AMomentCountsFromTheFirstLoadOrFromThePhaseThatIsNamed()
    {
        var evidence = Seen(Talking, "connect", "silence", new CountersSeen(Runs.Counters(("TcpExt.TCPAbortOnTimeout", 5)), 0, []) { T = Runs.At(4.5) });
        Assert.Equal(2.5m, evidence.Ask("counters.TcpExt.TCPAbortOnTimeout.first-seen@silence").Value);
        Assert.Equal(3.5m, evidence.Ask("counters.TcpExt.TCPAbortOnTimeout.first-seen").Value);
    }

    [Fact]
    public void WhatNeverCameIsNeverWhereverItIsCountedFrom()
    {
        var evidence = Seen(Talking, "connect", "silence", new CountersSeen(Runs.Counters(), 0, []) { T = Runs.At(4.5) });
        Assert.True(evidence.Ask("counters.TcpExt.TCPAbortOnTimeout.first-seen@silence").IsNever);
        Assert.True(evidence.Ask("counters.TcpExt.TCPAbortOnTimeout.first-seen").IsNever);
    }

    [Fact]
    public void FailuresOfClientsAndErrorsOfTheServerHaveAMoment()
    {
        var evidence = Seen(
            Talking,
            "connect",
            "silence",
            Runs.Clients(2, 0, 0, new FailureCount("connect", Errno.ETIMEDOUT, 2, Runs.At(3), Runs.At(4))),
            Server(0, 2.2),
            Server(2, 2.6),
            Server(5, 2.8));
        Assert.Equal(1m, evidence.Ask("clients.errno.ETIMEDOUT.first-seen@silence").Value);
        Assert.Equal(0.6m, evidence.Ask("server.errno.ETIMEDOUT.first-seen@silence").Value);
        Assert.Equal(5, evidence.Ask("server.errno.ETIMEDOUT").Value);
        Assert.True(evidence.Ask("server.errno.ECONNRESET.first-seen@silence").IsNever);
    }

    [Fact]
    public void SynsIntoSilenceAreToldAsWhatTheyAre() =>
        Assert.Equal(
            "No answer came: SYNs were retransmitted after 1.02 s and 2.05 s, and 10 connects failed with ETIMEDOUT. 0 of 10 clients connected; 10 clients "
                + "got an error. "
            + "That is what a firewall that drops looks like, or a host that is gone. connect() waits for net.ipv4.tcp_syn_retries, two minutes by default; "
            + "a RST or an ICMP error would have ended it at once. "
            + "Use TCP_SYNCNT, TCP_USER_TIMEOUT or a time-out of the program's own.",
            Summary(Knocking, Runs.Clients(10, 0, 0, new FailureCount("connect", Errno.ETIMEDOUT, 10, Runs.At(4), Runs.At(4))),
                Again(RetransmitKind.Syn, 10, 1.02, 2.05)));

    [Fact]
    public void DataToASilentPeerIsToldWithItsEnd() =>
        Assert.StartsWith(
            "The peers stopped acknowledging: data was retransmitted after 204 ms and 612 ms, and 5 connections were given up with ETIMEDOUT.",
            Summary(Talking, Runs.Tally(5, 5), Server(5, 3), Again(RetransmitKind.Data, 5, 0.204, 0.612),
                new CountersSeen(Runs.Counters(("TcpExt.TCPAbortOnTimeout", 5)), 0, []) { T = Runs.At(3) }),
            StringComparison.Ordinal);

    [Fact]
    public void FinsOfOrphansAreToldWithTheirEnd() =>
        Assert.StartsWith(
            "The peers stopped acknowledging: the FIN of closed connections was retransmitted after 204 ms, and none was given up by the end of the run.",
            Summary(Talking with { Server = new ServerSpec { Connection = ConnectionBehaviour.Close } }, Runs.Tally(5, 5), Server(0, 3),
                Again(RetransmitKind.Fin, 5, 0.204)),
            StringComparison.Ordinal);

    [Fact]
    public void WhatTheRulesSaidStandsBesideWhatWasSeen()
    {
        var variant = Runs.Variant("", Talking) with { Predictions = [Step("data.1", 0.2m, 0.31m), Step("data.2", 0.6m, 0.9m), Step("data.3", 1.4m, 2m),
            Step("syn.1", 1, 1.07m)] };
        var plan = Runs.Plan(variant);
        var evidence = Runs.Evidence(plan, [new PacketsCounted(40, 40, ImmutableSortedDictionary<string, long>.Empty),
            Again(RetransmitKind.Data, 5, 0.204, 0.612), Again(RetransmitKind.Fin, 1, 0.2)]);
        var seen = RunDocuments.Build(plan, evidence, Judge.Decide(plan, evidence), TimeSpan.Zero, finished: true, null).Retransmits;
        Assert.Equal([new PredictedRange(0.2m, 0.31m), new PredictedRange(0.6m, 0.9m)], seen["DATA"].PredictedS);
        Assert.Empty(seen["FIN"].PredictedS);
        Assert.Empty(seen["SYN"].PredictedS);
    }

    private static Prediction Step(string name, decimal low, decimal high) =>
        new(QuantityRef.TryParse(name)!, new PredictedRange(low, high), "a rule", "a file");

    private static Evidence Fold(Scenario scenario, string first, string second, params Observation[] seen) => Runs.Evidence(
        Runs.Plan(Runs.Variant("", scenario)),
        [
            new PhaseBegan(first) { T = Runs.At(1) }, new CountersSeen(Runs.Counters(), 300, []) { T = Runs.At(1) }, new PhaseEnded(first,
                true) { T = Runs.At(2) },
            new PhaseBegan(second) { T = Runs.At(2) }, .. seen, new PhaseEnded(second, true) { T = Runs.At(5) },
        ]);

    private static VariantEvidence Seen(Scenario scenario, string first, string second, params Observation[] seen) =>
        Fold(scenario, first, second, seen).Of("");

    private static string Summary(Scenario scenario, params Observation[] seen)
    {
        var evidence = Fold(scenario, scenario.Phases[0].Name, scenario.Phases[1].Name,
            [new PacketsCounted(40, 40, ImmutableSortedDictionary<string, long>.Empty), .. seen]);
        return Judge.Decide(Runs.Plan(Runs.Variant("", scenario)), evidence).Summary;
    }

    private static ServerTally Server(long timedOut, double at) =>
        new(5, [5], 0, 0, timedOut == 0 ? ImmutableDictionary<Errno, long>.Empty
            : ImmutableDictionary<Errno, long>.Empty.Add(Errno.ETIMEDOUT, timedOut), 0) { T = Runs.At(at) };

    private static RetransmitsCounted Again(RetransmitKind kind, int flows, params double[] steps) => new([.. steps.Index().Select(step =>
    {
        var sinceFirst = new LatencyHistogram();
        for (var i = 0; i < flows; i++)
        {
            sinceFirst.Add(Runs.At(step.Item));
        }

        return new RetransmitSum(kind, step.Index + 1, sinceFirst, sinceFirst);
    })]);
}
