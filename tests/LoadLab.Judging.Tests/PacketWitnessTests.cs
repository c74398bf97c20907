using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Tests;

public sealed class PacketWitnessTests
{
    private static readonly ImmutableSortedDictionary<string, long> Sent = ImmutableSortedDictionary<string, long>.Empty.Add("client.SYN", 65)
        .Add("server.SYN-ACK", 7);

    [Theory]
    [InlineData("packets.retransmits.SYN", 5)]
    [InlineData("packets.retransmits.SYN-ACK", 2)]
    [InlineData("packets.retransmits.DATA", 0)]
    [InlineData("packets.retransmits.SYN+SYN-ACK", 7)]
    [InlineData("packets.retransmits.all", 7)]
    [InlineData("packets.schedule.SYN.1.median", 1.02)]
    [InlineData("packets.schedule.SYN.1.min", 1.01)]
    [InlineData("packets.schedule.SYN.1.max", 1.05)]
    [InlineData("packets.schedule.SYN.2.median", 2.05)]
    [InlineData("packets.client.SYN", 65)]
    [InlineData("packets.server.SYN-ACK", 7)]
    [InlineData("packets.server.RST", 0)]
    [InlineData("sock_diag.synack-retransmits", 3)]
    public void EachSaysWhatTheTapSaw(string name, double value) => Assert.Equal((decimal)value, Ask(name, Seen()).Value);

    [Fact]
    public void ARetransmissionThatNeverCameIsAnAnswer() => Assert.True(Ask("packets.schedule.SYN.3.median", Seen()).IsNever);

    [Fact]
    public void WithoutATapNothingIsSaid() =>
        Assert.All(new[] { "packets.retransmits.all", "packets.schedule.SYN.1.median", "packets.client.SYN" },
            name => Assert.False(Ask(name, Runs.OverflowSeen()).CouldSee));

    [Fact]
    public void LostPacketsBlindThePacketsAndNothingElse()
    {
        List<Observation> seen = [.. Seen(), new SamplesLost("packets", 3, "the ring was full")];
        Assert.False(Ask("packets.retransmits.all", seen).CouldSee);
        Assert.False(Ask("packets.client.SYN", seen).CouldSee);
        Assert.True(Ask("counters.TcpExt.TCPSynRetrans", seen).CouldSee);
    }

    [Fact]
    public void WhereNotEachWasToldSinglyTheMedianIsTheHistogramsWithinItsError()
    {
        var told = Seen().Where(one => one is not Retransmitted);
        Assert.InRange(Ask("packets.schedule.SYN.1.median", told).Value!.Value, 1.02m, 1.02m * 1.032m);
    }

    [Fact]
    public void APhasesEndKeepsWhatWasSeenUntilThen()
    {
        List<Observation> seen = [.. Seen(), new PhaseEnded("load", true), Counted(RetransmitKind.Syn, 3, 3.1), One(RetransmitKind.Syn, 3, 3.1),
            new PhaseBegan("hold"), new PhaseEnded("hold", true)];
        Assert.Equal((5m, 6m), (Ask("packets.retransmits.SYN@load", seen).Value, Ask("packets.retransmits.SYN@hold", seen).Value));
        Assert.True(Ask("packets.schedule.SYN.3.max@load", seen).IsNever);
    }

    [Fact]
    public void TheDocumentHasAllFourKindsWithTheirScheduleAndSpread()
    {
        var plan = Runs.OverflowPlan();
        var evidence = Runs.Evidence(plan, [.. Seen(), new SamplesLost("packets", 2, "full")]);
        var run = RunDocuments.Build(plan, evidence, Judge.Decide(plan, evidence), TimeSpan.FromSeconds(1), true, null);
        Assert.Equal(["DATA", "FIN", "SYN", "SYN-ACK"], run.Retransmits.Keys);
        Assert.Equal(5ul, run.Retransmits["SYN"].Count);
        Assert.Equal([1.02, 2.05], run.Retransmits["SYN"].ScheduleS);
        Assert.Equal([1.01, 1.05], run.Retransmits["SYN"].Spread[0]);
        Assert.Empty(run.Retransmits["FIN"].ScheduleS);
        Assert.Equal((90, 2, 80, "trace.pcapng"), (run.Packets!.Seen, run.Packets.Lost, run.Packets.Traced, run.Packets.Trace));
    }

    // Three first and two second retransmissions of SYNs, two first of SYN-ACKs, and one of the scripted peer's, which no kernel's timer sent.
    private static IEnumerable<Observation> Seen() =>
    [
        new PhaseBegan("load") { T = Runs.At(1) },
        new PacketsCounted(0, 0, ImmutableSortedDictionary<string, long>.Empty),
        new CountersSeen(Runs.Counters(("TcpExt.TCPSynRetrans", 7)), 300, []),
        One(RetransmitKind.Syn, 1, 1.02), One(RetransmitKind.Syn, 1, 1.01), One(RetransmitKind.Syn, 1, 1.05), One(RetransmitKind.Syn, 2,
            2.04), One(RetransmitKind.Syn, 2, 2.06),
        One(RetransmitKind.SynAck, 1, 1.5), One(RetransmitKind.SynAck, 1, 1.5), One(RetransmitKind.Syn, 1, 0.1) with { IsScripted = true },
        Counted(RetransmitKind.Syn, 1, 1.02, 1.01), Counted(RetransmitKind.Syn, 1, 1.05), Counted(RetransmitKind.Syn, 2, 2.04,
            2.06), Counted(RetransmitKind.SynAck, 1, 1.5, 1.5),
        new PacketsCounted(90, 80, Sent),
        new HalfOpenSeen(2, 3),
    ];

    private static Retransmitted One(RetransmitKind kind, int attempt, double since) =>
        new(kind, "127.0.0.1:1", "127.0.0.1:2", attempt, Runs.At(since), Runs.At(since), false);

    private static RetransmitsCounted Counted(RetransmitKind kind, int attempt, params double[] since)
    {
        var sum = new LatencyHistogram();
        Array.ForEach(since, one => sum.Add(Runs.At(one)));
        return new RetransmitsCounted([new RetransmitSum(kind, attempt, sum, new LatencyHistogram())]);
    }

    private static Reading Ask(string name, IEnumerable<Observation> seen) => Runs.Evidence(Runs.OverflowPlan(), seen).Of("").Ask(name);
}
